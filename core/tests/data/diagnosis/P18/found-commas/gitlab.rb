external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['service_allowed_untrusted_internal_connections'] = 'gitlab.example.com,10.0.0.0/8'
