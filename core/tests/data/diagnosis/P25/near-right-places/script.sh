sudo cp -a /var/opt/gitlab/mattermost/data/. /opt/mattermost/data/
sudo cp -a /var/opt/gitlab/mattermost/data /opt/mattermost
