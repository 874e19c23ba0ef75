@upgrading-gitlab-mattermost @needs-postgresql
Feature: Upgrading GitLab Mattermost, and what becomes of what it holds

  An upgrade of the package restarts Mattermost, mostly as a later version, on the same database, files and settings.
  What is there before and after is written down and compared: rows and checksums of every table, files, settings, users
  by sign-in method.

  Without a support address, Mattermost 5.36 reminds its administrator in a bot's post some time after each start. The
  settings give an address, so that no such post is added.

  @must @needs-gitlab-admin
  Scenario: A restart loses nothing
    Given GitLab and Mattermost run with these settings:
      """
      mattermost['env'] = { 'MM_SUPPORTSETTINGS_SUPPORTEMAIL' => 'admin@example.com' }
      """
    And "alice" has signed up for Mattermost through GitLab
    And an inventory is taken as "before.json"
    When Mattermost is restarted
    And an inventory is taken as "after.json"
    Then nothing was lost between "before.json" and "after.json"
    When "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And it is the same account as before

  @must @needs-gitlab-admin @needs-mattermost-after
  Scenario: A later Mattermost keeps what an earlier one held
    Given GitLab and Mattermost run with these settings:
      """
      mattermost['env'] = { 'MM_SUPPORTSETTINGS_SUPPORTEMAIL' => 'admin@example.com' }
      """
    And "alice" has signed up for Mattermost through GitLab
    And she has posted "the roses need water" in a team of her own
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
