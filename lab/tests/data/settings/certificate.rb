if File.exist?('/etc/letsencrypt/live/chat.example.com/fullchain.pem')
  mattermost_external_url 'https://chat.example.com'
else
  mattermost_external_url 'http://chat.example.com'
end
external_url 'http://gitlab.example.com'
