external_url 'http://git.example.com'
mattermost_external_url 'http://git.example.com:8000'
