domain = 'example.com'
external_url "https://gitlab.#{domain}"
mattermost_external_url "https://mattermost.#{domain}"
