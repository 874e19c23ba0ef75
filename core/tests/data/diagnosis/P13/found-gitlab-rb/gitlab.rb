external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['team_site_name'] = 'Ours'
