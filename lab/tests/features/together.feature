Feature: Together

  @section
  Scenario: Meets the other
    Given a step that blocks until two scenarios have come to it
    And a step that takes a moment

  @section
  Scenario: Meets the one
    Given a step that blocks until two scenarios have come to it
    And a step that takes a moment

  @section @serial
  Scenario: Is alone
    Given a step that takes a moment and wants to be alone

  @section
  Scenario: Follows
    Given a step that takes a moment
