external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['env'] = { 'MM_EMAILSETTINGS_SMTPSERVER' => 'mail.example.com' }
mattermost_nginx['redirect_http_to_https'] = true
