external_url = 'https://gitlab.example.com'
external_url external_url
mattermost_external_url 'https://mattermost.example.com'
