Feature: Below

  @section
  Scenario: Below
    Given a step that holds
