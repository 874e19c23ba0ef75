external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['gitlab_enable'] = true
mattermost['gitlab_id'] = 'abcdef'
mattermost['gitlab_secret'] = 'fedcba'
mattermost['gitlab_auth_endpoint'] = 'https://sso.example.com/application/o/authorize/'
mattermost['gitlab_token_endpoint'] = 'https://sso.example.com/application/o/token/'
mattermost['gitlab_user_api_endpoint'] = 'https://sso.example.com/application/o/userinfo/'
