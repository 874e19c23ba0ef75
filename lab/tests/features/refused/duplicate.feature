Feature: Duplicate

  @section
  Scenario: The same
    Given a step that holds

  @section
  Scenario: the SAME!
    Given a step that holds
