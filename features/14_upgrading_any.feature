@upgrading-gitlab-mattermost
Feature: Any upgrade of GitLab with its Mattermost

  Two releases are taken at random. An upgrade between them that is planned wrongly is reduced to the earliest releases
  that still show it.

  @must @needs-plan
  Scenario: Whatever the releases are, every required stop is made
    Then 100 random upgrades are planned over the releases that they must pass
