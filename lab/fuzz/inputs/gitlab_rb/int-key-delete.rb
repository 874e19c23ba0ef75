h = { 1 => 'a', 2 => 'b' }
h.delete(1)
mattermost['x'] = h
