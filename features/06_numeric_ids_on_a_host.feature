@specify-numeric-user-and-group-identifiers
Feature: Specify numeric user and group identifiers, on a host with the package

  @must @needs-host
  Scenario: With the first reconfigure of Mattermost the account gets its ids
    Given a host with the Linux package
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      mattermost_external_url 'http://mattermost.example.com'
      mattermost['uid'] = 1234
      mattermost['gid'] = 1234
      """
    When the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And on the host `id mattermost` prints "uid=1234(mattermost) gid=1234(mattermost) groups=1234(mattermost)"
    And Mattermost answers at "http://mattermost.example.com"
    And on the host `pgrep --uid 1234 --full -- '--config /var/opt/gitlab/mattermost/config.json'` succeeds
    And on the host `stat -c %u /var/opt/gitlab/mattermost/data /var/opt/gitlab/mattermost/config.json | sort -u` prints "1234"

  # DIFFERENCE: one command is not enough for a server that runs. In a container it goes on under the old ids; elsewhere
  # usermod refuses to change the id of a user who has processes.
  @must @needs-host
  Scenario: A Mattermost that runs keeps its old ids, while its files get the new ones
    Given GitLab and Mattermost run on a host
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      mattermost['uid'] = 1234
      mattermost['gid'] = 1234
      """
    When the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And on the host `id mattermost` prints "uid=1234(mattermost) gid=1234(mattermost) groups=1234(mattermost)"
    And on the host `stat -c %u /var/opt/gitlab/mattermost/config.json` prints "1234"
    And on the host `pgrep --full -- '--config /var/opt/gitlab/mattermost/config.json'` succeeds
    And on the host `pgrep --uid 1234 --full -- '--config /var/opt/gitlab/mattermost/config.json'` fails

  @should @needs-host
  Scenario: With Mattermost stopped they can, but its log has to be given to the new id by hand
    Given GitLab and Mattermost run on a host
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      mattermost['uid'] = 1234
      mattermost['gid'] = 1234
      """
    When the administrator runs:
      """
      sudo gitlab-ctl stop mattermost
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And on the host `id mattermost` prints "uid=1234(mattermost) gid=1234(mattermost) groups=1234(mattermost)"
    And on the host `stat -c %u /var/opt/gitlab/mattermost/data /var/opt/gitlab/mattermost/config.json | sort -u` prints "1234"
    And on the host `test $(stat -c %u /var/log/gitlab/mattermost/mattermost.log) = 1234` fails
    When the administrator runs:
      """
      sudo chown mattermost /var/log/gitlab/mattermost/mattermost.log
      sudo gitlab-ctl start mattermost
      """
    Then Mattermost answers at "http://mattermost.example.com"
