@upgrading-gitlab-mattermost-from-versions-prior-to-110 @needs-gitlab-admin @needs-postgresql
Feature: Settings from before GitLab 11.0 in a running Mattermost

  What the translation says is what Mattermost runs with, read back from its console.

  @must @needs-translate
  Scenario: Mattermost runs with the translated settings
    When these settings of GitLab 10.x are translated:
      """
      mattermost['service_maximum_login_attempts'] = 7
      mattermost['service_allow_cookies_from_subdomains'] = true
      mattermost['team_max_users_per_team'] = 150
      mattermost['log_file_level'] = 'DEBUG'
      mattermost['email_batching_interval'] = 45
      mattermost['email_notification_content_type'] = 'generic'
      mattermost['ratelimit_enable_rate_limiter'] = true
      mattermost['support_terms_of_service_link'] = "https://example.com/terms"
      mattermost['localization_server_locale'] = 'de'
      """
    And GitLab and Mattermost are started with the translated settings
    And "alice" signs up for Mattermost through GitLab
    Then the console shows "ServiceSettings.MaximumLoginAttempts" = 7
    And the console shows "ServiceSettings.MaximumLoginAttempts" as locked
    And the console shows "ServiceSettings.AllowCookiesForSubdomains" = true
    And the console shows "TeamSettings.MaxUsersPerTeam" = 150
    And the console shows "LogSettings.FileLevel" = "DEBUG"
    And the console shows "EmailSettings.EmailBatchingInterval" = 45
    And the console shows "EmailSettings.EmailNotificationContentsType" = "generic"
    And the console shows "RateLimitSettings.Enable" = true
    And the console shows "SupportSettings.TermsOfServiceLink" = "https://example.com/terms"
    And the console shows "LocalizationSettings.DefaultServerLocale" = "de"
    And the console shows "LocalizationSettings.DefaultServerLocale" as locked

  # DIFFERENCE: errata 1 and 5.
  @must
  Scenario: Variables that the document names and Mattermost does not know change nothing
    Given GitLab and Mattermost run with these settings:
      """
      mattermost['env'] = {
        'MM_EMAILSETTINGS_BATCHINGINTERVAL' => '45',
        'MM_EMAILSETTINGS_NOTIFICATIONCONTENTTYPE' => 'generic'
      }
      """
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "EmailSettings.EmailBatchingInterval" = 30
    And the console shows "EmailSettings.EmailBatchingInterval" as open to change
    And the console shows "EmailSettings.EmailNotificationContentsType" = "full"
    And the console shows "EmailSettings.EmailNotificationContentsType" as open to change
