@oauth
Feature: Selection

  Background:
    Given a step that holds

  @first-section
  Scenario: Plain
    Given a step that holds

  @first-section @should
  Scenario: Plain and more
    Given a step that holds

  @second-section @may @serial
  Scenario Outline: A version <version> is written
    Given a step of <count> meanings

    Examples:
      | version | count |
      | 14.6    | one   |
      | 14.7    | three |

    @late
    Examples: others
      | version | count |
      | 14.7    | four  |

  Rule: With a background of its own

    Background:
      Given a step of no meanings

    @second-section
    Scenario: The user's own
      Given a step that holds
