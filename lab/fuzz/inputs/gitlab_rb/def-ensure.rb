def f
  1
ensure
  mattermost['y'] = 2
end
mattermost['x'] = f
