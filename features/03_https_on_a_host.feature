@running-gitlab-mattermost-with-https
Feature: Running GitLab Mattermost with HTTPS, on a host with the package

  The certificates are those of an authority that the run makes for itself, as many organisations have one. The person's
  browser trusts it and checks every certificate; Mattermost trusts it where it is told to, and checks likewise. GitLab is
  the lab's mock behind the same nginx.

  @must @needs-host
  Scenario: The document's commands and settings bring HTTPS, and send people on who come by HTTP
    Given a host with the Linux package for "gitlab.example" and "mattermost.gitlab.example"
    And people open Mattermost at "https://mattermost.gitlab.example"
    And a certificate for "mattermost.gitlab.example" is in the administrator's home directory
    When the administrator runs:
      """
      sudo mkdir -p /etc/gitlab/ssl
      sudo chmod 755 /etc/gitlab/ssl
      sudo cp mattermost.gitlab.example.key mattermost.gitlab.example.crt /etc/gitlab/ssl/
      """
    Then it exits with 0
    When "/etc/gitlab/gitlab.rb" gets the lines:
      """
      external_url 'http://gitlab.example'
      mattermost_external_url 'https://mattermost.gitlab.example'
      mattermost_nginx['redirect_http_to_https'] = true
      """
    And the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And Mattermost answers at "https://mattermost.gitlab.example"
    And "http://mattermost.gitlab.example/login?a=b" is redirected with status 301 to "https://mattermost.gitlab.example:443/login?a=b"

  @must @needs-host
  Scenario: Mattermost is registered at GitLab by its address with HTTPS, and people sign in
    Given a host with the Linux package for "gitlab.example" and "mattermost.gitlab.example"
    And people open Mattermost at "https://mattermost.gitlab.example"
    And "/etc/gitlab/ssl" has for "mattermost.gitlab.example" a certificate
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      external_url 'http://gitlab.example'
      mattermost_external_url 'https://mattermost.gitlab.example'
      """
    When the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And Mattermost answers at "https://mattermost.gitlab.example"
    And GitLab has an application "GitLab Mattermost" with the redirect URIs:
      """
      https://mattermost.gitlab.example/signup/gitlab/complete
      https://mattermost.gitlab.example/login/gitlab/complete
      """
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And her account in Mattermost belongs to GitLab

  @must @needs-host
  Scenario: A certificate of another name is served where both of its paths are given
    Given a host with the Linux package for "gitlab.example" and "mattermost.gitlab.example"
    And a certificate for "mattermost.gitlab.example" is in the administrator's home directory as "mattermost-nginx"
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      mattermost_external_url 'https://mattermost.gitlab.example'

      mattermost_nginx['ssl_certificate'] = "/etc/gitlab/ssl/mattermost-nginx.crt"
      mattermost_nginx['ssl_certificate_key'] = "/etc/gitlab/ssl/mattermost-nginx.key"
      """
    When the administrator runs:
      """
      sudo mkdir -p /etc/gitlab/ssl
      sudo cp mattermost-nginx.key mattermost-nginx.crt /etc/gitlab/ssl/
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And Mattermost answers at "https://mattermost.gitlab.example"

  # The package's SSL_CERT_DIR names its own folder. It does not hide the system's store, whose file Go reads all the same.
  @must @needs-host
  Scenario Outline: With GitLab behind HTTPS, users sign in once Mattermost trusts its authority
    Given a host with the Linux package for "gitlab.example.com" and "mattermost.example.com"
    And people open Mattermost at "https://mattermost.example.com"
    And "/etc/gitlab/ssl" has for "gitlab.example.com" a certificate
    And "/etc/gitlab/ssl" has for "mattermost.example.com" a certificate
    And the authority's certificate is on the host as "<file>"
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      external_url 'https://gitlab.example.com'
      mattermost_external_url 'https://mattermost.example.com'
      <line>
      """
    When the administrator runs:
      """
      <before>
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And Mattermost answers at "https://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost

    Examples:
      | case                  | file                                           | before                      | line                                                                |
      | the package's folder  | /etc/gitlab/trusted-certs/authority.crt        |                             |                                                                     |
      | the system's store    | /usr/local/share/ca-certificates/authority.crt | sudo update-ca-certificates |                                                                     |
      | a variable of its own | /etc/ssl/authority.pem                         |                             | mattermost['env'] = { 'SSL_CERT_FILE' => '/etc/ssl/authority.pem' } |
