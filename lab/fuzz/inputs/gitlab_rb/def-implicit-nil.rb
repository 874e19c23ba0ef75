def f
end
mattermost['x'] = f.inspect
