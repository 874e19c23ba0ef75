@setting-custom-environment-variables
Feature: Setting custom environment variables

  mattermost['env'] holds variables for Mattermost's process. The package writes a file for each; the service reads
  them with `chpst -e`, which has rules of its own.

  @must @needs-env
  Scenario: The document's example adds three variables to those of the package
    When the package makes an env of these settings:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = {"HTTP_PROXY" => "my_proxy", "HTTPS_PROXY" => "my_proxy", "NO_PROXY" => "my_no_proxy"}
      """
    Then the package gives Mattermost HTTP_PROXY "my_proxy"
    And the package gives Mattermost HTTPS_PROXY "my_proxy"
    And the package gives Mattermost NO_PROXY "my_no_proxy"
    And the package gives Mattermost MM_SERVICESETTINGS_SITEURL "http://mattermost.example.com"
    And the package gives Mattermost SSL_CERT_DIR "/opt/gitlab/embedded/ssl/certs/"

  @must @needs-gitlab-admin @needs-postgresql
  Scenario: A variable of one's own wins over the one that the package derives
    Given GitLab and Mattermost run with these settings:
      """
      mattermost['team_site_name'] = 'by its setting'
      mattermost['env'] = { 'MM_TEAMSETTINGS_SITENAME' => 'by its variable' }
      """
    Then clients of Mattermost are told "SiteName" = "by its variable"

  # DIFFERENCE: erratum 17, the redirect URIs come from mattermost_external_url alone.
  @should @needs-builtin-translator
  Scenario: Another site URL does not reach the redirect URIs
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { 'MM_SERVICESETTINGS_SITEURL' => 'http://chat.example.com' }
      """
    Then its output as JSON has "/env/MM_SERVICESETTINGS_SITEURL/value" = "http://chat.example.com"
    And its output as JSON has "/env/MM_SERVICESETTINGS_SITEURL/origin/kind" = "env"
    And its output as JSON has "/oauth_application/redirect_uris" = "http://mattermost.example.com/signup/gitlab/complete\r\nhttp://mattermost.example.com/login/gitlab/complete"

  @must @needs-builtin-translator
  Scenario: Each variable is a file without a line break at its end
    When the command `mattermost-lab env - --format dir:env` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { "HTTP_PROXY" => "my_proxy", 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => 200, 'NO_PROXY' => nil }
      mattermost['env']['HTTPS_PROXY'] = "my_proxy"
      """
    Then it exits with 0
    And the file "env/HTTP_PROXY" is exactly "my_proxy"
    And the file "env/HTTPS_PROXY" is exactly "my_proxy"
    And the file "env/MM_TEAMSETTINGS_MAXUSERSPERTEAM" is exactly "200"
    And the file "env/NO_PROXY" is exactly ""
    And the file "env/MM_SERVICESETTINGS_SITEURL" is exactly "http://mattermost.example.com"
    And there is no file "env/ALL_PROXY"

  @should @needs-builtin-translator
  Scenario Outline: Mattermost's process does not get every value as it was written
    When the command `mattermost-lab env - --format dotenv` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { 'A' => <written> }
      """
    Then it exits with 0
    And its output contains:
      """
      <process>
      """

    Examples:
      | case        | written         | process                         |
      | text        | 'my proxy'      | A='my proxy'                    |
      | number      | 7               | A='7'                           |
      | flag        | true            | A='true'                        |
      | list        | %w(a b)         | A='["a", "b"]'                  |
      | lines       | "first\nsecond" | A='first'                       |
      | blanks      | ' my proxy  '   | A=' my proxy'                   |
      | blanks only | '  '            | A=''                            |
      | empty       | ''              | A is not set: its file is empty |
      | nil         | nil             | A is not set: its file is empty |

  # DIFFERENCE: erratum 23, numbers need their quotes up to 11.6 only; the document's examples quote some of them.
  @should @needs-env
  Scenario: GitLab before 11.7 takes text only
    When the package of GitLab 11.6 makes an env of these settings:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => 200 }
      """
    Then the settings are refused with {"kind": "not_text", "detail": "MM_TEAMSETTINGS_MAXUSERSPERTEAM"}
    When the package of GitLab 11.7 makes an env of these settings:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => 200 }
      """
    Then the package gives Mattermost MM_TEAMSETTINGS_MAXUSERSPERTEAM "200"

  # DIFFERENCE: erratum 10, the document's path holds from 11.6 on.
  @may @needs-builtin-translator
  Scenario Outline: Where the files are depends on the version of GitLab
    When the command `mattermost-lab env - --gitlab-version <GitLab> --format deployment` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'
      """
    Then its output as JSON has "/env_directory" = {"path": "<path>", "stale_files": "<stale files>"}

    Examples:
      | GitLab | path                           | stale files |
      | 11.5.5 | /var/opt/gitlab/mattermost/env | deleted     |
      | 11.5.6 | /var/opt/gitlab/mattermost/env | kept        |
      | 11.6.1 | /opt/gitlab/etc/mattermost/env | kept        |
      | 11.6.2 | /opt/gitlab/etc/mattermost/env | deleted     |
