external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
nginx = {}
nginx['listen_port'] = 8081
