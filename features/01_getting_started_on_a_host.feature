@getting-started
Feature: Getting started, on a host with the package

  The document's own commands, typed as they are printed, on a machine with the package's folders, users and services.

  @must @needs-host
  Scenario: Mattermost is disabled by default
    Given a host with the Linux package
    When the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And on the host `test -e /var/opt/gitlab/mattermost` fails
    And on the host `id mattermost` fails

  @must @needs-host
  Scenario: One line of settings and one command bring up Mattermost, authorized with GitLab
    Given a host with the Linux package
    When "/etc/gitlab/gitlab.rb" gets the line:
      """
      mattermost_external_url 'http://mattermost.example.com'
      """
    And the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And its output contains "gitlab Reconfigured!"
    And Mattermost answers at "http://mattermost.example.com"
    And Mattermost offers to sign in with GitLab
    And GitLab has an application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And her account in Mattermost belongs to GitLab
    And on the host `stat -c '%U %a' /var/opt/gitlab/mattermost/config.json` prints "mattermost 600"
    And on the host `stat -c '%U %a' /etc/gitlab/gitlab-secrets.json` prints "root 600"
    And on the host `gitlab-psql -At -c "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'mattermost_production'"` prints "gitlab_mattermost"

  @must @needs-host @needs-gitlab-admin
  Scenario: Reconfiguring again changes nothing
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      sudo gitlab-ctl status mattermost | sed 's/) [0-9]*s.*/)/' > before
      sudo gitlab-ctl reconfigure
      sudo gitlab-ctl status mattermost | sed 's/) [0-9]*s.*/)/' | diff before -
      """
    Then it exits with 0
    And its output is exactly:
      """
      nothing to change
      gitlab Reconfigured!
      """
    And GitLab has 1 application "GitLab Mattermost"

  @must @needs-host
  Scenario: Only root reconfigures
    Given a host with the Linux package
    When the administrator runs:
      """
      gitlab-ctl reconfigure
      """
    Then it exits with 1
    And its error output contains "root"
