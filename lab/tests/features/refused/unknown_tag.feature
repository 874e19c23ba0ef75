Feature: Unknown tags

  @section @shoud
  Scenario: Misspelt
    Given a step that holds
