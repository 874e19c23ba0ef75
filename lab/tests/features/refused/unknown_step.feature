Feature: Unknown steps

  @section
  Scenario: Misspelt
    Given a step that hods
    And a step that nobody has written
    And a step that holds

  @section
  Scenario Outline: Told once for all rows: <number>
    Given a step that hods

    Examples:
      | number |
      | 1      |
      | 2      |
