@configuring-mattermost
Feature: Configuring Mattermost, names and settings that cannot work

  Mattermost ignores a variable that it does not know without a word, and a gitlab.rb that Ruby or the package refuses
  ends the reconfigure.

  @should @needs-builtin-translator
  Scenario Outline: A name that no setting has is reported with the nearest right one
    When the command `mattermost-lab env - --explain --format json` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['env'] = { '<written>' => 'mail.example.com' }
      """
    Then it exits with 0
    And its output as JSON has "/0/variable" = "<written>"
    And its output as JSON has "/0/lines" = [2]
    And its output as JSON has "/0/reading" = <reading>

    Examples:
      | case              | written                           | reading                                                                                       |
      | right             | MM_EMAILSETTINGS_SMTPSERVER       | {"kind": "setting", "path": "EmailSettings.SMTPServer"}                                       |
      | letter missing    | MM_EMAILSETTINGS_SMTPSERVR        | {"kind": "unknown", "nearest": "MM_EMAILSETTINGS_SMTPSERVER"}                                 |
      | underscore in key | MM_EMAILSETTINGS_SMTP_SERVER      | {"kind": "unknown", "nearest": "MM_EMAILSETTINGS_SMTPSERVER"}                                 |
      | section misspelt  | MM_EMAILSETTING_SMTPSERVER        | {"kind": "unknown", "nearest": "MM_EMAILSETTINGS_SMTPSERVER"}                                 |
      | of the document   | MM_EMAILSETTINGS_BATCHINGINTERVAL | {"kind": "unknown", "nearest": "MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL"}                      |
      | no longer there   | MM_EMAILSETTINGS_INVITESALT       | {"kind": "removed", "path": "EmailSettings.InviteSalt", "since": "5.10.0", "successor": null} |

  @must @needs-env
  Scenario Outline: A gitlab.rb that the package cannot read is refused with its reason
    When the package makes an env of these settings:
      """
      mattermost_external_url 'http://mattermost.example.com'
      <line>
      """
    Then the settings are refused with {"kind": "<kind>", "detail": <detail>}

    Examples:
      | case             | line                                 | kind                | detail      |
      | section misspelt | matermost['team_site_name'] = 'Chat' | unknown_setting     | "matermost" |
      | brace missing    | mattermost['env'] = { 'A' => '1'     | syntax_error        | null        |
      | frozen text      | 'Chat'.freeze << '!'                 | frozen_string       | null        |
      | unset setting    | mattermost['team_site_name'] << '!'  | no_method           | null        |
      | raised           | raise 'not on this server'           | raised_in_gitlab_rb | null        |
      | env taken away   | mattermost['env'] = nil              | type_error          | null        |

  # Only Ruby on the server itself could tell the value; no default takes its place.
  @should @needs-env
  Scenario: A value that cannot be known without the server is refused where Mattermost depends on it
    When the package makes an env of these settings:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['team_site_name'] = File.read('/etc/hostname')
      """
    Then the settings are refused with {"kind": "unknown_value", "detail": "mattermost['team_site_name']"}
