external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['email_smtp_server'] = 'mail.example.com'
