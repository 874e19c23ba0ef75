@upgrading-gitlab-mattermost-from-versions-prior-to-110
Feature: Any settings from before GitLab 11.0

  Settings files are made at random of known and unknown keys with plain and odd values. A file that is translated
  wrongly is reduced to the smallest that still is.

  @must @needs-translate
  Scenario: Whatever the settings are, they are translated as the package treated them
    Then 300 random settings files are translated as the package treated them
