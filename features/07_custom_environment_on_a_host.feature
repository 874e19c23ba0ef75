@setting-custom-environment-variables
Feature: Setting custom environment variables, on a host with the package

  @must @needs-host
  Scenario: The document's example reaches Mattermost's process, and leaves it again
    Given GitLab and Mattermost run on a host
    And "/etc/gitlab/gitlab.rb" gets the line:
      """
      mattermost['env'] = {"HTTP_PROXY" => "my_proxy", "HTTPS_PROXY" => "my_proxy", "NO_PROXY" => "my_no_proxy"}
      """
    When the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And its output is exactly:
      """
      * write the variable HTTPS_PROXY
      * write the variable HTTP_PROXY
      * write the variable NO_PROXY
      * restart the service `mattermost`
      4 changes
      gitlab Reconfigured!
      """
    And Mattermost answers at "http://mattermost.example.com"
    And on the host `sudo -u mattermost sh -c 'tr "\0" "\n" < /proc/$(pgrep --oldest --uid mattermost)/environ' | grep _PROXY | sort` prints:
      """
      HTTPS_PROXY=my_proxy
      HTTP_PROXY=my_proxy
      NO_PROXY=my_no_proxy
      """
    And on the host `stat -c '%U %s' /opt/gitlab/etc/mattermost/env/HTTP_PROXY` prints "root 8"
    When the administrator runs:
      """
      sudo sed -i "/mattermost\['env'\]/d" /etc/gitlab/gitlab.rb
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And on the host `ls /opt/gitlab/etc/mattermost/env | grep -c PROXY` prints "0"

  # DIFFERENCE: taken literally, the example cuts Mattermost off from GitLab, which NO_PROXY does not name.
  @should @needs-host
  Scenario: The document's example as it stands ends the sign-in with GitLab
    Given GitLab and Mattermost run on a host
    And "/etc/gitlab/gitlab.rb" gets the line:
      """
      mattermost['env'] = {"HTTP_PROXY" => "my_proxy", "HTTPS_PROXY" => "my_proxy", "NO_PROXY" => "my_no_proxy"}
      """
    And the administrator has run:
      """
      sudo gitlab-ctl reconfigure
      """
    And Mattermost answers at "http://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then Mattermost says "Token request failed."
    And nobody is signed in to Mattermost
