Feature: Restore GitLab Mattermost, with what can go wrong on the way

  # The document stops Mattermost for this reason; any other session does the same.
  @restore-gitlab-mattermost @should @needs-host
  Scenario: With a session left open the restore runs into the old database, and exits with 0
    Given GitLab and Mattermost run on a host
    And "alice" has signed up for Mattermost through GitLab
    And what Mattermost holds is noted
    And the administrator has run:
      """
      sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > mattermost_dbdump_$(date --rfc-3339=date).sql.gz
      sudo tar -zcvf mattermost_data_$(date --rfc-3339=date).gz -C /var/opt/gitlab/mattermost data config.json
      """
    And the backup is where the document restores it from
    And "bob" has signed up for Mattermost through GitLab
    And the administrator has run:
      """
      sudo gitlab-psql -d mattermost_production -c 'SELECT pg_sleep(600)' > /dev/null 2>&1 &
      until sudo gitlab-psql -At -c "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND datname = 'mattermost_production'" | grep -q 1; do sleep 0.1; done
      """
    When the administrator runs:
      """
      # Stop Mattermost so we don't have any open database connections
      sudo gitlab-ctl stop mattermost

      # Drop the Mattermost database
      sudo -u gitlab-psql /opt/gitlab/embedded/bin/dropdb -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production

      # Create the Mattermost database
      sudo -u gitlab-psql /opt/gitlab/embedded/bin/createdb -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production

      # Perform the database restore
      # Replace /tmp/mattermost_dbdump_2021-08-05.sql.gz with your backup
      sudo -u mattermost sh -c "zcat /tmp/mattermost_dbdump_2021-08-05.sql.gz | /opt/gitlab/embedded/bin/psql -U gitlab_mattermost -h /var/opt/gitlab/postgresql -p 5432 mattermost_production"

      # Restore the data directory and config.json
      # Replace /tmp/mattermost_data_2021-08-09.gz with your backup
      sudo tar -xzvf /tmp/mattermost_data_2021-08-09.gz -C /var/opt/gitlab/mattermost

      # Fix permissions if required
      sudo chown -R mattermost:mattermost /var/opt/gitlab/mattermost/data
      sudo chown mattermost:mattermost /var/opt/gitlab/mattermost/config.json

      # Start Mattermost
      sudo gitlab-ctl start mattermost
      """
    Then it exits with 0
    And its error output contains "is being accessed by other users"
    And its error output contains "already exists"
    And on the host `gitlab-psql -d mattermost_production -At -c "SELECT count(*) FROM users WHERE username = 'bob'"` prints "1"

  @restore-gitlab-mattermost @should @needs-host
  Scenario: A dump that Mattermost's user may not read leaves an empty database, and exits with 0
    Given GitLab and Mattermost run on a host
    And "alice" has signed up for Mattermost through GitLab
    And what Mattermost holds is noted
    And the administrator has run:
      """
      sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > mattermost_dbdump_$(date --rfc-3339=date).sql.gz
      sudo tar -zcvf mattermost_data_$(date --rfc-3339=date).gz -C /var/opt/gitlab/mattermost data config.json
      """
    And the backup is where the document restores it from
    And the administrator has run:
      """
      chmod 0600 /tmp/mattermost_dbdump_2021-08-05.sql.gz
      """
    When the administrator runs:
      """
      # Stop Mattermost so we don't have any open database connections
      sudo gitlab-ctl stop mattermost

      # Drop the Mattermost database
      sudo -u gitlab-psql /opt/gitlab/embedded/bin/dropdb -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production

      # Create the Mattermost database
      sudo -u gitlab-psql /opt/gitlab/embedded/bin/createdb -O gitlab_mattermost -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production

      # Perform the database restore
      # Replace /tmp/mattermost_dbdump_2021-08-05.sql.gz with your backup
      sudo -u mattermost sh -c "zcat /tmp/mattermost_dbdump_2021-08-05.sql.gz | /opt/gitlab/embedded/bin/psql -U gitlab_mattermost -h /var/opt/gitlab/postgresql -p 5432 mattermost_production"

      # Restore the data directory and config.json
      # Replace /tmp/mattermost_data_2021-08-09.gz with your backup
      sudo tar -xzvf /tmp/mattermost_data_2021-08-09.gz -C /var/opt/gitlab/mattermost

      # Fix permissions if required
      sudo chown -R mattermost:mattermost /var/opt/gitlab/mattermost/data
      sudo chown mattermost:mattermost /var/opt/gitlab/mattermost/config.json

      # Start Mattermost
      sudo gitlab-ctl start mattermost
      """
    Then it exits with 0
    And its error output contains "Permission denied"
    And Mattermost answers at "http://mattermost.example.com"
    And on the host `gitlab-psql -d mattermost_production -At -c "SELECT count(*) FROM users"` prints "0"

  @restore-gitlab-mattermost @should @needs-host
  Scenario: Files that are newer than the backup stay
    Given GitLab and Mattermost run on a host
    And "alice" has signed up for Mattermost through GitLab
    And what Mattermost holds is noted
    And the administrator has run:
      """
      sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > mattermost_dbdump_$(date --rfc-3339=date).sql.gz
      sudo tar -zcvf mattermost_data_$(date --rfc-3339=date).gz -C /var/opt/gitlab/mattermost data config.json
      """
    And the backup is where the document restores it from
    And the administrator has run:
      """
      sudo -u mattermost touch /var/opt/gitlab/mattermost/data/newer
      """
    When the administrator runs:
      """
      sudo tar -xzvf /tmp/mattermost_data_2021-08-09.gz -C /var/opt/gitlab/mattermost
      """
    Then it exits with 0
    And on the host `test -e /var/opt/gitlab/mattermost/data/newer` succeeds
