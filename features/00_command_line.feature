@command-line
Feature: The command line says what it can and cannot do

  Other programs rely on the exit status, so every kind of trouble has its own.

  @must
  Scenario: A flag that does not exist is refused
    When the command `mattermost-lab run --no-such-flag` is run
    Then it exits with 2
    And its output is empty
    And its error output contains "--no-such-flag"

  @must
  Scenario: A selection that leaves nothing is told apart from success
    When the command `mattermost-lab run --only nothing/such` is run
    Then it exits with 4
    And its error output is exactly:
      """
      error: nothing selected: no scenario's id begins with `nothing/such`
      """

  @must
  Scenario: A scenario that is listed is one that can be selected
    When the command `mattermost-lab list --format json --only 00_command_line/a-flag-that-does-not-exist-is-refused` is run
    Then it exits with 0
    And its output as JSON has "/scenarios/0/section" = "command-line"
    And its output as JSON has "/scenarios/0/skip" = null
    And its output as JSON has no "/scenarios/1"
