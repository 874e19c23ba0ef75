external_url 'https://git.example.com'
mattermost_external_url 'https://GIT.example.com:443/'
