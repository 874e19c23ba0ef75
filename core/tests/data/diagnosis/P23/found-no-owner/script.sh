sudo -u gitlab-psql /opt/gitlab/embedded/bin/createdb -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production
sudo -u mattermost sh -c "zcat /tmp/dump.sql.gz | /opt/gitlab/embedded/bin/psql -v ON_ERROR_STOP=1 -U gitlab_mattermost -h /var/opt/gitlab/postgresql -p 5432 mattermost_production"
