external_url 'http://gitlab.example.com:8065'
mattermost_external_url 'http://mattermost.example.com'
