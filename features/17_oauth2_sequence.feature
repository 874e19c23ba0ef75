@oauth2-sequence-diagram @needs-gitlab-admin @needs-postgresql
Feature: OAuth2 sequence
  GitLab is the OAuth2 provider, Mattermost its client. The document draws the messages of a sign-in as a sequence
  diagram; here the same messages are observed between the browser, Mattermost and GitLab.

  Background:
    Given GitLab and Mattermost run as documented

  @must
  Scenario: A new user signs up through GitLab
    When "alice" opens Mattermost to sign up with GitLab
    Then GitLab asks her to sign in
    When she signs in to GitLab as "alice"
    Then GitLab asks her to authorize "GitLab Mattermost"
    When she presses "Authorize"
    Then "alice" is signed in to Mattermost
    And her account in Mattermost belongs to GitLab

  @must
  Scenario: The same user signs in again
    Given "alice" has signed up for Mattermost through GitLab
    When "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then GitLab did not ask her to authorize again
    And "alice" is signed in to Mattermost
    And it is the same account as before

  @must
  Scenario: The user denies
    When "alice" opens Mattermost to sign up with GitLab
    And she signs in to GitLab as "alice"
    And she presses "Deny"
    Then she is not signed in to Mattermost
    And Mattermost names the reason "oauth_access_denied"
    And Mattermost did not ask GitLab for a token

  # DIFFERENCE: the document lets Mattermost request the authorize page; it is the browser, sent there by a redirect.
  # The button is named Authorize, not Allow, and the client and its redirect URI are checked before the page is shown.
  @must
  Scenario: The exchange observed equals the document's sequence
    Given "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And she presses "Authorize"
    Then these messages were exchanged, in this order:
      | document                                      | from       | to         | request                      | answer                              |
      | GET Mattermost                                | browser    | Mattermost | GET /oauth/gitlab/signup     | 302 to GitLab /oauth/authorize      |
      | GET /oauth/authorize; asks user to authorize  | browser    | GitLab     | GET /oauth/authorize         | 200                                 |
      | User selects Allow; redirect to Mattermost    | browser    | GitLab     | POST /oauth/authorize        | 302 to Mattermost /signup/gitlab/complete |
      | GET /signup/gitlab/complete; user ready       | browser    | Mattermost | GET /signup/gitlab/complete  | 307 to Mattermost /                 |
      | POST /oauth/token; access token               | Mattermost | GitLab     | POST /oauth/token            | 200                                 |
      | GET /api/v4/user; user details                | Mattermost | GitLab     | GET /api/v4/user             | 200                                 |
    And the code that the browser brought is the one that Mattermost redeemed
    And the state that the browser brought is the one that Mattermost gave out
    And the token that GitLab issued is the one that Mattermost used
    And the redirect URI is the same in both steps
    And the client secret went to GitLab's token endpoint alone

  @must
  Scenario: A wrong client secret fails the sign-in
    Given Mattermost was given a wrong client secret
    When "alice" signs up for Mattermost through GitLab
    Then she is not signed in to Mattermost
    And Mattermost says "Bad response from token request."
    And GitLab refused the token with status 401 and error "invalid_client"

  @must
  Scenario: A redirect URI that differs by a trailing slash fails the sign-in
    Given GitLab knows Mattermost by the redirect URI "http://mattermost.example.com/signup/gitlab/complete/" only
    When "alice" opens Mattermost to sign up with GitLab
    And she signs in to GitLab as "alice"
    Then GitLab says that the redirect URI is not valid
    And she is not signed in to Mattermost

  @must
  Scenario: A code that was used before fails the sign-in
    Given "alice" has signed up for Mattermost through GitLab
    When somebody else starts to sign in and brings the code that "alice" used
    Then nobody is signed in to Mattermost in that browser
    And Mattermost says "Bad response from token request."
    And GitLab refused the token with status 400 and error "invalid_grant"

  @must
  Scenario: A forged state fails the sign-in
    Given "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And she presses "Authorize" but the state is forged on the way back
    Then she is not signed in to Mattermost
    And Mattermost says "Invalid state"
    And Mattermost did not ask GitLab for a token

  @must
  Scenario Outline: A sign-in that loses its <parameter> on the way back fails
    Given "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And she presses "Authorize" but the <parameter> is lost on the way back
    Then she is not signed in to Mattermost
    And Mattermost did not ask GitLab for a token

    Examples:
      | parameter |
      | state     |
      | code      |

  @must
  Scenario: The state of another browser fails the sign-in
    Given "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And she presses "Authorize" and is held on the way back
    And another browser goes on in her place
    Then nobody is signed in to Mattermost in that browser
    And Mattermost says "Invalid state"
    And Mattermost did not ask GitLab for a token

  @must
  Scenario: A state that was used before fails the sign-in
    Given "alice" is signed in to GitLab
    When "alice" opens Mattermost to sign up with GitLab
    And her browser is copied
    And she presses "Authorize"
    Then "alice" is signed in to Mattermost
    And Mattermost took the cookie of the sign-in back
    When the copy goes the same way with the same state
    Then nobody is signed in to Mattermost in that browser
    And Mattermost says "Invalid state token."
