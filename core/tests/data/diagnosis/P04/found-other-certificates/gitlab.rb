external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['env'] = { 'SSL_CERT_DIR' => '/etc/ssl/certs' }
