external_url 'http://git.example.com'
mattermost_external_url 'http://git.example.com'
nginx['enable'] = false
