@connecting-to-the-bundled-postgresql-database
Feature: Connecting to the bundled PostgreSQL database

  @must @needs-host
  Scenario: The document's command is a session of the superuser in Mattermost's database
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      echo 'SELECT current_user, current_database()' | sudo gitlab-psql -d mattermost_production
      """
    Then it exits with 0
    And its output contains "gitlab-psql  | mattermost_production"

  @must @needs-host
  Scenario: It takes the right to become another user
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      gitlab-psql -d mattermost_production -c 'SELECT 1'
      """
    Then its output is empty
    And its error output contains "permission denied"

  # Known problem P24: the wrapper always runs psql, whatever it is given.
  @should @needs-host
  Scenario: A dump through gitlab-psql is no dump, and the pipeline says nothing of it
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      sudo gitlab-psql /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > dump.gz
      """
    Then it exits with 0
    And on the host `stat -c %s /home/admin/dump.gz` prints "20"
    And on the host `zcat /home/admin/dump.gz | wc -c` prints "0"
