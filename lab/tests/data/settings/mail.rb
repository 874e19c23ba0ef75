mattermost['env'] = { 'MM_EMAILSETTINGS_SMTPSERVER' => 'mail.example.com' }
