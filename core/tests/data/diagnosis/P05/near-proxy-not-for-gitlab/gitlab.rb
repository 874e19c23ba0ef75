external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['env'] = { 'HTTPS_PROXY' => 'http://proxy.example.com:3128', 'HTTP_PROXY' => 'http://proxy.example.com:3128', 'NO_PROXY' => 'localhost,.example.com' }
