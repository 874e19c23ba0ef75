Feature: Endless

  @section
  Scenario: Waits
    Given a step that holds
    And a step that waits for ever

  @section
  Scenario: Blocks
    Given a step that blocks its thread

  @section
  Scenario: Comes after
    Given a step that holds
