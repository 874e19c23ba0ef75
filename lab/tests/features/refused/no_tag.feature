Feature: No tag

  Scenario: Bare
    Given a step that holds
