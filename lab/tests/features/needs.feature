Feature: Needs

  @section @needs-container
  Scenario: Needs an engine
    Given a step that holds

  @section
  Scenario: Needs nothing
    Given a step that holds
