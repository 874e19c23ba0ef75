external_url 'https://gitlab.example.com'
mattermost_external_url 'https://chat.example.com'
mattermost['env'] = { 'MM_GITLABSETTINGS_USERAPIENDPOINT' => 'https://gitlab.example.com/api/v3/users/me' }
mattermost['team_site_name'] = ENV['SITE_NAME']
