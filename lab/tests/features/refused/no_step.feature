Feature: No step

  @section
  Scenario: Misspelt
    Perhaps a step that holds
