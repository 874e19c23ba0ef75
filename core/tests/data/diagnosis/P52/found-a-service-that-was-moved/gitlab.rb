external_url 'http://gitlab.example.com'
mattermost_external_url 'http://mattermost.example.com'
prometheus['listen_address'] = 'localhost:8065'
