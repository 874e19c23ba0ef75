roles ENV['ROLES']
external_url 'https://gitlab.example.com'
mattermost_external_url 'https://chat.example.com'
mattermost['env'] = { 'MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS' => 'gitlab.example.com' }
