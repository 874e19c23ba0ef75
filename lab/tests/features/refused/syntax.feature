Feature: Syntax

  @section
  Scenario: Broken
    Given a step that holds
    Perhaps a step that holds
