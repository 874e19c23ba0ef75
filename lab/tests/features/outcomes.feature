Feature: Outcomes

  @section
  Scenario: Passes
    Given a step that holds

  @section
  Scenario: Deviates
    Given a step that holds
    And a step that finds a deviation
    And a step that holds

  @section @should
  Scenario: Errs
    Given a step that returns an error

  @section
  Scenario: Panics
    Given a step that panics

  @section
  Scenario: Is ambiguous
    Given a step of two meanings
