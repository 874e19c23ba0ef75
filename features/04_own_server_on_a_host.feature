Feature: Running GitLab Mattermost on its own server, on a host with the package

  # DIFFERENCE: erratum 15, the settings switch GitLab off; the document says that nothing of it consumes resources.
  @running-gitlab-mattermost-on-its-own-server @must @needs-host
  Scenario: The documented settings switch GitLab off, and leave PostgreSQL and nginx on
    Given a host with the Linux package
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      mattermost_external_url 'http://mattermost.example.com'

      # Shut down GitLab services on the Mattermost server
      gitlab_rails['enable'] = false
      redis['enable'] = false
      postgres_exporter['enable'] = false
      grafana['enable'] = false
      """
    When the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And Mattermost answers at "http://mattermost.example.com"
    And on the host `gitlab-ctl status | cut -d : -f 1,2` prints:
      """
      run: mattermost
      run: nginx
      run: postgresql
      """
    And on the host `cat /opt/gitlab/etc/mattermost/env/MM_GITLABSETTINGS_ENABLE` prints "false"
