external_url 'https://gitlab.example.com'
gitlab_rails['mattermost_host'] = 'https://mattermost.example.com'
