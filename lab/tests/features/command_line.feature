Feature: Steps of the command line that do not hold

  Background:
    Given the file "deep/small.feature":
      """
      Feature: Small

        @section
        Scenario: Small
          Given a step that holds
      """

  @section
  Scenario: Another status
    When the command `mattermost-lab run --no-such-flag` is run
    Then it exits with 0

  @section
  Scenario: Another output
    When the command `mattermost-lab list features.feature` is run with the input:
      """
      nobody reads this
      """
    Then it exits with 2
    And its output is empty
    And its error output is exactly:
      """
      error: all is well

      or is it
      """

  @section
  Scenario: Less output
    When the command `mattermost-lab list deep --only "small/small"` is run
    Then it exits with 0
    And its output contains "small/small  section  must"
    And its output contains:
      """
      2 scenarios
      """

  @section
  Scenario: No JSON
    When the command `mattermost-lab list deep` is run
    Then its output as JSON has "/scenarios/0/skip" = null

  @section
  Scenario: Other JSON
    When the command `mattermost-lab list deep --format json` is run
    Then its output as JSON has "/format_version" = 1
    And its output as JSON has "/scenarios/0/needs" = []
    And its output as JSON has no "/scenarios/0/id"

  @section
  Scenario: No command
    Then it exits with 0

  @section
  Scenario: Another program
    When the command `gitlab-ctl status` is run

  @section
  Scenario: Unwanted words
    When the command `mattermost-lab list deep` is run
    Then its error output does not contain "small"
    And its output does not contain "small"

  @section
  Scenario: Another file
    Given the file "a":
      """
      one

        two
      """
    Then the file "a" is exactly:
      """
      one

        two
      """
    And there is no file "b"
    And the file "a" contains:
      """
      three
      """

  @section
  Scenario: A line break too many
    Given the file "a":
      """
      one
      """
    Then the file "a" is exactly "one"

  @section
  Scenario: No file
    Then the file "b" is exactly:
      """
      one
      """

  @section
  Scenario: A file too many
    Then there is no file "deep/small.feature"

  @section
  Scenario: No text
    When the command `mattermost-lab list deep` is run with the input:

  @section
  Scenario: A file elsewhere
    Given the file "../elsewhere":
      """
      """
