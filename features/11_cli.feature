Feature: Mattermost Command Line Tools (CLI)

  What the commands print and on which stream depends on the version of Mattermost. Where the lab cannot choose the version, the
  server that is there is asked for its own.

  @mattermost-command-line-tools-cli @must @needs-host
  Scenario: The document's command tells the version of server and database
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      cd /opt/gitlab/embedded/service/mattermost

      sudo /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then it exits with 0
    And by the version of Mattermost the command shows:
      | from | before | where          | what          |
      |      |        | output         | Version:      |
      |      |        | output         | Build Number: |
      |      | 6.5.0  | output         | DB Version:   |
      | 6.5  |        | neither output | DB Version:   |
      |      | 5.20.0 | output         | Pinging SQL   |
      | 5.20 | 6.0.0  | error output   | Pinging SQL   |
      | 6.0  | 6.5.0  | output         | Pinging SQL   |
      | 6.5  |        | neither output | Pinging SQL   |

  # The document's sample has Version 5.14.0 and Build Number 5.14.2: a server may take itself for another release.
  @mattermost-command-line-tools-cli @should @needs-host @needs-standin
  Scenario Outline: What else is printed depends on the version of GitLab
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

      sudo /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then it exits with 0
    And its output contains "Version: <version>"
    And its output contains "Build Number: <build number>"
    And its <stream> contains "Pinging SQL"

    Examples:
      | GitLab | version | build number | stream       |
      | 12.3.5 | 5.14.0  | 5.14.2       | output       |
      | 14.1.0 | 5.36.1  | 5.36.1       | error output |
      | 14.7.0 | 6.2.1   | 6.2.1        | output       |

  # DIFFERENCE: erratum 10, the path of the variables in the document's command holds from GitLab 11.6 on.
  @mattermost-command-line-tools-cli @may @needs-host @needs-chosen-gitlab
  Scenario: The document's command needs a GitLab of 11.6 or later
    Given a host with the Linux package of GitLab 11.5.0
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

      sudo /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then it exits with 111
    And its error output contains "/opt/gitlab/etc/mattermost/env"

  @mattermost-command-line-tools-cli @must @needs-host
  Scenario: Elsewhere than in its own directory the program does not find its texts
    Given GitLab and Mattermost run on a host
    When the administrator runs:
      """
      sudo /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version
      """
    Then by the version of Mattermost the command shows:
      | from | before | where        | what                   |
      |      | 6.5.0  | exit code    | 2                      |
      |      | 6.5.0  | error output | to find i18n directory |
      | 6.5  |        | exit code    | 0                      |

  # DIFFERENCE: erratum 11, an alias takes no arguments, so `$1` is noise; and it leaves the shell elsewhere.
  @mattermost-command-line-tools-cli @must @needs-host
  Scenario: The alias works, and leaves the shell in another directory
    Given GitLab and Mattermost run on a host
    And the administrator has run:
      """
      cat >> ~/.bashrc <<'END'
      alias mattermost-cli="cd /opt/gitlab/embedded/service/mattermost && sudo /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json $1"
      END
      """
    When the administrator runs in a shell with aliases:
      """
      mattermost-cli version
      pwd
      """
    Then it exits with 0
    And its output contains "Build Number: "
    And its output contains "/opt/gitlab/embedded/service/mattermost"
