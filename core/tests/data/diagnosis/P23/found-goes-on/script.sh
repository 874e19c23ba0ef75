sudo -u gitlab-psql /opt/gitlab/embedded/bin/createdb -O gitlab_mattermost -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production
sudo -u mattermost sh -c "zcat /tmp/dump.sql.gz | /opt/gitlab/embedded/bin/psql -U gitlab_mattermost -h /var/opt/gitlab/postgresql -p 5432 mattermost_production"
