@upgrading-gitlab-mattermost-from-versions-prior-to-110
Feature: Settings from before GitLab 11.0 become variables of the document's names

  Following the document to the letter leads to these variables, whether or not Mattermost reads them.

  @may @needs-translate-as-documented
  Scenario Outline: The example leads to the variables that it shows
    When these settings of GitLab 10.x are translated as the document says:
      """
      mattermost['<key>'] = <value>
      """
    Then the translation makes <documented> "<text>"

    Examples:
      | key                            | value                     | documented                               | text                    |
      | service_maximum_login_attempts | 10                        | MM_SERVICESETTINGS_MAXIMUMLOGINATTEMPTS  | 10                      |
      | team_teammate_name_display     | "full_name"               | MM_TEAMSETTINGS_TEAMMATENAMEDISPLAY      | full_name               |
      | sql_max_idle_conns             | 10                        | MM_SQLSETTINGS_MAXIDLECONNS              | 10                      |
      | log_file_level                 | 'INFO'                    | MM_LOGSETTINGS_FILELEVEL                 | INFO                    |
      | file_enable_file_attachments   | true                      | MM_FILESETTINGS_ENABLEFILEATTACHMENTS    | true                    |
      | ratelimit_memory_store_size    | 10000                     | MM_RATELIMITSETTINGS_MEMORYSTORESIZE     | 10000                   |
      | support_terms_of_service_link  | "/static/help/terms.html" | MM_SUPPORTSETTINGS_TERMSOFSERVICELINK    | /static/help/terms.html |
      | privacy_show_email_address     | true                      | MM_PRIVACYSETTINGS_SHOWEMAILADDRESS      | true                    |
      | localization_available_locales | "en,es,fr,ja,pt-BR"       | MM_LOCALIZATIONSETTINGS_AVAILABLELOCALES | en,es,fr,ja,pt-BR       |
      | webrtc_enable                  | false                     | MM_WEBRTCSETTINGS_ENABLE                 | false                   |
      | email_batching_interval        | 30                        | MM_EMAILSETTINGS_BATCHINGINTERVAL        | 30                      |

  # DIFFERENCE: errata 1 to 4, either GitLab 10.8 reads no such key or Mattermost no such variable.
  @may @needs-translate-as-documented
  Scenario Outline: The table leads to variables that do not exist, from keys that do not
    When these settings of GitLab 10.x are translated as the document says:
      """
      mattermost['<key>'] = 'x'
      """
    Then the translation makes <documented> "x" and nothing else

    Examples:
      | key                             | documented                               |
      | email_notification_content_type | MM_EMAILSETTINGS_NOTIFICATIONCONTENTTYPE |
      | webrtc_gateway_stun_uri         | MM_WEBRTCSETTINGS_STUN_URI               |
      | webrtc_gateway_turn_uri         | MM_WEBRTCSETTINGS_TURN_URI               |
      | webrtc_gateway_turn_username    | MM_WEBRTCSETTINGS_TURN_USERNAME          |
      | ratelimit_enable_ratelimiter    | MM_RATELIMITSETTINGS_ENABLE              |
      | webrtc_gateway_turn_sharedkey   | MM_WEBRTCSETTINGS_TURN_SHAREDKEY         |
