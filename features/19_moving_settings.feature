@upgrading-gitlab-mattermost-outside-of-gitlab
Feature: Upgrading GitLab Mattermost outside of GitLab, and the settings that stay behind

  The package gives about twenty settings by environment alone, and Mattermost keeps them out of its config.json. An
  administrator who moves that file alone to another server loses them.

  @must
  Scenario: Settings that only the environment holds are lost with config.json alone, and told by name
    Given the file "gitlab.rb":
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['gitlab_enable'] = true
      mattermost['gitlab_id'] = 'application-id'
      mattermost['gitlab_secret'] = 'not-to-be-shown'
      """
    And the file "config.json":
      """
      { "TeamSettings": { "MaxUsersPerTeam": 300 } }
      """
    When the command `mattermost-lab inventory --gitlab-version 14.1.0 --gitlab-rb gitlab.rb --config-json config.json` is run
    Then it exits with 0
    And its output as JSON has "/settings/entries/ServiceSettings.SiteURL/layer" = "environment"
    And its output does not contain "not-to-be-shown"
    And its output is kept as "bundled.json"
    When the command `mattermost-lab inventory --mattermost-version 5.36.1 --config-json config.json` is run
    Then it exits with 0
    And its output is kept as "moved.json"
    When the command `mattermost-lab inventory diff bundled.json moved.json` is run
    Then it exits with 1
    And its output contains "setting GitLabSettings.Enable: true -> false"
    And its output contains "setting-reverted: it was set by the environment only and fell back to the default (P14)"
    And its output contains "setting ServiceSettings.SiteURL"
    And its output contains "setting SqlSettings.DataSource: a secret -> a secret"
    And its output does not contain "MaxUsersPerTeam"

  @must
  Scenario: Moving the env directory, with its paths changed, loses nothing
    Given the file "gitlab.rb":
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => '300' }
      """
    And the file "config.json":
      """
      {}
      """
    When the command `mattermost-lab env gitlab.rb --gitlab-version 14.1.0 --format dir:env` is run
    And the command `mattermost-lab inventory --gitlab-version 14.1.0 --env-dir env --config-json config.json` is run
    Then its output is kept as "bundled.json"
    Given the file "env/MM_SQLSETTINGS_DATASOURCE":
      """
      postgres://mmuser@db.example.com/mattermost
      """
    And the file "env/MM_FILESETTINGS_DIRECTORY":
      """
      /opt/mattermost/data
      """
    When the command `mattermost-lab inventory --mattermost-version 5.36.1 --env-dir env --config-json config.json` is run
    Then its output is kept as "moved.json"
    When the command `mattermost-lab inventory diff bundled.json moved.json --format json` is run
    Then it exits with 0
    And its output as JSON has "/verdict" = "as-expected"
    And its changes are:
      | setting FileSettings.Directory |
      | setting SqlSettings.DataSource |
