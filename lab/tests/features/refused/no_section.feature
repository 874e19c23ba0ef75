Feature: No section

  @should @section
  Scenario: Level first
    Given a step that holds
