Feature: A part of the lab goes down in the middle of a scenario
  Only the scenario that uses it fails, and its failure names the part.

  Background:
    Given GitLab and Mattermost run as documented

  @oauth2-sequence-diagram @serial
  Scenario: PostgreSQL goes down
    When "alice" opens Mattermost to sign up with GitLab
    And she signs in to GitLab as "alice"
    And PostgreSQL is killed
    And she presses "Authorize"
    Then "alice" is signed in to Mattermost

  @oauth2-sequence-diagram @serial
  Scenario: GitLab goes down
    When "alice" opens Mattermost to sign up with GitLab
    And GitLab is killed
    And she signs in to GitLab as "alice"
    Then "alice" is signed in to Mattermost

  @oauth2-sequence-diagram @serial
  Scenario: Mattermost goes down
    When "alice" opens Mattermost to sign up with GitLab
    And Mattermost is killed
    And she signs in to GitLab as "alice"
    And she presses "Authorize"
    Then "alice" is signed in to Mattermost

  @oauth2-sequence-diagram
  Scenario: Nothing goes down
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
