sudo -u gitlab-psql /opt/gitlab/embedded/bin/createdb --owner=gitlab_mattermost -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production
sudo -u mattermost sh -c "zcat /tmp/dump.sql.gz | /opt/gitlab/embedded/bin/psql --set ON_ERROR_STOP=on -U gitlab_mattermost -h /var/opt/gitlab/postgresql -p 5432 mattermost_production"
