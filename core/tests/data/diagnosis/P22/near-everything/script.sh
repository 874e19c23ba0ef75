set -o pipefail
sudo -u gitlab-psql pg_dump mattermost_production | gzip > a.sql.gz
sudo tar -zcf files.tar.gz -C /var/opt/gitlab mattermost
sudo tar -zcf settings.tar.gz -C / etc/gitlab opt/gitlab/etc/mattermost/env
