external_url 'http://git.example.com:8000'
mattermost_external_url 'http://git.example.com:8000'
