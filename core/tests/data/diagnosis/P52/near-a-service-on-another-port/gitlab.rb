external_url 'http://gitlab.example.com'
mattermost_external_url 'http://mattermost.example.com'
mattermost['service_port'] = 8080
puma['port'] = 8081
