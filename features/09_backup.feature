Feature: Back up GitLab Mattermost

  @back-up-the-bundled-postgresql-database @must @needs-host
  Scenario: The dump is whole while Mattermost runs
    Given GitLab and Mattermost run on a host
    And "alice" has signed up for Mattermost through GitLab
    When the administrator runs:
      """
      sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > mattermost_dbdump_$(date --rfc-3339=date).sql.gz
      """
    Then it exits with 0
    And on the host `zcat /home/admin/mattermost_dbdump_$(date --rfc-3339=date).sql.gz | grep -c '^-- PostgreSQL database dump complete'` prints "1"
    And on the host `zcat /home/admin/mattermost_dbdump_*.sql.gz | grep -c alice@example.com` prints "1"
    And on the host `zcat /home/admin/mattermost_dbdump_*.sql.gz | grep 'OWNER TO' | grep -vc gitlab_mattermost` prints "0"

  @back-up-the-bundled-postgresql-database @must @needs-host
  Scenario: A dump that fails leaves an archive of nothing, and the status of success
    Given GitLab and Mattermost run on a host
    And the administrator has run:
      """
      sudo gitlab-ctl stop postgresql
      """
    When the administrator runs:
      """
      sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > mattermost_dbdump_$(date --rfc-3339=date).sql.gz
      """
    Then it exits with 0
    And its error output contains "No such file or directory"
    And the dump's archive is empty
    When the administrator runs:
      """
      set -o pipefail
      sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > mattermost_dbdump_$(date --rfc-3339=date).sql.gz
      """
    Then it exits with 1

  # DIFFERENCE: erratum 19, plugins, secrets and settings are missing; and known problem P14, what only the env holds.
  @back-up-the-data-directory-and-configjson @must @needs-host
  Scenario: The archive has data and config.json, and nothing else that a new server would need
    Given GitLab and Mattermost run on a host
    And the administrator has run:
      """
      sudo -u mattermost sh -c 'mkdir -p /var/opt/gitlab/mattermost/data/20261123 && echo hello > /var/opt/gitlab/mattermost/data/20261123/file'
      """
    When the administrator runs:
      """
      sudo tar -zcvf mattermost_data_$(date --rfc-3339=date).gz -C /var/opt/gitlab/mattermost data config.json
      """
    Then it exits with 0
    And on the host `tar -tzf /home/admin/mattermost_data_$(date --rfc-3339=date).gz | sort` prints:
      """
      config.json
      data/
      data/20261123/
      data/20261123/file
      """
    And on the host `tar -xzOf /home/admin/mattermost_data_*.gz data/20261123/file` prints "hello"
    And on the host `tar -xzOf /home/admin/mattermost_data_*.gz config.json | grep -c -f /opt/gitlab/etc/mattermost/env/MM_GITLABSETTINGS_ID` prints "0"
    And on the host `tar -xzOf /home/admin/mattermost_data_*.gz config.json | grep -c mattermost.example.com` prints "0"
