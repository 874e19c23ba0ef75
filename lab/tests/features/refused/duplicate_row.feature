Feature: Duplicate row

  @section
  Scenario Outline: Row
    Given a step of <count> meanings

    Examples:
      | count | why  |
      | three | same |
      | three | same |
