#!/bin/bash
# Move nothing by halves.
set -euo pipefail
sudo gitlab-ctl stop mattermost
sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > dump.sql.gz
sudo tar -zcf files.tar.gz -C /var/opt/gitlab mattermost
sudo tar -zcf settings.tar.gz -C / etc/gitlab opt/gitlab/etc/mattermost/env
sudo -u gitlab-psql /opt/gitlab/embedded/bin/createdb -O gitlab_mattermost -h /var/opt/gitlab/postgresql mattermost_production
sudo gitlab-ctl start mattermost
