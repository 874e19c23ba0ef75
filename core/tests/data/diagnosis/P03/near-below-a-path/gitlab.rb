external_url 'https://example.com/gitlab'
mattermost_external_url 'https://mattermost.example.com'
