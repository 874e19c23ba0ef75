@needs-gitlab-admin @needs-postgresql
Feature: Email batching

  Whether a user may choose how often to get mail is what Mattermost tells its clients.

  @email-batching @must
  Scenario: Users cannot choose how often they get mail unless batching is enabled
    Given GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    Then clients of Mattermost are told "EnableEmailBatching" = "false"

  @email-batching @must
  Scenario: Enabled in the console, batching holds at once and after a restart
    Given GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    And the administrator saves these settings in the console:
      """
      {"EmailSettings": {"EnableEmailBatching": true}}
      """
    Then clients of Mattermost are told "EnableEmailBatching" = "true"
    When Mattermost is restarted
    Then clients of Mattermost are told "EnableEmailBatching" = "true"
    And the console shows "EmailSettings.EnableEmailBatching" as open to change

  @email-batching @must
  Scenario: Enabled in config.json, batching holds
    Given the file "config.json":
      """
      {"EmailSettings": {"EnableEmailBatching": true, "EmailBatchingInterval": 60}}
      """
    And GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    Then clients of Mattermost are told "EnableEmailBatching" = "true"
    And the console shows "EmailSettings.EmailBatchingInterval" = 60

  # DIFFERENCE: erratum 5, with the name of the document's example the interval would stay at 30.
  @email-batching @must @needs-translate
  Scenario: Settings of batching from before GitLab 11.0 hold once they are translated
    When these settings of GitLab 10.x are translated:
      """
      mattermost['email_enable_batching'] = true
      mattermost['email_batching_buffer_size'] = 512
      mattermost['email_batching_interval'] = 45
      """
    And GitLab and Mattermost are started with the translated settings
    And "alice" signs up for Mattermost through GitLab
    Then clients of Mattermost are told "EnableEmailBatching" = "true"
    And the console shows "EmailSettings.EnableEmailBatching" as locked
    And the console shows "EmailSettings.EmailBatchingBufferSize" = 512
    And the console shows "EmailSettings.EmailBatchingInterval" = 45

  @email-batching @should
  Scenario: Mattermost does not start with batching and without the URL that its mails link to
    Given the settings file holds:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { 'MM_EMAILSETTINGS_ENABLEEMAILBATCHING' => 'true', 'MM_SERVICESETTINGS_SITEURL' => '' }
      """
    When the administrator reconfigures
    Then Mattermost does not start and says "site_url"
