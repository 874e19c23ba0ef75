@upgrading-gitlab-mattermost
Feature: Upgrading GitLab Mattermost

  The document's table tells the Mattermost of each GitLab from 11.10 to 14.7, its text how to upgrade. A patch release of
  GitLab may bring a patch release of Mattermost, which the table does not tell.

  Rule: The table tells the Mattermost of each GitLab

    @must @needs-plan-in-full
    Scenario Outline: A row of the table holds for the first and the latest release of its GitLab
      When the upgrade from 11.0.0 to <GitLab>.0 is planned
      Then the document's table rightly has Mattermost <documented> for it
      And the plan ends at Mattermost <first>
      When the upgrade from 11.0.0 to <GitLab> is planned
      Then the plan ends at Mattermost <latest>

      Examples:
        | GitLab | documented | first  | latest |
        | 11.11  | 5.10       | 5.10.0 | 5.10.2 |
        | 12.0   | 5.11       | 5.11.0 | 5.11.1 |
        | 12.1   | 5.12       | 5.12.4 | 5.12.6 |
        | 12.2   | 5.13       | 5.13.2 | 5.13.3 |
        | 12.3   | 5.14       | 5.14.2 | 5.14.5 |
        | 12.4   | 5.15       | 5.15.0 | 5.15.2 |
        | 12.5   | 5.16       | 5.16.2 | 5.16.5 |
        | 12.6   | 5.17       | 5.17.1 | 5.17.3 |
        | 12.7   | 5.17       | 5.17.3 | 5.17.3 |
        | 12.8   | 5.19       | 5.19.1 | 5.19.1 |
        | 12.9   | 5.20       | 5.20.1 | 5.20.2 |
        | 12.10  | 5.21       | 5.21.0 | 5.21.0 |
        | 13.0   | 5.22       | 5.22.2 | 5.22.2 |
        | 13.1   | 5.23       | 5.23.1 | 5.23.1 |
        | 13.2   | 5.24       | 5.24.2 | 5.24.2 |
        | 13.3   | 5.25       | 5.25.3 | 5.25.3 |
        | 13.4   | 5.26       | 5.26.2 | 5.26.2 |
        | 13.5   | 5.27       | 5.27.0 | 5.27.0 |
        | 13.6   | 5.28       | 5.28.1 | 5.28.1 |
        | 13.7   | 5.29       | 5.29.1 | 5.29.1 |
        | 13.8   | 5.30       | 5.30.1 | 5.30.1 |
        | 13.9   | 5.31       | 5.31.1 | 5.31.1 |
        | 13.10  | 5.32       | 5.32.1 | 5.32.1 |
        | 13.11  | 5.33       | 5.33.3 | 5.33.5 |
        | 13.12  | 5.34       | 5.34.2 | 5.34.5 |
        | 14.0   | 5.35       | 5.35.3 | 5.35.4 |
        | 14.1   | 5.36       | 5.36.1 | 5.36.1 |
        | 14.2   | 5.37       | 5.37.1 | 5.37.1 |
        | 14.3   | 5.38       | 5.38.2 | 5.38.4 |
        | 14.4   | 5.39       | 5.39.0 | 5.39.2 |
        | 14.5   | 5.39       | 5.39.1 | 5.39.3 |
        | 14.6   | 6.1        | 6.1.0  | 6.1.3  |
        | 14.7   | 6.2        | 6.2.1  | 6.2.5  |

    # DIFFERENCE: erratum 9.
    @must @needs-plan-in-full
    Scenario: The row that the table's heading begins with is missing
      When the upgrade from 11.0.0 to 11.10 is planned
      Then the document's table leaves it out, although it comes with Mattermost 5.9
      And the plan ends at Mattermost 5.9.1

    @must @needs-plan-in-full
    Scenario Outline: A GitLab that stays on the Mattermost of the one before
      When the upgrade from <before> to <GitLab>.0 is planned
      Then it stays on the Mattermost of the release before, <documented> in the document's table

      Examples:
        | before | GitLab | documented |
        | 12.6.0 | 12.7   | 5.17       |
        | 14.4.0 | 14.5   | 5.39       |

    @must @needs-plan-in-full
    Scenario: Mattermost 6.0 is never bundled
      When the upgrade from 14.5.0 to 14.6 is planned
      Then Mattermost 6.0 is skipped, which the document's table remarks as "6.1 instead of 6.0"

  Rule: A plan passes every required stop, and tells what has to be done

    @must @needs-plan-in-full
    Scenario: From 11.0 to 14.7 every required stop is made, and Mattermost only goes up
      When the upgrade from 11.0.6 to 14.7.0 is planned
      Then the plan asks for more than the packages
      And the upgrade stops at:
        | 11.11.8  |
        | 12.0.12  |
        | 12.1.17  |
        | 12.10.14 |
        | 13.0.14  |
        | 13.1.11  |
        | 13.8.8   |
        | 13.12.15 |
        | 14.0.12  |
        | 14.3.6   |
        | 14.7.0   |
      And Mattermost goes up at every stop

    @must @needs-plan-in-full
    Scenario: A patch upgrade asks for nothing but the package
      When the upgrade from 14.7.0 to 14.7.7 is planned
      Then the plan asks for nothing more than the packages
      And the package's upgrade will do
      And the plan warns of nothing
      And the plan installs GitLab 14.7.7 and nothing else

    @must @needs-plan-in-full
    Scenario: An upgrade of GitLab that takes Mattermost back is told before it is made
      When the upgrade from 18.10.8 to 18.11.3 is planned
      Then the plan asks for more than the packages
      And Mattermost goes down at every stop
      And the plan warns of "backward-move":
        | severity | blocker                               |
        | fix      | go to GitLab 18.11.5 or later instead |

  Rule: Only releases are planned

    @must @needs-builtin-planner
    Scenario Outline: A version that is no release is answered with the nearest
      When the command `mattermost-lab upgrade --from <from> --to <to>` is run
      Then it exits with 2
      And its output is empty
      And its error output contains "<answer>"

      Examples:
        | from   | to     | answer                                           |
        | 14.7.9 | 15.0   | the nearest are `14.7.7` and `14.8.0`            |
        | 14.7.0 | 42.0   | the nearest is the last one, `19.3.0`            |
        | 7.0.0  | 14.7   | the nearest that did is the first one, `7.14.0`  |
        | 14.x   | 15.0   | the nearest known release is `14.10.5`           |
        | 14.7.0 | 14.6.0 | `14.6.0` is not later than the installed         |

  Rule: Settings decide what an upgrade asks for

    @must @needs-plan-in-full
    Scenario: Before 11.0 the package's upgrade will do only if config.json was left alone
      Given the file "gitlab.rb":
        """
        mattermost_external_url 'http://mattermost.example.com'
        mattermost['log_file_level'] = 'INFO'
        """
      And the file "config.json":
        """
        { "LogSettings": { "FileLevel": "DEBUG" } }
        """
      When the upgrade from 10.8.7 to 11.0 is planned with "gitlab.rb"
      Then the plan asks for more than the packages
      And the package's upgrade will do if Mattermost is configured in gitlab.rb alone
      When the upgrade from 10.8.7 to 11.0 is planned with "gitlab.rb" and "config.json"
      Then the plan asks for more than the packages
      And one of the document's two options is left, as config.json sets:
        | LogSettings.FileLevel |
      And the old settings become these variables:
        | MM_LOGSETTINGS_FILELEVEL |

    @must @needs-plan-in-full
    Scenario: A variable that the new version no longer reads is found in gitlab.rb
      Given the file "gitlab.rb":
        """
        mattermost_external_url 'http://mattermost.example.com'
        mattermost['env'] = {
          'MM_SERVICESETTINGS_SESSIONLENGTHWEBINDAYS' => '30'
        }
        """
      When the upgrade from 15.1.6 to 15.2 is planned with "gitlab.rb"
      Then the plan asks for more than the packages
      And the plan warns of "variable-renamed":
        | place | gitlab.rb:3 |
        | at    | 15.2.5      |

    @must @needs-plan-in-full
    Scenario: A list written with commas is one element from Mattermost 5.30 on
      Given the file "gitlab.rb":
        """
        mattermost_external_url 'http://mattermost.example.com'
        mattermost['env'] = { 'MM_SQLSETTINGS_DATASOURCEREPLICAS' => 'postgres://a,postgres://b' }
        """
      When the upgrade from 13.7.9 to 13.8.0 is planned with "gitlab.rb"
      Then the plan asks for more than the packages
      And the plan warns of "list-separator"
