@getting-started
Feature: Getting started
  Mattermost runs on its own virtual host beside GitLab. Setting its external URL enables it, and the package
  registers it with GitLab by itself where both run on one server.

  @must
  Scenario: Without its own URL Mattermost is disabled
    Given the settings file holds:
      """
      external_url 'http://gitlab.example.com'
      """
    When the administrator reconfigures
    Then Mattermost is not enabled

  @must @needs-gitlab-admin @needs-postgresql
  Scenario: Two external URLs lead to a Mattermost that is reachable
    Given GitLab runs at "http://gitlab.example.com"
    And the settings file holds:
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      """
    When the administrator reconfigures
    And Mattermost is started
    Then Mattermost answers at "http://mattermost.example.com"
    And Mattermost offers to sign in with GitLab

  @must @needs-gitlab-admin @needs-postgresql
  Scenario: On one server Mattermost is authorized to connect to GitLab by itself
    Given GitLab runs at "http://gitlab.example.com"
    And the settings file holds:
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      """
    When the administrator reconfigures
    Then GitLab has an application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    When Mattermost is started
    And "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost

  # Alone, because a GitLab that scenarios share would show the applications of the others too.
  @must @serial @needs-gitlab-admin
  Scenario: Reconfiguring again does not register Mattermost a second time
    Given GitLab runs at "http://gitlab.example.com"
    And the settings file holds:
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      """
    When the administrator reconfigures
    And the administrator reconfigures
    Then GitLab has 1 application "GitLab Mattermost"
