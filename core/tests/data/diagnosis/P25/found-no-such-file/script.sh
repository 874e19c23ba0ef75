sudo cp /var/opt/gitlab/mattermost/config/config.json /opt/mattermost/config/
