@needs-postgresql
Feature: Authorize GitLab Mattermost, in a real browser
  The same as chapter 5, clicked through in Chromium by the words on the pages.

  Background:
    Given GitLab runs at "http://gitlab.example.com"

  @authorize-gitlab-mattermost @must @needs-browser
  Scenario: An administrator creates the application and a user signs up, clicking
    Given a window of a real browser
    When the window opens "http://gitlab.example.com/-/profile/applications"
    And "root" signs in to GitLab in the window
    Then the window shows "Add new application"
    When the window fills in "Name" with "GitLab Mattermost"
    And the window fills in "Redirect URI" with:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And the window clicks "Save application"
    # DIFFERENCE: the document says that no scope need be selected.
    Then the window shows "Scopes can't be blank"
    When the window fills in "Redirect URI" with:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And the window clicks "read_user"
    And the window clicks "Save application"
    Then the window shows "Application ID"
    When Mattermost uses the application that the window shows, with the scope "read_user"
    And another window of a real browser
    And the window opens "http://mattermost.example.com/oauth/gitlab/signup"
    And "alice" signs in to GitLab in the window
    Then the window shows "GitLab Mattermost"
    When the window clicks "Authorize"
    Then the window arrives at "http://mattermost.example.com/"
    And "alice" is signed in to Mattermost in the window

  @authorize-gitlab-mattermost @must @needs-browser @needs-gitlab-admin
  Scenario: A user who denies is not signed in
    Given GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And Mattermost uses this application
    And a window of a real browser
    When the window opens "http://mattermost.example.com/oauth/gitlab/signup"
    And "alice" signs in to GitLab in the window
    And the window clicks "Deny"
    Then the window arrives at "http://mattermost.example.com/error"
    And nobody is signed in to Mattermost in the window

  @reauthorize-gitlab-mattermost @must @needs-browser @needs-gitlab-admin
  Scenario: A user revokes the authorization, clicking, and is asked again
    Given GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And Mattermost uses this application
    And a window of a real browser
    When the window opens "http://mattermost.example.com/oauth/gitlab/signup"
    And "alice" signs in to GitLab in the window
    And the window clicks "Authorize"
    Then the window arrives at "http://mattermost.example.com/"
    When the window opens "http://gitlab.example.com/-/profile/applications"
    And the window revokes the authorization of the application
    Then the window shows "The application was revoked access."
    When the window opens "http://mattermost.example.com/oauth/gitlab/login"
    Then the window shows "GitLab Mattermost"
    When the window clicks "Authorize"
    Then the window arrives at "http://mattermost.example.com/"
    And "alice" is signed in to Mattermost in the window
