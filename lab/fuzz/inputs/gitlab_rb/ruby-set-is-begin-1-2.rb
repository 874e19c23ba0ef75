mattermost['a'] = begin; 1; 2; end
mattermost['b'] = (1; 3)
