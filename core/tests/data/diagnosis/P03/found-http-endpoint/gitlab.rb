external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['gitlab_token_endpoint'] = 'http://gitlab.example.com/oauth/token'
