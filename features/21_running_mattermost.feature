@running-mattermost
Feature: What can be asked of a Mattermost that runs already
  A running server whose settings cannot be changed still shows what it offers, where it sends people and what it refuses.
  Without `--mattermost url:…` the lab starts a server for this.

  Background:
    Given a Mattermost runs and signs people in through the provider

  @must @needs-provider-client @needs-postgresql
  Scenario: It answers and says its version
    Then Mattermost answers a ping
    And Mattermost says its version

  @must @needs-provider-client @needs-postgresql
  Scenario: It offers to sign in with GitLab
    Then Mattermost offers to sign in with GitLab

  @must @needs-provider-client @needs-postgresql
  Scenario: It sends people to the provider, each with a state of their own
    When two people open Mattermost to sign in
    Then each is sent to the provider for a code that comes back to Mattermost
    And each has another state and a cookie for it

  @must @needs-provider-client @needs-postgresql
  Scenario Outline: Who comes back with <what> is not signed in
    When somebody opens Mattermost to sign in and comes back with <what>
    Then they are not signed in

    Examples:
      | what                |
      | a forged state      |
      | no state            |
      | no code             |
      | a code made up      |
      | the news of denial  |

  # Servers before 5.32 begin it all the same.
  @must @needs-provider-client @needs-postgresql @needs-mattermost-5.32
  Scenario: A sign-in does not come out at another site
    When somebody opens Mattermost to sign in and come out at another site
    Then Mattermost sends them nowhere

  @must @needs-provider-client @needs-provider-user @needs-shared-provider @needs-postgresql
  Scenario: A person of the provider signs in
    When the first person signs in to Mattermost through the provider
    Then the person is signed in to Mattermost
