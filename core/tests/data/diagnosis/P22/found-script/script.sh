set -o pipefail
sudo -u gitlab-psql pg_dump mattermost_production | gzip > a.sql.gz
sudo tar -zcvf files.gz -C /var/opt/gitlab/mattermost data config.json
