@configuring-mattermost @needs-postgresql
Feature: Configuring Mattermost

  The document: Mattermost is configured in its System Console, in config.json, or by mattermost['env'] in gitlab.rb. A
  setting made by a variable is locked in the console and changes with a restart only. The first to sign up is
  Mattermost's administrator and sees the console.

  @must @needs-gitlab-admin
  Scenario Outline: A variable wins over config.json, and without it config.json decides
    Given the file "config.json":
      """
      {"TeamSettings": {"<key>": <in the file>}}
      """
    And GitLab and Mattermost run with these settings:
      """
      mattermost['env'] = { '<variable>' => '<value>' }
      """
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "TeamSettings.<key>" = <in force>
    And the console shows "TeamSettings.<key>" as locked
    When the administrator changes the settings to these and reconfigures:
      """
      mattermost['env'] = {}
      """
    And Mattermost is restarted
    Then the console shows "TeamSettings.<key>" = <in the file>
    And the console shows "TeamSettings.<key>" as open to change

    Examples:
      | case   | key                         | in the file | variable                                    | value          | in force              |
      | text   | CustomDescriptionText       | "from file" | MM_TEAMSETTINGS_CUSTOMDESCRIPTIONTEXT       | from gitlab.rb | "from gitlab.rb"      |
      | flag   | EnableOpenServer            | true        | MM_TEAMSETTINGS_ENABLEOPENSERVER            | false          | false                 |
      | number | MaxUsersPerTeam             | 75          | MM_TEAMSETTINGS_MAXUSERSPERTEAM             | 200            | 200                   |
      | list   | ExperimentalDefaultChannels | ["help"]    | MM_TEAMSETTINGS_EXPERIMENTALDEFAULTCHANNELS | off-topic news | ["off-topic", "news"] |

  @must @needs-gitlab-admin
  Scenario: Without config.json and variables Mattermost's defaults hold, but the package sets some variables itself
    Given GitLab and Mattermost run with these settings:
      """
      # nothing but the two external URLs
      """
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "TeamSettings.MaxUsersPerTeam" = 50
    And the console shows "TeamSettings.MaxUsersPerTeam" as open to change
    And the console shows "TeamSettings.SiteName" = "GitLab Mattermost"
    And the console shows "TeamSettings.SiteName" as locked
    And the console shows "ServiceSettings.SiteURL" = "http://mattermost.example.com"
    And the console shows "ServiceSettings.SiteURL" as locked

  @must @needs-gitlab-admin
  Scenario: A changed variable takes effect with a restart, and never reaches config.json
    Given the file "config.json":
      """
      {"TeamSettings": {"MaxUsersPerTeam": 75}}
      """
    And GitLab and Mattermost run with these settings:
      """
      mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => '100' }
      """
    When "alice" signs up for Mattermost through GitLab
    And the administrator changes the settings to these and reconfigures:
      """
      mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => '200' }
      """
    Then the console shows "TeamSettings.MaxUsersPerTeam" = 100
    When Mattermost is restarted
    Then the console shows "TeamSettings.MaxUsersPerTeam" = 200
    And the file "config.json" contains:
      """
      "MaxUsersPerTeam": 75
      """

  # DIFFERENCE: erratum 14, variables take precedence, but one that is empty is not set at all.
  @must @needs-gitlab-admin
  Scenario: An empty variable overrides nothing
    Given the file "config.json":
      """
      {"TeamSettings": {"SiteName": "Chat from the file"}}
      """
    And GitLab and Mattermost run with these settings:
      """
      mattermost['team_site_name'] = ''
      """
    When "alice" signs up for Mattermost through GitLab
    Then clients of Mattermost are told "SiteName" = "Chat from the file"
    And the console shows "TeamSettings.SiteName" as open to change

  # Mattermost up to 5.29 (GitLab 13.7) does not start with such a value.
  @should @needs-gitlab-admin
  Scenario: A value that is none of its setting has no effect, and locks the setting all the same
    Given the file "config.json":
      """
      {"TeamSettings": {"MaxUsersPerTeam": 75, "EnableOpenServer": true}}
      """
    And GitLab and Mattermost run with these settings:
      """
      mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => 'ten', 'MM_TEAMSETTINGS_ENABLEOPENSERVER' => 'no' }
      """
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "TeamSettings.MaxUsersPerTeam" = 75
    And the console shows "TeamSettings.MaxUsersPerTeam" as locked
    And the console shows "TeamSettings.EnableOpenServer" = true
    And the console shows "TeamSettings.EnableOpenServer" as locked

  @should
  Scenario: A value out of its setting's range keeps Mattermost from starting
    Given the settings file holds:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { 'MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL' => '29' }
      """
    When the administrator reconfigures
    Then Mattermost does not start and says "email_batching_interval"

  @should @needs-gitlab-admin
  Scenario: The console hides secrets and is open to administrators alone
    Given GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "GitLabSettings.Secret" = "********************************"
    When "bob" signs up for Mattermost through GitLab
    Then the console is closed
