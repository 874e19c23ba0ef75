set -eo pipefail
sudo -u gitlab-psql pg_dump mattermost_production | gzip > dump.sql.gz
