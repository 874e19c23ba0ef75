Feature: Upgrading GitLab Mattermost outside of GitLab

  GitLab 18.11 is the last to ship Mattermost. Leaving the bundle has its own order, and the way to GitLab 19 its own gate.

  @upgrading-gitlab-mattermost-outside-of-gitlab
  Scenario: The way out ends at the last GitLab with Mattermost and goes to the same version
    When the command `mattermost-lab upgrade --from 14.7.0 --format json` is run
    Then it exits with 1
    And its output as JSON has "/leaving/last_gitlab" = "18.11.11"
    And its output as JSON has "/leaving/server/land_on" = "10.11.20"
    And its output as JSON has "/leaving/server/then" = "11.7.3"
    And its output as JSON has "/leaving/server/then_keeps_gitlab_sign_in" = false
    And its output as JSON has "/leaving/server/unsafe/1" = {"from": "11.7.0", "below": "11.7.3"}
    And its output contains "gitlab-sign-in-ends"

  @upgrading-gitlab-mattermost-outside-of-gitlab
  Scenario: What only the environment holds is listed, with who gives it and without its value
    Given the file "gitlab.rb":
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = {
        'MM_EMAILSETTINGS_SMTPPASSWORD' => 'not-to-be-shown'
      }
      """
    And the file "config.json":
      """
      { "ServiceSettings": { "SiteURL": "http://old.example.com" } }
      """
    When the command `mattermost-lab upgrade --from 18.11.11 --gitlab-rb gitlab.rb --config-json config.json --format json` is run
    Then it exits with 1
    And its output as JSON has "/hops" = []
    And its output as JSON has "/leaving/environment_only/0/variable" = "MM_SERVICESETTINGS_SITEURL"
    And its output as JSON has "/leaving/environment_only/0/in_config_json" = true
    And its output as JSON has "/leaving/environment_only/22/variable" = "MM_EMAILSETTINGS_SMTPPASSWORD"
    And its output as JSON has "/leaving/environment_only/22/given_by" = "gitlab.rb:3"
    And its output as JSON has no "/leaving/environment_only/23"

  @upgrading-gitlab-mattermost-outside-of-gitlab
  Scenario: A setting with which Mattermost 11 does not start is found beforehand
    Given the file "config.json":
      """
      { "TeamSettings": { "ExperimentalViewArchivedChannels": false } }
      """
    When the command `mattermost-lab upgrade --from 18.11.11 --config-json config.json --format json` is run
    Then its output as JSON has "/concerns/2/rule" = "setting-refused"
    And its output as JSON has "/concerns/2/place" = "config.json: TeamSettings.ExperimentalViewArchivedChannels"

  @upgrading-gitlab-mattermost-outside-of-gitlab
  Scenario Outline: The check before GitLab 19 is installed is that of the installed patch
    Given the file "node.json":
      """
      { "normal": { "mattermost": <node data> } }
      """
    When the command `mattermost-lab upgrade --from <installed> --to 19.0.0 --node-json node.json --format json` is run
    Then it exits with 1
    And its output as JSON has "/gates/0/installed" = "<installed>"
    And its output as JSON has "/gates/0/package/stops" = "<stops>"

    Examples:
      | installed | node data                               | stops   |
      | 18.11.0   | { "enable": true }                      | no      |
      | 18.11.6   | { "enable": true }                      | no      |
      | 18.11.7   | { "sql_at_rest_encrypt_key": "x" }      | yes     |
      | 18.11.7   | {}                                      | no      |
      | 18.11.8   | { "enable": true }                      | yes     |
      | 18.11.8   | { "sql_at_rest_encrypt_key": "x" }      | depends |
      | 18.11.9   | { "enable": true }                      | yes     |
      | 18.11.9   | { "sql_at_rest_encrypt_key": "x" }      | no      |
      | 18.11.11  | { "enable": false }                     | no      |

  @upgrading-gitlab-mattermost-outside-of-gitlab
  Scenario Outline: The check of reconfigure is that of the new release
    Given the file "gitlab.rb":
      """
      external_url 'http://gitlab.example.com'
      <setting>
      """
    And the file "gitlab-secrets.json":
      """
      { "mattermost": <secrets> }
      """
    When the command `mattermost-lab upgrade --from 18.11.11 --to <target> --gitlab-rb gitlab.rb --secrets gitlab-secrets.json --format json` is run
    Then its output as JSON has "/gates/0/target" = "<target>"
    And its output as JSON has "/gates/0/reconfigure/stops" = "<stops>"

    Examples:
      | target | setting                                       | secrets                      | stops |
      | 19.0.0 | mattermost['team_site_name'] = 'Chat'         | {}                           | yes   |
      | 19.0.0 | gitlab_rails['mattermost_host'] = 'http://mm' | { "email_invite_salt": "x" } | yes   |
      | 19.1.0 | gitlab_rails['mattermost_host'] = 'http://mm' | {}                           | no    |
      | 19.2.4 | mattermost['enable'] = false                  | {}                           | yes   |
      | 19.3.0 | mattermost['enable'] = false                  | { "email_invite_salt": "x" } | no    |
      | 19.3.0 | mattermost['enable'] = true                   | {}                           | yes   |

  @upgrading-gitlab-mattermost-outside-of-gitlab
  Scenario: GitLab 19 itself has nothing to leave
    When the command `mattermost-lab upgrade --from 19.1.0 --format json` is run
    Then it exits with 1
    And its output as JSON has "/leaving" = null
    And its output as JSON has "/concerns/0/rule" = "mattermost-already-removed"
