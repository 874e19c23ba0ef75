external_url 'http://git.example.com'
mattermost_external_url 'http://git.example.com'
gitlab_rails['enable'] = false
mattermost['enable'] = true
