external_url 'http://gitlab.example.com'
mattermost_external_url 'http://mattermost.example.com'
mattermost['service_port'] = 9090
prometheus_monitoring['enable'] = false
