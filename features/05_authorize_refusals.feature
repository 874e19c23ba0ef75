@needs-gitlab-admin @needs-postgresql
Feature: Authorize GitLab Mattermost, refusals
  What must not let anybody into Mattermost, and what the person sees instead. Each refusal is one that GitLab or
  Mattermost owes the other.

  Background:
    Given GitLab runs at "http://gitlab.example.com"
    And GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://chat.example.com/signup/gitlab/complete
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """

  @authorize-gitlab-mattermost @must
  Scenario: The redirect URI that was asked for is used, whatever else is registered
    Given Mattermost uses this application
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost

  @authorize-gitlab-mattermost @must
  Scenario: An unknown client is refused
    Given Mattermost uses this application with a wrong id
    When "alice" opens Mattermost to sign up with GitLab
    And she signs in to GitLab as "alice"
    Then GitLab says that the client is unknown
    And she is not signed in to Mattermost

  @authorize-gitlab-mattermost @must
  Scenario: A scope that the settings name is asked for
    Given Mattermost uses this application with the scope "read_user"
    And "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    Then Mattermost asked for the scope "read_user"

  @authorize-gitlab-mattermost @must @needs-gitlab-blocked-user
  Scenario: A user whom GitLab has blocked gets no further than its sign-in page
    Given Mattermost uses this application
    When "dave" opens Mattermost to sign up with GitLab
    And she signs in to GitLab as "dave"
    Then GitLab says "Your account has been blocked"
    And she is not signed in to Mattermost

  @authorize-gitlab-mattermost @must
  Scenario: Consent that another site gives in her name is refused
    Given Mattermost uses this application
    And "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And another site submits the form of the button "Authorize"
    Then GitLab says "The change you requested was rejected"
    And she is not signed in to Mattermost

  @authorize-gitlab-mattermost @must
  Scenario: A code is good for a token of the scope that was granted
    Given Mattermost uses this application
    And "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And she presses "Authorize" and is held on the way back
    And somebody redeems her code with the right credentials
    Then GitLab gives a token of the type "Bearer" and the scope "api"
    And with this token the user API answers with status 200

  @authorize-gitlab-mattermost @must
  Scenario Outline: A code is worth nothing with <what>
    Given Mattermost uses this application
    And "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And she presses "Authorize" and is held on the way back
    And somebody redeems her code with <what>
    Then GitLab refuses the code with status <status> and error "<error>"

    Examples:
      | what                                  | status | error          |
      | a wrong secret                        | 401    | invalid_client |
      | no secret                             | 401    | invalid_client |
      | the credentials of another application | 400    | invalid_grant  |
      | another redirect URI                  | 400    | invalid_grant  |
      | a longer redirect URI                 | 400    | invalid_grant  |

  @authorize-gitlab-mattermost @must @needs-mock-gitlab
  Scenario: A code is worth nothing after ten minutes
    Given Mattermost uses this application
    And "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And she presses "Authorize" and is held on the way back
    And 601 seconds pass at GitLab
    And she goes on to Mattermost
    Then she is not signed in to Mattermost
    And Mattermost says "Bad response from token request."
    And GitLab refused the token with status 400 and error "invalid_grant"

  @authorize-gitlab-mattermost @must @needs-mock-gitlab
  Scenario Outline: A GitLab that <mistake> lets nobody in
    Given Mattermost uses this application
    And this GitLab <mistake>
    When "alice" signs up for Mattermost through GitLab
    Then she is not signed in to Mattermost
    And Mattermost says "<words>"

    Examples:
      | mistake                                        | words                                                   |
      | answers the token request with a page          | Bad response from token request.                        |
      | answers the token request with status 201      | Bad response from token request.                        |
      | does not say the type of its token             | Bad token type.                                         |
      | gives a token of the type mac                  | Bad token type.                                         |
      | gives no access token                          | Missing access token.                                   |
      | refuses the user API to everybody              | Received invalid response from OAuth service provider.  |
      | knows every user by the number 0               | Could not create user out of gitlab user object.        |
      | gives the number of a user as a text           | Could not create user out of gitlab user object.        |
      | does not tell the email of a user              | Could not create user out of gitlab user object.        |

  @authorize-gitlab-mattermost @must
  Scenario: An account with a password is not taken over through GitLab
    Given Mattermost uses this application
    And Mattermost has the account "somebody" with the email "alice@example.com" and a password
    When "alice" signs up for Mattermost through GitLab
    Then she is not signed in to Mattermost
    And Mattermost says "There is already an account associated with that email address"

  @authorize-gitlab-mattermost @must
  Scenario: Nobody signs up where sign-up is off
    Given Mattermost uses this application and the setting:
      """
      mattermost['env'] = { 'MM_TEAMSETTINGS_ENABLEUSERCREATION' => 'false' }
      """
    When "alice" opens Mattermost to sign up with GitLab
    Then Mattermost says "User sign-up is disabled."

  # Servers before 5.32 begin it all the same.
  @authorize-gitlab-mattermost @must @needs-mattermost-5.32
  Scenario: A sign-in does not end on another site
    Given Mattermost uses this application
    When "alice" opens Mattermost to sign in and come out at "http://evil.example.com/"
    Then Mattermost says "Invalid redirect url has been provided"
