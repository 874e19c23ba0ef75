@running-gitlab-mattermost-on-its-own-server
Feature: Running GitLab Mattermost on its own server, on a host with the package

  # DIFFERENCE: erratum 15, the settings switch GitLab off; the document says that nothing of it consumes resources.
  @must @needs-host
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

  # Each server is a container with a name of its own, and they reach one another by these names alone. GitLab on the first is
  # the lab's mock behind that server's nginx: there is no real GitLab here.
  @must @needs-host @needs-gitlab-admin
  Scenario: With GitLab and Mattermost on a server each, users sign in across
    Given two hosts with the Linux package, "gitlab.example.com" and "mattermost.example.com"
    And GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    When "/etc/gitlab/gitlab.rb" on "gitlab.example.com" holds:
      """
      external_url 'http://gitlab.example.com'
      gitlab_rails['mattermost_host'] = "https://mattermost.example.com"
      """
    And the administrator runs on "gitlab.example.com":
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And on "gitlab.example.com" `grep -A 2 '^ *mattermost:$' /var/opt/gitlab/gitlab-rails/etc/gitlab.yml | tr -d ' "'` prints:
      """
      mattermost:
      enabled:true
      host:https://mattermost.example.com
      """
    When "/etc/gitlab/gitlab.rb" on "mattermost.example.com" holds:
      """
      mattermost_external_url 'http://mattermost.example.com'

      # Shut down GitLab services on the Mattermost server
      gitlab_rails['enable'] = false
      redis['enable'] = false
      postgres_exporter['enable'] = false
      grafana['enable'] = false

      mattermost['gitlab_enable'] = true
      mattermost['gitlab_id'] = "{application id}"
      mattermost['gitlab_secret'] = "{application secret}"
      mattermost['gitlab_scope'] = ""
      mattermost['gitlab_auth_endpoint'] = "http://gitlab.example.com/oauth/authorize"
      mattermost['gitlab_token_endpoint'] = "http://gitlab.example.com/oauth/token"
      mattermost['gitlab_user_api_endpoint'] = "http://gitlab.example.com/api/v4/user"
      """
    And the administrator runs on "mattermost.example.com":
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And on "gitlab.example.com" `gitlab-ctl status | cut -d : -f 1,2` prints:
      """
      run: gitlab
      run: nginx
      run: postgresql
      """
    And on "mattermost.example.com" `gitlab-ctl status | cut -d : -f 1,2` prints:
      """
      run: mattermost
      run: nginx
      run: postgresql
      """
    And Mattermost answers at "http://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And her account in Mattermost belongs to GitLab
    # What Mattermost's server asked GitLab's for, as the nginx there wrote it down.
    And on "gitlab.example.com" `awk '$7 ~ "^/(oauth/token|api/v4/user)$" { print $1, $6, $7, $9 }' /var/log/gitlab/nginx/gitlab_access.log | sed "s/^$(getent hosts mattermost.example.com | cut -d ' ' -f 1) /Mattermost /"` prints:
      """
      Mattermost "POST /oauth/token 200
      Mattermost "GET /api/v4/user 200
      """

  # A server of its own does not trust what the old server trusted.
  @should @needs-host @needs-gitlab-admin
  Scenario: A GitLab that is vouched for by an authority of one's own has to be trusted on Mattermost's server, too
    Given two hosts with the Linux package, "gitlab.example.com" and "mattermost.example.com"
    And "/etc/gitlab/ssl" has for "gitlab.example.com" a certificate
    And "/etc/gitlab/gitlab.rb" on "gitlab.example.com" holds:
      """
      external_url 'https://gitlab.example.com'
      gitlab_rails['mattermost_host'] = "https://mattermost.example.com"
      """
    When the administrator runs on "gitlab.example.com":
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    Given GitLab is reached at "https://gitlab.example.com" from now on
    And GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    When "/etc/gitlab/gitlab.rb" on "mattermost.example.com" holds:
      """
      mattermost_external_url 'http://mattermost.example.com'
      gitlab_rails['enable'] = false
      mattermost['gitlab_enable'] = true
      mattermost['gitlab_id'] = "{application id}"
      mattermost['gitlab_secret'] = "{application secret}"
      mattermost['gitlab_auth_endpoint'] = "https://gitlab.example.com/oauth/authorize"
      mattermost['gitlab_token_endpoint'] = "https://gitlab.example.com/oauth/token"
      mattermost['gitlab_user_api_endpoint'] = "https://gitlab.example.com/api/v4/user"
      """
    And the administrator runs on "mattermost.example.com":
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And Mattermost answers at "http://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then Mattermost says "Token request failed."
    When the authority's certificate is on the host as "/etc/gitlab/trusted-certs/authority.crt"
    And the administrator runs on "mattermost.example.com":
      """
      sudo gitlab-ctl reconfigure
      sudo gitlab-ctl restart mattermost
      """
    Then it exits with 0
    And Mattermost answers at "http://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
