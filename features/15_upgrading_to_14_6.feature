@upgrading-gitlab-mattermost-to-146
Feature: Upgrading GitLab Mattermost to 14.6

  GitLab 14.6 brings Mattermost 6.1 and with it the migrations of 6.0, which can take long.

  @must @needs-plan-in-full
  Scenario Outline: An upgrade from before 14.6 runs the migrations of 6.0
    When the upgrade from <from> to <to> is planned
    Then the plan asks for more than the packages
    And the plan follows the chapter "upgrading-gitlab-mattermost-to-146" at GitLab <at>
    And the plan warns of "schema-rewrite-6.0":
      | severity | action |
      | at       | <at>   |
    And the plan tells of the migrations of Mattermost 6.0, driven by "rows of posts, users, channelmembers and jobs"

    Examples:
      | from   | to     | at     |
      | 14.5.4 | 14.6.0 | 14.6.0 |
      | 14.5.4 | 14.6   | 14.6.7 |
      | 14.4.0 | 14.7.0 | 14.7.0 |
      | 14.5.0 | 14.10  | 14.9.5 |

  @must @needs-plan-in-full
  Scenario: An upgrade from 14.6 does not run them again
    When the upgrade from 14.6.0 to 14.7 is planned
    Then the plan asks for nothing more than the packages
    And the plan warns of nothing
    And the plan does not follow the chapter "upgrading-gitlab-mattermost-to-146"

  @must @needs-plan-in-full
  Scenario: The commands that the document gives for the command line are gone with it
    When the upgrade from 14.5.4 to 14.6.0 is planned
    Then the plan tells that Mattermost 6.0 changes the command line

  @must @needs-builtin-planner
  Scenario: What is done by hand is done in the bundled database
    When the command `mattermost-lab upgrade --from 14.5.4 --to 14.6.0` is run
    Then its output contains "sudo gitlab-psql -d mattermost_production"
    And its output contains "GitLab needs 12, Mattermost needs 10, the package has 12.7"
