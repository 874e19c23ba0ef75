mattermost['a'] = [Integer('5'), Float('1.5'), String(5), Array(nil), Array([1]), Array('a')]
