sudo gitlab-psql /opt/gitlab/embedded/bin/pg_dump mattermost_production | gzip > dump.sql.gz
