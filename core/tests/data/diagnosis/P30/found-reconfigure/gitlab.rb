external_url 'https://gitlab.example.com'
mattermost_external_url 'https://example.com/mattermost'
