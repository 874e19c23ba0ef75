a, b = 1, 2
a, *c = [1, 2, 3]
*d, e = 1, 2, 3
(f, g), h = [1, 2], 3
mattermost['r'] = [a, b, c, d, e, f, g, h]
