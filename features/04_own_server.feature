@running-gitlab-mattermost-on-its-own-server
Feature: Running GitLab Mattermost on its own server

  Mattermost's server has the package with GitLab switched off. It is authorized by hand, and GitLab's server is told
  where Mattermost is.

  @must @needs-builtin-translator
  Scenario: The document's settings leave Mattermost alone with its database
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      mattermost_external_url 'http://mattermost.example.com'

      # Shut down GitLab services on the Mattermost server
      gitlab_rails['enable'] = false
      redis['enable'] = false
      postgres_exporter['enable'] = false
      grafana['enable'] = false
      """
    Then it exits with 0
    And its output as JSON has "/enabled" = true
    # GitLab is not there: nothing to register with, no address that calls may go to.
    And its output as JSON has "/oauth_application/registration/automatic" = false
    And its output as JSON has "/env/MM_GITLABSETTINGS_ENABLE/value" = "false"
    And its output as JSON has "/env/MM_GITLABSETTINGS_AUTHENDPOINT/value" = ""
    And its output as JSON has "/env/MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS/value" = ""
    # DIFFERENCE: erratum 15, some services stay on and use resources; Mattermost needs two of them.
    And its output as JSON has "/database/created_if_missing" = true
    And its output as JSON has "/nginx/upstream" = "127.0.0.1:8065"

  @must @needs-env
  Scenario: GitLab's address is allowed for internal calls only where GitLab runs
    When the package makes an env of these settings:
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      """
    Then the package gives Mattermost MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS " gitlab.example.com"
    When the package makes an env of these settings:
      """
      external_url 'http://gitlab.example.com'
      mattermost_external_url 'http://mattermost.example.com'
      gitlab_rails['enable'] = false
      """
    Then the package gives Mattermost MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS ""

  @must @needs-gitlab-admin @needs-postgresql
  Scenario: Authorized by hand, its users sign in with the GitLab of the other server
    Given GitLab runs at "http://gitlab.example.com"
    And GitLab has the application "GitLab Mattermost" with the redirect URIs:
      """
      http://mattermost.example.com/signup/gitlab/complete
      http://mattermost.example.com/login/gitlab/complete
      """
    And the settings file holds:
      """
      mattermost_external_url 'http://mattermost.example.com'
      gitlab_rails['enable'] = false
      mattermost['gitlab_enable'] = true
      mattermost['gitlab_id'] = "{application id}"
      mattermost['gitlab_secret'] = "{application secret}"
      mattermost['gitlab_scope'] = ""
      mattermost['gitlab_auth_endpoint'] = "http://gitlab.example.com/oauth/authorize"
      mattermost['gitlab_token_endpoint'] = "http://gitlab.example.com/oauth/token"
      mattermost['gitlab_user_api_endpoint'] = "http://gitlab.example.com/api/v4/user"
      """
    When the administrator reconfigures
    And Mattermost is started
    And "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost

  @must @serial @needs-gitlab-admin @needs-postgresql
  Scenario: Without that authorization it does not offer to sign in with GitLab
    Given GitLab runs at "http://gitlab.example.com"
    And the settings file holds:
      """
      mattermost_external_url 'http://mattermost.example.com'
      gitlab_rails['enable'] = false
      """
    When the administrator reconfigures
    And Mattermost is started
    Then GitLab has 0 applications "GitLab Mattermost"
    And clients of Mattermost are told "EnableSignUpWithGitLab" = "false"

  @must @needs-builtin-translator
  Scenario: GitLab's server is told where Mattermost is, and runs none
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      external_url 'https://gitlab.example.com'
      gitlab_rails['mattermost_host'] = "https://mattermost.example.com"
      """
    Then it exits with 0
    And its output as JSON has "/enabled" = false
    And its output as JSON has "/nginx" = null
    And its output as JSON has "/gitlab_yml" = {"enabled": true, "host": "https://mattermost.example.com"}

  # DIFFERENCE: the document says that sign-up by e-mail is disabled by default. It is not; strangers are kept out because
  # the server is not open.
  @must @needs-gitlab-admin @needs-postgresql
  Scenario: Sign-up by e-mail is enabled, but not open to everybody
    Given GitLab and Mattermost run as documented
    Then clients of Mattermost are told "EnableSignUpWithEmail" = "true"
    And clients of Mattermost are told "EnableOpenServer" = "false"
    And clients of Mattermost are told "EnableSignUpWithGitLab" = "true"

  # DIFFERENCE: nor does it require all users to sign up with GitLab: the very first may come by e-mail.
  @must @needs-gitlab-admin @needs-postgresql
  Scenario: The first person can sign up by e-mail, nobody after that
    Given GitLab and Mattermost run as documented
    When "first" signs up for Mattermost by e-mail
    Then the sign-up by e-mail succeeds
    When "second" signs up for Mattermost by e-mail
    Then the sign-up by e-mail is refused with status 403 and "api.user.create_user.no_open_server"
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
