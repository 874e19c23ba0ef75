Feature: Mattermost Command Line Tools (CLI), without the package's variables

  Known problem P15: the program then looks for the database of its factory settings, and goes on looking for minutes.

  @mattermost-command-line-tools-cli @must @needs-host @needs-standin
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
