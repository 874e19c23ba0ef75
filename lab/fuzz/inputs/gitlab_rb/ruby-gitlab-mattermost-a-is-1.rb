Gitlab['mattermost']['a'] = 1
Gitlab['external_url'] = 'http://y'
