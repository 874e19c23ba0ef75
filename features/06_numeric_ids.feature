@specify-numeric-user-and-group-identifiers
Feature: Specify numeric user and group identifiers

  The package makes a system user and group for Mattermost; the service runs as them and owns its files.

  @must @needs-builtin-translator
  Scenario Outline: The account has the ids of the settings, or whatever the system gives
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'
      <settings>
      """
    Then it exits with 0
    And its output as JSON has "/account/managed" = <managed>
    And its output as JSON has "/account/user" = "<user>"
    And its output as JSON has "/account/group" = "<group>"
    And its output as JSON has "/account/uid" = <uid>
    And its output as JSON has "/account/gid" = <gid>
    And its output as JSON has "/run_script/chpst/5" = "<user>:<group>"
    And its output as JSON has "/directories/0/owner" = "<user>"
    And its output as JSON has "/config_json/owner" = "<user>"

    Examples:
      | case        | settings                                                          | managed | user       | group      | uid    | gid    |
      | as written  | mattermost['uid'] = 1234; mattermost['gid'] = 1234                | true    | mattermost | mattermost | "1234" | "1234" |
      | uid alone   | mattermost['uid'] = 1234                                          | true    | mattermost | mattermost | "1234" | null   |
      | neither     |                                                                   | true    | mattermost | mattermost | null   | null   |
      | other names | mattermost['username'] = 'chat'; mattermost['group'] = 'chatters' | true    | chat       | chatters   | null   | null   |
      | not managed | manage_accounts['enable'] = false                                 | false   | mattermost | mattermost | null   | null   |

  @should @needs-builtin-translator
  Scenario Outline: What else belongs to the account depends on the version of GitLab
    When the command `mattermost-lab env - --gitlab-version <GitLab> --format deployment` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['uid'] = 1234
      mattermost['gid'] = 1234
      """
    Then it exits with 0
    And its output as JSON has "/account/uid" = "1234"
    And its output as JSON has "/account/shell" = "<shell>"
    And its output as JSON has "/run_script/chpst/5" = "<runs as>"
    And its output as JSON has "/config_json/mode" = "<config.json>"

    Examples:
      | GitLab | shell             | runs as               | config.json |
      | 11.0   | /bin/sh           | mattermost            | 0644        |
      | 11.1   | /bin/sh           | mattermost            | 0600        |
      | 11.5   | /bin/sh           | mattermost:mattermost | 0600        |
      | 14.7   | /bin/sh           | mattermost:mattermost | 0600        |
      | 17.7   | /bin/sh           | mattermost:mattermost | 0600        |
      | 17.8   | /usr/sbin/nologin | mattermost:mattermost | 0600        |
