external_url 'gitlab.example.com'
mattermost_external_url 'mattermost.example.com'
