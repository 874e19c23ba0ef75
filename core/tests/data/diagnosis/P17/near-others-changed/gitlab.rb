external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost_nginx['proxy_set_headers'] = { 'X-Real-IP' => '$http_x_real_ip' }
