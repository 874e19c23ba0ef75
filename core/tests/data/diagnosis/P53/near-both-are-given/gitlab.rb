external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['gitlab_enable'] = true
mattermost['gitlab_id'] = 'abcdef'
mattermost['gitlab_secret'] = 'fedcba'
