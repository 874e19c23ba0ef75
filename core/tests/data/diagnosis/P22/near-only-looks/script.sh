ls /var/opt/gitlab/mattermost
sudo gitlab-ctl status mattermost
