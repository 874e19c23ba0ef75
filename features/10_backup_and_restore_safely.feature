@restore-gitlab-mattermost @needs-postgresql
Feature: Backing up and restoring with nothing lost

  The document's commands leave out half of the configuration and go on after an error without reporting it. The lab's
  own commands do the same jobs on the same files, for any installation given by its data source and its folder.

  @must @needs-gitlab-admin @needs-postgresql-programs
  Scenario: A user signs in to the same account after everything was lost and restored
    Given GitLab and Mattermost run as documented
    And "alice" has signed up for Mattermost through GitLab
    When Mattermost is backed up with `mattermost-lab backup`
    Then `mattermost-lab verify` finds the backup whole, a trial restore included
    When its database, its files and its configuration are lost
    And the backup is put back with `mattermost-lab restore`
    And "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And it is the same account as before

  @must @needs-gitlab-admin @needs-postgresql-programs
  Scenario: A backup that was cut short is refused while the old state is still there
    Given GitLab and Mattermost run as documented
    And "alice" has signed up for Mattermost through GitLab
    When Mattermost is backed up with `mattermost-lab backup`
    And the dump in the backup loses its last line
    Then `mattermost-lab restore` refuses it before anything is touched
    When "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And it is the same account as before

  @must @needs-gitlab-admin @needs-postgresql-programs
  Scenario: On a new database and in a new folder a user reads the old posts and opens the old files
    Given GitLab and Mattermost run as documented
    And "alice" has signed up for Mattermost through GitLab
    And she has posted "the roses need water" with the file "roses.txt" in a team of her own
    When Mattermost is backed up with `mattermost-lab backup`
    Then `mattermost-lab verify` finds the backup whole, a trial restore included
    When nothing of the old server is left but the backup
    And the backup is put back with `mattermost-lab restore`
    And "alice" comes back with a new browser and signs in to Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And it is the same account as before
    And her account in Mattermost belongs to GitLab
    And she still reads "the roses need water"
    And she still opens the file "roses.txt" as she left it
