host = `hostname`.strip
external_url "http://#{host}"
mattermost_external_url 'https://chat.example.com'
