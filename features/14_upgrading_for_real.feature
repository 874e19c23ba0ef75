Feature: Upgrading GitLab Mattermost, and what becomes of what it holds

  An upgrade of the package restarts Mattermost, mostly as a later version, on the same database, files and settings.
  What is there before and after is written down and compared: rows and checksums of every table, files, settings, users
  by sign-in method.

  @upgrading-gitlab-mattermost @must @needs-gitlab-admin
  Scenario: A restart loses nothing
    Given GitLab and Mattermost run as documented
    And "alice" has signed up for Mattermost through GitLab
    And Mattermost has been restarted
    And an inventory is taken as "before.json"
    When Mattermost is restarted
    And an inventory is taken as "after.json"
    Then nothing was lost between "before.json" and "after.json"
    When "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And it is the same account as before

  # The first restart lets a server of the team edition introduce itself to its administrator, which it does only once.
  @upgrading-gitlab-mattermost @must @needs-gitlab-admin @needs-mattermost-after
  Scenario: A later Mattermost keeps what an earlier one held
    Given GitLab and Mattermost run as documented
    And "alice" has signed up for Mattermost through GitLab
    And she has posted "the roses need water" in a team of her own
    And Mattermost has been restarted
    When Mattermost is stopped
    And an inventory is taken as "before.json"
    And the later Mattermost is started on the same database and files
    And Mattermost is stopped
    And an inventory is taken as "after.json"
    Then nothing was lost between "before.json" and "after.json"
    When the later Mattermost is started on the same database and files
    And "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And it is the same account as before
    And her account in Mattermost belongs to GitLab
    And she still reads "the roses need water"
