mattermost['a'] = "unterminated
