Feature: Placeholder

  @section
  Scenario Outline: Missing
    Given a step of <number> meanings

    Examples:
      | count |
      | three |
