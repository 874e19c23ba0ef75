Feature: Troubleshooting the Mattermost CLI

  Known problem P15: the program then looks for the database of its factory settings, and goes on looking for minutes. From 6.5
  on it tells its version without asking a database.

  @failed-to-ping-db-retrying-in-10-seconds-errdial-tcp-lookup-dockerhost-no-such-host @must @needs-host
  Scenario: Without its variables the program cannot find the database
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      cd /opt/gitlab/embedded/service/mattermost

      sudo timeout 5 /opt/gitlab/embedded/bin/chpst -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then by the version of Mattermost the command shows:
      | from | before | where          | what               |
      |      | 6.5.0  | exit code      | 124                |
      |      | 5.20.0 | output         | Failed to ping DB  |
      | 5.20 | 6.0.0  | error output   | Failed to ping DB  |
      | 5.30 | 6.0.0  | error output   | connection refused |
      | 6.0  | 6.5.0  | output         | Failed to ping DB  |
      | 6.0  | 6.5.0  | output         | connection refused |
      | 6.5  |        | exit code      | 0                  |
      | 6.5  |        | neither output | Failed to ping DB  |

  # The words of the document's heading are those of a server before 5.16, whose factory settings name a host `dockerhost`.
  @failed-to-ping-db-retrying-in-10-seconds-errdial-tcp-lookup-dockerhost-no-such-host @must @needs-host @needs-standin
  Scenario: Without its variables a program of GitLab 12.3 looks for the host of the document
    Given a host with the Linux package of GitLab 12.3.5
    And "/etc/gitlab/gitlab.rb" gets the line:
      """
      mattermost_external_url 'http://mattermost.example.com'
      """
    And the administrator has run:
      """
      sudo gitlab-ctl reconfigure
      """
    And Mattermost answers at "http://mattermost.example.com"
    When the administrator runs:
      """
      cd /opt/gitlab/embedded/service/mattermost

      sudo timeout 5 /opt/gitlab/embedded/bin/chpst -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then it exits with 124
    And its output contains "Failed to ping DB retrying in 10 seconds err="
    And its output contains "dial tcp: lookup dockerhost: no such host"

  @failed-to-ping-db-retrying-in-10-seconds-errdial-tcp-lookup-dockerhost-no-such-host @must @needs-host
  Scenario: With the package's variables the same program finds the database
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      cd /opt/gitlab/embedded/service/mattermost

      sudo timeout 20 /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then it exits with 0
    And by the version of Mattermost the command shows:
      | from | before | where          | what              |
      |      | 6.5.0  | output         | DB Version:       |
      | 6.5  |        | output         | Build Number:     |
      |      |        | neither output | dockerhost        |
      |      |        | neither output | Failed to ping DB |
