mattermost['a']['b']['c'] = 1
