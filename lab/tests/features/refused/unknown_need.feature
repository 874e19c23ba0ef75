Feature: Unknown need

  @section @needs-luck
  Scenario: Lucky
    Given a step that holds
