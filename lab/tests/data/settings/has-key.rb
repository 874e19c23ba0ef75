external_url "https://" + ENV['DOMAIN']
mattermost_external_url 'https://' + (ENV.has_key?('CHAT_DOMAIN') ? ENV['CHAT_DOMAIN'] : ('chat.' + ENV['DOMAIN']))
