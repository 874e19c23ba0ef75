Feature: Troubleshooting the Mattermost CLI

  Known problem P15: the program then looks for the database of its factory settings, and goes on looking for minutes.

  @failed-to-ping-db-retrying-in-10-seconds-errdial-tcp-lookup-dockerhost-no-such-host @must @needs-host @needs-standin
  Scenario Outline: Without its variables the program cannot find the database
    Given a host with the Linux package of GitLab <GitLab>
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
    And its <stream> contains "<words>"
    And its <stream> contains "<reason>"

    Examples:
      | GitLab | stream       | words                                        | reason                                     |
      | 12.3.5 | output       | Failed to ping DB retrying in 10 seconds err= | dial tcp: lookup dockerhost: no such host  |
      | 14.7.0 | error output | Failed to ping DB                             | error connecting to server                 |

  @failed-to-ping-db-retrying-in-10-seconds-errdial-tcp-lookup-dockerhost-no-such-host @must @needs-host @needs-standin
  Scenario: With the package's variables the same program finds the database
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

      sudo timeout 5 /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then it exits with 0
    And its output contains "DB Version: 5.14.0"
    And its output does not contain "dockerhost"
    And its error output does not contain "dockerhost"
