@needs-gitlab-admin @needs-postgresql
Feature: Authorize GitLab Mattermost
  Where the package cannot register Mattermost by itself, an administrator creates the application in GitLab and copies
  its id and secret into the settings file.

  Background:
    Given GitLab runs at "http://gitlab.example.com"

  @authorize-gitlab-mattermost @must
  Scenario: The application as documented and the seven settings let a user sign in
    Given GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And the settings file holds:
      """
      mattermost_external_url 'http://mattermost.example.com'
      gitlab_rails['enable'] = false
      mattermost['gitlab_enable'] = true
      mattermost['gitlab_id'] = "{application id}"
      mattermost['gitlab_secret'] = "{application secret}"
      mattermost['gitlab_scope'] = ""
      mattermost['gitlab_auth_endpoint'] = "http://gitlab.example.com/oauth/authorize"
      mattermost['gitlab_token_endpoint'] = "http://gitlab.example.com/oauth/token"
      mattermost['gitlab_user_api_endpoint'] = "http://gitlab.example.com/api/v4/user"
      """
    When the administrator reconfigures
    And Mattermost is started
    And "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost

  @authorize-gitlab-mattermost @must
  Scenario Outline: A redirect URI that differs by <part> is refused
    Given GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      <registered>
      """
    And Mattermost uses this application
    When "alice" opens Mattermost to sign up with GitLab
    And she signs in to GitLab as "alice"
    Then GitLab says that the redirect URI is not valid
    And she is not signed in to Mattermost

    Examples:
      | part             | registered                                                 |
      | a trailing slash | http://mattermost.example.com/signup/gitlab/complete/      |
      | its scheme       | https://mattermost.example.com/signup/gitlab/complete      |
      | its port         | http://mattermost.example.com:8065/signup/gitlab/complete  |
      | its host         | http://chat.example.com/signup/gitlab/complete             |
      | case in its path | http://mattermost.example.com/Signup/gitlab/complete       |
      | the other path   | http://mattermost.example.com/login/gitlab/complete        |
      | a missing end    | http://mattermost.example.com/signup/gitlab                |

  # The package keeps what it was given once: revoking in GitLab does not make it register again.
  @reauthorize-gitlab-mattermost @must @needs-gitlab-pages
  Scenario: After revoking the authorization a user is asked again
    Given GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And Mattermost uses this application
    And "alice" has signed up for Mattermost through GitLab
    When "alice" revokes the authorization of "GitLab Mattermost" in GitLab
    And "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then GitLab asks her to authorize "GitLab Mattermost"
    When she presses "Authorize"
    Then "alice" is signed in to Mattermost

  @reauthorize-gitlab-mattermost @must
  Scenario: After the application is deleted nobody can sign in until the new credentials are given
    Given GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And Mattermost uses this application
    And "alice" has signed up for Mattermost through GitLab
    When the administrator deletes the application in GitLab
    And "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then GitLab says that the client is unknown
    When the administrator creates the application anew and reauthorizes Mattermost with it
    And "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And it is the same account as before
