@configuring-gitlab-and-mattermost-integrations
Feature: Configuring GitLab and Mattermost integrations

  The document: slash commands act on GitLab from Mattermost, the plugin brings notifications; either does without the other.
  Here the slash commands of a project: Mattermost posts them to GitLab's trigger URL, where their token is all that counts.

  # Mattermost calls no internal address unless its settings allow it. The lab's proxy, through which it reaches GitLab, has
  # one.
  @must @needs-gitlab-admin @needs-gitlab-projects @needs-postgresql
  Scenario: A slash command reaches the project's trigger URL with its token
    Given GitLab and Mattermost run with these settings:
      """
      mattermost['service_allowed_untrusted_internal_connections'] = '127.0.0.1'
      """
    And GitLab has the project "garden"
    When "alice" signs up for Mattermost through GitLab
    And she makes the slash command "garden" for the project, and tells GitLab its token
    And she gives the command "/garden issue show 1"
    Then Mattermost asked GitLab at the project's trigger URL with the command's token and:
      | command      | /garden      |
      | text         | issue show 1 |
      | team_domain  | garden-team  |
      | channel_name | town-square  |
      | user_name    | alice        |
    And GitLab answered Mattermost with 200
    And she alone is answered, with a link to GitLab

  @must @needs-gitlab-admin @needs-gitlab-projects @needs-postgresql
  Scenario Outline: GitLab refuses a slash command whose token it does not know
    Given GitLab and Mattermost run with these settings:
      """
      mattermost['service_allowed_untrusted_internal_connections'] = '127.0.0.1'
      """
    And GitLab has the project "garden"
    When "alice" signs up for Mattermost through GitLab
    And she makes the slash command "garden" for the project, and tells GitLab <told> token
    And she gives the command "/garden help"
    Then GitLab answered Mattermost with 404
    And the command fails with status 500 and "api.command.execute_command.failed_resp.app_error"

    Examples:
      | case       | told    |
      | other      | another |
      | not set up | no      |

  @must @needs-gitlab-admin @needs-gitlab-projects @needs-postgresql
  Scenario: Mattermost does not call an internal address that it is not told to
    Given GitLab and Mattermost run as documented
    And GitLab has the project "garden"
    When "alice" signs up for Mattermost through GitLab
    And she makes the slash command "garden" for the project, and tells GitLab its token
    And she gives the command "/garden help"
    Then the command fails with status 500 and "api.command.execute_command.failed.app_error"

  @must @needs-gitlab-admin @needs-gitlab-projects
  Scenario Outline: The trigger URL takes the right token for its project and nothing else
    Given GitLab runs at "http://gitlab.example.com"
    And GitLab has the project "garden"
    And GitLab knows the token of its slash command
    When GitLab is sent a slash command at `<path>` with <token> token
    Then GitLab's answer is <answer>

    Examples:
      | case          | path                                                                    | token   | answer                                    |
      | right         | /api/v4/projects/{project}/services/mattermost_slash_commands/trigger   | its     | 200 with {"response_type": "ephemeral"}   |
      | wrong         | /api/v4/projects/{project}/services/mattermost_slash_commands/trigger   | another | 404 with {"message": "404 Service Not Found"} |
      | none          | /api/v4/projects/{project}/services/mattermost_slash_commands/trigger   | no      | 400 with {"error": "token is missing"}    |
      | other project | /api/v4/projects/999999999/services/mattermost_slash_commands/trigger   | its     | 404 with {"message": "404 Service Not Found"} |

  # Otherwise no slash command would reach a GitLab on the same machine.
  @must @needs-env
  Scenario: The package lets Mattermost call the GitLab beside it, whatever its address
    When the package makes an env of these settings:
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['service_allowed_untrusted_internal_connections'] = '10.0.0.7'
      """
    Then the package gives Mattermost MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS "10.0.0.7 gitlab.example.com"
