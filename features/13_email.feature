@needs-gitlab-admin @needs-postgresql
Feature: Email Notifications

  The document: SMTP is set up in the System Console or in config.json; email batching, which lets users choose how often
  they get mail, is switched on in the same two places. Mail is looked at where it arrives.

  # The port of the document, 25, is another one here, because a scenario has its own mail server.
  @setting-up-smtp-for-gitlab-mattermost @must
  Scenario: SMTP settings in config.json let mail out
    Given a mail server runs
    And the file "config.json":
      """
      {"EmailSettings": {"SMTPServer": "127.0.0.1", "SMTPPort": "{mail port}",
                         "FeedbackEmail": "mattermost@example.com", "SendEmailNotifications": true}}
      """
    And GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "EmailSettings.SMTPServer" = "127.0.0.1"
    And the console shows "EmailSettings.SMTPServer" as open to change
    When the administrator lets Mattermost send a test mail
    Then the mail is sent
    And the mail server has a mail to "alice@example.com" from "mattermost@example.com" with the subject "Mattermost - Testing Email Settings"

  @setting-up-smtp-for-gitlab-mattermost @must
  Scenario: SMTP settings saved in the console let mail out, now and after a restart
    Given a mail server runs
    And GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    And the administrator saves these settings in the console:
      """
      {"EmailSettings": {"SMTPServer": "127.0.0.1", "SMTPPort": "{mail port}",
                         "FeedbackEmail": "mattermost@example.com", "SendEmailNotifications": true}}
      """
    And the administrator lets Mattermost send a test mail
    Then the mail is sent
    And the mail server has a mail to "alice@example.com" from "mattermost@example.com" with the subject "Mattermost - Testing Email Settings"
    When Mattermost is restarted
    And the administrator lets Mattermost send a test mail
    Then the mail is sent
    And the mail server has 2 mails to "alice@example.com" with the subject "Mattermost - Testing Email Settings"

  @setting-up-smtp-for-gitlab-mattermost @must
  Scenario: SMTP settings in gitlab.rb let mail out and are locked in the console
    Given a mail server runs
    And GitLab and Mattermost run with these settings:
      """
      mattermost['env'] = {
        'MM_EMAILSETTINGS_SMTPSERVER' => '127.0.0.1',
        'MM_EMAILSETTINGS_SMTPPORT' => '{mail port}',
        'MM_EMAILSETTINGS_FEEDBACKEMAIL' => 'mattermost@example.com'
      }
      """
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "EmailSettings.SMTPServer" as locked
    When the administrator saves these settings in the console:
      """
      {"EmailSettings": {"SMTPServer": "mail.elsewhere.example"}}
      """
    Then the console shows "EmailSettings.SMTPServer" = "127.0.0.1"
    When the administrator lets Mattermost send a test mail
    Then the mail is sent
    And the mail server has a mail to "alice@example.com" from "mattermost@example.com" with the subject "Mattermost - Testing Email Settings"

  @setting-up-smtp-for-gitlab-mattermost @must @needs-translate
  Scenario: SMTP settings from before GitLab 11.0 let mail out once they are translated
    Given a mail server runs
    When these settings of GitLab 10.x are translated:
      """
      mattermost['email_smtp_server'] = '127.0.0.1'
      mattermost['email_smtp_port'] = '{mail port}'
      mattermost['email_smtp_username'] = 'mattermost'
      mattermost['email_smtp_auth'] = false
      mattermost['email_feedback_email'] = 'mattermost@example.com'
      mattermost['email_send_email_notifications'] = true
      """
    And GitLab and Mattermost are started with the translated settings
    And "alice" signs up for Mattermost through GitLab
    Then the console shows "EmailSettings.SMTPUsername" = "mattermost"
    And the console shows "EmailSettings.EnableSMTPAuth" = false
    And the console shows "EmailSettings.SendEmailNotifications" = true
    When the administrator lets Mattermost send a test mail
    Then the mail is sent
    And the mail server has a mail to "alice@example.com" from "mattermost@example.com" with the subject "Mattermost - Testing Email Settings"

  # Mattermost 5.36.1 keeps to this even for a mail server on its own machine.
  @setting-up-smtp-for-gitlab-mattermost @should
  Scenario: Credentials are not shown to a mail server whose connection is not encrypted
    Given a mail server runs
    And the file "config.json":
      """
      {"EmailSettings": {"SMTPServer": "127.0.0.1", "SMTPPort": "{mail port}", "EnableSMTPAuth": true,
                         "SMTPUsername": "mattermost", "SMTPPassword": "correct horse"}}
      """
    And GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "EmailSettings.SMTPPassword" = "********************************"
    When the administrator lets Mattermost send a test mail
    Then the mail is refused with status 500 and "app.admin.test_email.failure"
    And the mail server was shown no credentials
    And the mail server has 0 mails

  # A mail server without a name is one on the same machine.
  @setting-up-smtp-for-gitlab-mattermost @should
  Scenario: Where no mail server answers the console says so
    Given the file "config.json":
      """
      {"EmailSettings": {"SMTPServer": "", "SMTPPort": "1"}}
      """
    And GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    Then the console shows "EmailSettings.SMTPServer" = "localhost"
    When the administrator lets Mattermost send a test mail
    Then the mail is refused with status 500 and "app.admin.test_email.failure"
