external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['service_site_url'] = 'https://chat.example.com'
mattermost['gitlab_enable'] = true
mattermost['gitlab_id'] = '77c4d5'
mattermost['gitlab_secret'] = 'a-secret-of-its-own'
