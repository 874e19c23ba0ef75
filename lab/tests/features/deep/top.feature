Feature: Top

  @section
  Scenario: Top
    Given a step that holds
