external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost_nginx['listen_prot'] = 80
