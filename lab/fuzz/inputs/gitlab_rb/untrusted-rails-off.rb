external_url 'http://gitlab.example.com'
mattermost_external_url 'http://mattermost.example.com'
gitlab_rails['enable'] = false
