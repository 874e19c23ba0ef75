from_file '/etc/gitlab/mail.rb'
external_url 'https://gitlab.example.com'
mattermost_external_url 'https://chat.example.com'
