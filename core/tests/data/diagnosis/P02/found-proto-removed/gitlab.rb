external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost_nginx['proxy_set_headers'] = { 'X-Forwarded-Proto' => 'http' }
