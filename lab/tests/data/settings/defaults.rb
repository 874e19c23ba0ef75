external_url ENV['GITLAB_URL'] || 'http://gitlab.example.com'
mattermost_external_url ENV.fetch('CHAT_URL', 'http://chat.example.com')
