external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost = { 'service_port' => 8066 }
