@upgrading-gitlab-mattermost-outside-of-gitlab
Feature: Upgrading GitLab Mattermost outside of GitLab

  GitLab 18.11 is the last to ship Mattermost. Leaving the bundle has its own order, and two checks
  stop the upgrade to GitLab 19.

  Rule: Leaving has its own order

    @must @needs-plan-in-full
    Scenario: The way out ends at the last GitLab with Mattermost and goes to the same version
      When the way out of the bundle from 14.7.0 is planned
      Then the plan asks for more than the packages
      And the way out ends at GitLab 18.11.11 and Mattermost 10.11.20
      And its server goes on to Mattermost 11.7.3, without GitLab's sign-in
      And Mattermost from 11.7.0 to before 11.7.3 is to be avoided
      And the plan warns of "gitlab-sign-in-ends"

    @must @needs-plan-in-full
    Scenario: What only the environment holds is listed, with who gives it and without its value
      Given the file "gitlab.rb":
        """
        mattermost_external_url 'http://mattermost.example.com'
        mattermost['env'] = {
          'MM_EMAILSETTINGS_SMTPPASSWORD' => 'not-to-be-shown'
        }
        """
      And the file "config.json":
        """
        { "ServiceSettings": { "SiteURL": "http://old.example.com" } }
        """
      When the way out of the bundle from 18.11.11 is planned with "gitlab.rb" and "config.json"
      Then the plan asks for more than the packages
      And no upgrade of GitLab comes first
      And 23 variables are in the environment alone, among them:
        | variable                      | given by    | config.json has |
        | MM_SERVICESETTINGS_SITEURL    | the package | another value   |
        | MM_EMAILSETTINGS_SMTPPASSWORD | gitlab.rb:3 | nothing         |

    @must @needs-plan-in-full
    Scenario: A setting with which Mattermost 11 does not start is found beforehand
      Given the file "config.json":
        """
        { "TeamSettings": { "ExperimentalViewArchivedChannels": false } }
        """
      When the way out of the bundle from 18.11.11 is planned with "config.json"
      Then the plan warns of "setting-refused":
        | place | config.json: TeamSettings.ExperimentalViewArchivedChannels |

  Rule: Two checks stop the way to GitLab 19

    @must @needs-plan-in-full
    Scenario Outline: The check before GitLab 19 is installed is that of the installed patch
      Given the file "node.json":
        """
        { "normal": { "mattermost": <node data> } }
        """
      When the upgrade from <installed> to 19.0.0 is planned with "node.json"
      Then the plan asks for more than the packages
      And the check of <installed> before the installation stops it: <stops>

      Examples:
        | installed | node data                               | stops   |
        | 18.11.0   | { "enable": true }                      | no      |
        | 18.11.6   | { "enable": true }                      | no      |
        | 18.11.7   | { "sql_at_rest_encrypt_key": "x" }      | yes     |
        | 18.11.7   | {}                                      | no      |
        | 18.11.8   | { "enable": true }                      | yes     |
        | 18.11.8   | { "sql_at_rest_encrypt_key": "x" }      | depends |
        | 18.11.9   | { "enable": true }                      | yes     |
        | 18.11.9   | { "sql_at_rest_encrypt_key": "x" }      | no      |
        | 18.11.11  | { "enable": false }                     | no      |

    @must @needs-plan-in-full
    Scenario Outline: The check of reconfigure is that of the new release
      Given the file "gitlab.rb":
        """
        external_url 'http://gitlab.example.com'
        <setting>
        """
      And the file "gitlab-secrets.json":
        """
        { "mattermost": <secrets> }
        """
      When the upgrade from 18.11.11 to <target> is planned with "gitlab.rb" and "gitlab-secrets.json"
      Then the reconfigure of <target> stops: <stops>

      Examples:
        | target | setting                                       | secrets                      | stops |
        | 19.0.0 | mattermost['team_site_name'] = 'Chat'         | {}                           | yes   |
        | 19.0.0 | gitlab_rails['mattermost_host'] = 'http://mm' | { "email_invite_salt": "x" } | yes   |
        | 19.1.0 | gitlab_rails['mattermost_host'] = 'http://mm' | {}                           | no    |
        | 19.2.4 | mattermost['enable'] = false                  | {}                           | yes   |
        | 19.3.0 | mattermost['enable'] = false                  | { "email_invite_salt": "x" } | no    |
        | 19.3.0 | mattermost['enable'] = true                   | {}                           | yes   |

  Rule: After GitLab 19 there is nothing to leave

    @must @needs-plan-in-full
    Scenario: GitLab 19 itself has nothing to leave
      When the way out of the bundle from 19.1.0 is planned
      Then the plan asks for more than the packages
      And there is nothing to leave
      And the plan warns of "mattermost-already-removed"
