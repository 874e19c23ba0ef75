external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['svlogd_size'] = 1000
mattermost['logrotate_frequency'] = 'daily'
mattermost_nginx['listen_port'] = 80
