@upgrading-gitlab-mattermost-from-versions-prior-to-110
Feature: Settings from before GitLab 11.0 become variables of Mattermost

  GitLab 11.0 no longer writes Mattermost's config.json. The document tells how each old setting becomes a variable in
  mattermost['env']: a rule, a table of exceptions and an example. "documented" is the variable that the document leads
  to, "works" the one that Mattermost reads.

  Rule: The example and the table lead to variables

    @must @needs-translate
    Scenario Outline: The example's settings become the variables that it shows
      When these settings of GitLab 10.x are translated:
        """
        mattermost['<key>'] = <value>
        """
      Then the translation makes <works> "<text>" and nothing else
      And the document's <documented> is <verdict>

      Examples: those that work
        | key                            | value                     | documented                               | works                                    | text                    | verdict |
        | service_maximum_login_attempts | 10                        | MM_SERVICESETTINGS_MAXIMUMLOGINATTEMPTS  | MM_SERVICESETTINGS_MAXIMUMLOGINATTEMPTS  | 10                      | right   |
        | team_teammate_name_display     | "full_name"               | MM_TEAMSETTINGS_TEAMMATENAMEDISPLAY      | MM_TEAMSETTINGS_TEAMMATENAMEDISPLAY      | full_name               | right   |
        | sql_max_idle_conns             | 10                        | MM_SQLSETTINGS_MAXIDLECONNS              | MM_SQLSETTINGS_MAXIDLECONNS              | 10                      | right   |
        | log_file_level                 | 'INFO'                    | MM_LOGSETTINGS_FILELEVEL                 | MM_LOGSETTINGS_FILELEVEL                 | INFO                    | right   |
        | file_enable_file_attachments   | true                      | MM_FILESETTINGS_ENABLEFILEATTACHMENTS    | MM_FILESETTINGS_ENABLEFILEATTACHMENTS    | true                    | right   |
        | ratelimit_memory_store_size    | 10000                     | MM_RATELIMITSETTINGS_MEMORYSTORESIZE     | MM_RATELIMITSETTINGS_MEMORYSTORESIZE     | 10000                   | right   |
        | support_terms_of_service_link  | "/static/help/terms.html" | MM_SUPPORTSETTINGS_TERMSOFSERVICELINK    | MM_SUPPORTSETTINGS_TERMSOFSERVICELINK    | /static/help/terms.html | right   |
        | privacy_show_email_address     | true                      | MM_PRIVACYSETTINGS_SHOWEMAILADDRESS      | MM_PRIVACYSETTINGS_SHOWEMAILADDRESS      | true                    | right   |
        | localization_available_locales | "en,es,fr,ja,pt-BR"       | MM_LOCALIZATIONSETTINGS_AVAILABLELOCALES | MM_LOCALIZATIONSETTINGS_AVAILABLELOCALES | en,es,fr,ja,pt-BR       | right   |
        | webrtc_enable                  | false                     | MM_WEBRTCSETTINGS_ENABLE                 | MM_WEBRTCSETTINGS_ENABLE                 | false                   | right   |

      # DIFFERENCE: erratum 5, the example contradicts the document's own table; the table is right.
      Examples: the one that does not
        | key                     | value | documented                        | works                                  | text | verdict            |
        | email_batching_interval | 30    | MM_EMAILSETTINGS_BATCHINGINTERVAL | MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL | 30   | wrong by erratum 5 |

    @must @needs-translate
    Scenario Outline: The settings of the table become its variables
      When these settings of GitLab 10.x are translated:
        """
        mattermost['<key>'] = <value>
        """
      Then the translation makes <documented> "<text>"

      Examples:
        | key                                  | value         | documented                                         | text          |
        | service_lets_encrypt_cert_cache_file | '/srv/le'     | MM_SERVICESETTINGS_LETSENCRYPTCERTIFICATECACHEFILE | /srv/le       |
        | service_user_access_tokens           | true          | MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS          | true          |
        | log_console_enable                   | false         | MM_LOGSETTINGS_ENABLECONSOLE                       | false         |
        | email_enable_batching                | true          | MM_EMAILSETTINGS_ENABLEEMAILBATCHING               | true          |
        | email_batching_buffer_size           | 256           | MM_EMAILSETTINGS_EMAILBATCHINGBUFFERSIZE           | 256           |
        | email_batching_interval              | 30            | MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL             | 30            |
        | email_smtp_auth                      | true          | MM_EMAILSETTINGS_ENABLESMTPAUTH                    | true          |
        | support_email                        | 'a@localhost' | MM_SUPPORTSETTINGS_SUPPORTEMAIL                    | a@localhost   |
        | localization_server_locale           | 'de'          | MM_LOCALIZATIONSETTINGS_DEFAULTSERVERLOCALE        | de            |
        | localization_client_locale           | 'de'          | MM_LOCALIZATIONSETTINGS_DEFAULTCLIENTLOCALE        | de            |

  Rule: Where the document is wrong, the variable that works is told

    # DIFFERENCE: errata 1 and 2, no Mattermost has a setting of the documented name.
    @must @needs-translate
    Scenario Outline: The table gives some settings variables that do not exist
      When these settings of GitLab 10.x are translated:
        """
        mattermost['<key>'] = 'x'
        """
      Then the translation makes <works> "x" and nothing else
      And the document's <documented> is wrong by erratum <erratum>, and <works> works

      Examples:
        | key                             | documented                               | works                                          | erratum |
        | email_notification_content_type | MM_EMAILSETTINGS_NOTIFICATIONCONTENTTYPE | MM_EMAILSETTINGS_EMAILNOTIFICATIONCONTENTSTYPE | 1       |
        | webrtc_gateway_stun_uri         | MM_WEBRTCSETTINGS_STUN_URI               | MM_WEBRTCSETTINGS_STUNURI                      | 2       |
        | webrtc_gateway_turn_uri         | MM_WEBRTCSETTINGS_TURN_URI               | MM_WEBRTCSETTINGS_TURNURI                      | 2       |
        | webrtc_gateway_turn_username    | MM_WEBRTCSETTINGS_TURN_USERNAME          | MM_WEBRTCSETTINGS_TURNUSERNAME                 | 2       |

    # DIFFERENCE: errata 3 and 4, GitLab 10.8 reads neither of these keys.
    @must @needs-translate
    Scenario Outline: The table misspells some settings
      When these settings of GitLab 10.x are translated:
        """
        mattermost['<key>'] = <value>
        mattermost['<right key>'] = <value>
        """
      Then the translation makes <works> "<text>" and nothing else
      And GitLab 10.8 does not read "<key>", of which the document makes <documented> (erratum <erratum>)

      Examples:
        | key                           | value | right key                      | documented                       | text | works                           | erratum |
        | ratelimit_enable_ratelimiter  | true  | ratelimit_enable_rate_limiter  | MM_RATELIMITSETTINGS_ENABLE      | true | MM_RATELIMITSETTINGS_ENABLE     | 4       |
        | webrtc_gateway_turn_sharedkey | 'x'   | webrtc_gateway_turn_shared_key | MM_WEBRTCSETTINGS_TURN_SHAREDKEY | x    | MM_WEBRTCSETTINGS_TURNSHAREDKEY | 3       |

    # DIFFERENCE: errata 6 and 7, exceptions that the table does not have.
    @must @needs-translate
    Scenario Outline: The rule fails for settings that the table does not list
      When these settings of GitLab 10.x are translated:
        """
        mattermost['<key>'] = <value>
        """
      Then the document's <rule> is wrong by erratum <erratum>, and <works> works

      Examples:
        | key                                   | value  | rule                                          | works                                        | erratum |
        | service_allow_cookies_from_subdomains | true   | MM_SERVICESETTINGS_ALLOWCOOKIESFROMSUBDOMAINS | MM_SERVICESETTINGS_ALLOWCOOKIESFORSUBDOMAINS | 6       |
        | log_file_directory                    | '/log' | MM_LOGSETTINGS_FILEDIRECTORY                  | MM_LOGSETTINGS_FILELOCATION                  | 6       |
        | native_app_app_download_link          | 'x'    | MM_NATIVESETTINGS_APPAPPDOWNLOADLINK          | MM_NATIVEAPPSETTINGS_APPDOWNLOADLINK         | 6       |
        | native_app_android_app_download_link  | 'x'    | MM_NATIVESETTINGS_APPANDROIDAPPDOWNLOADLINK   | MM_NATIVEAPPSETTINGS_ANDROIDAPPDOWNLOADLINK  | 6       |
        | native_app_ios_app_download_link      | 'x'    | MM_NATIVESETTINGS_APPIOSAPPDOWNLOADLINK       | MM_NATIVEAPPSETTINGS_IOSAPPDOWNLOADLINK      | 6       |
        | service_enable_user_statuses          | true   | MM_SERVICESETTINGS_ENABLEUSERSTATUSES         | no variable                                  | 7       |
        | team_allow_public_link                | true   | MM_TEAMSETTINGS_ALLOWPUBLICLINK               | no variable                                  | 7       |
        | team_allow_valet_default              | true   | MM_TEAMSETTINGS_ALLOWVALETDEFAULT             | no variable                                  | 7       |

  Rule: Supported settings stay

    @must @needs-translate
    Scenario Outline: The settings that the document lists as supported stay in gitlab.rb
      When these settings of GitLab 10.x are translated:
        """
        mattermost['<key>'] = <value>
        """
      Then "<key>" stays in gitlab.rb and nothing is translated

      Examples:
        | key                      | value                                 |
        | enable                   | true                                  |
        | username                 | 'mattermost'                          |
        | group                    | 'mattermost'                          |
        | uid                      | 1234                                  |
        | gid                      | 1234                                  |
        | home                     | '/srv/mattermost'                     |
        | database_name            | 'mattermost_production'               |
        | env                      | { 'MM_SERVICESETTINGS_X' => 'y' }     |
        | service_use_ssl          | false                                 |
        | service_address          | '127.0.0.1'                           |
        | service_port             | '8065'                                |
        | service_site_url         | 'https://chat.example.com'            |
        | team_site_name           | 'Chat'                                |
        | sql_driver_name          | 'postgres'                            |
        | sql_data_source          | 'user=mattermost host=db'             |
        | log_file_directory       | '/var/log/gitlab/mattermost'          |
        | file_directory           | '/srv/mattermost/data'                |
        | gitlab_enable            | true                                  |
        | gitlab_secret            | '123456789'                           |
        | gitlab_id                | '12345656'                            |
        | gitlab_scope             | ''                                    |
        | gitlab_auth_endpoint     | 'https://gitlab.example.com/oauth'    |
        | gitlab_token_endpoint    | 'https://gitlab.example.com/token'    |
        | gitlab_user_api_endpoint | 'https://gitlab.example.com/api/user' |

    @must @needs-translate
    Scenario: Address and port together make the address that Mattermost listens on
      When these settings of GitLab 10.x are translated:
        """
        mattermost['service_address'] = '10.1.1.1'
        mattermost['service_port'] = 8070
        """
      Then the settings stay in gitlab.rb and make MM_SERVICESETTINGS_LISTENADDRESS "10.1.1.1:8070"

  Rule: The result is for gitlab.rb

    @must @needs-builtin-translator
    Scenario: The translation can be pasted into gitlab.rb
      When the command `mattermost-lab translate - --format ruby` is run with the input:
        """
        mattermost['email_smtp_port'] = 587
        mattermost['email_smtp_password'] = "it's a secret"
        mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => '7' }
        mattermost['team_max_users_per_team'] = 150
        """
      Then it exits with 0
      And its output is exactly:
        """
        mattermost['env'] = {
          'MM_EMAILSETTINGS_SMTPPASSWORD' => 'it\'s a secret',
          'MM_EMAILSETTINGS_SMTPPORT' => '587',
          'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => '7'
        }
        """
