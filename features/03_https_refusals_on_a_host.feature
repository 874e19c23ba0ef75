@running-gitlab-mattermost-with-https
Feature: Certificates that are refused, on a host with the package

  A known problem of sign-ins by HTTPS: browsers accept a certificate that Mattermost refuses. Mattermost has to be told
  which private authority signed GitLab's certificate.

  @should @needs-host
  Scenario: An authority that is added to a running Mattermost counts after its restart
    Given a host with the Linux package for "gitlab.example.com" and "mattermost.example.com"
    And people open Mattermost at "https://mattermost.example.com"
    And "/etc/gitlab/ssl" has for "gitlab.example.com" a certificate
    And "/etc/gitlab/ssl" has for "mattermost.example.com" a certificate
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      external_url 'https://gitlab.example.com'
      mattermost_external_url 'https://mattermost.example.com'
      """
    And the administrator has run:
      """
      sudo gitlab-ctl reconfigure
      """
    And Mattermost answers at "https://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then Mattermost says "Token request failed."
    When the authority's certificate is on the host as "/etc/gitlab/trusted-certs/authority.crt"
    And the administrator runs:
      """
      sudo gitlab-ctl reconfigure
      """
    Then it exits with 0
    And its output contains "trust the certificates in /etc/gitlab/trusted-certs"
    When "alice" signs up for Mattermost through GitLab
    Then Mattermost says "Token request failed."
    When the administrator runs:
      """
      sudo gitlab-ctl restart mattermost
      """
    Then Mattermost answers at "https://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost

  @must @needs-host
  Scenario Outline: A certificate that Mattermost cannot trust keeps everybody out, and its log says why
    Given a host with the Linux package for "gitlab.example.com", "mattermost.example.com" and "gitlab.internal.example"
    And people open Mattermost at "https://mattermost.example.com"
    And "/etc/gitlab/ssl" has for "mattermost.example.com" a certificate
    And "/etc/gitlab/ssl" has for "gitlab.example.com" <certificate>
    And the authority's certificate is on the host as "<folder>/authority.crt"
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      external_url 'https://gitlab.example.com'
      mattermost_external_url 'https://mattermost.example.com'
      <line>
      """
    And the administrator has run:
      """
      sudo gitlab-ctl reconfigure
      """
    And Mattermost answers at "https://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then Mattermost says "Token request failed."
    And nobody is signed in to Mattermost
    And on the host `grep -c 'Token request failed.*<words>' /var/log/gitlab/mattermost/mattermost.log` prints "1"

    Examples:
      | case                 | certificate                            | folder                    | line                                                                                | words                                                                          |
      | unknown authority    | a certificate                          | /home/admin               |                                                                                     | x509: certificate signed by unknown authority                                  |
      | missing intermediate | a certificate without its intermediate | /etc/gitlab/trusted-certs |                                                                                     | x509: certificate signed by unknown authority                                  |
      | wrong host name      | a certificate                          | /etc/gitlab/trusted-certs | mattermost['gitlab_token_endpoint'] = "https://gitlab.internal.example/oauth/token" | x509: certificate is valid for gitlab.example.com, not gitlab.internal.example |

  @should @needs-host
  Scenario: `doctor` reads in Mattermost's log that the certificate is the reason
    Given a host with the Linux package for "gitlab.example.com" and "mattermost.example.com"
    And people open Mattermost at "https://mattermost.example.com"
    And "/etc/gitlab/ssl" has for "mattermost.example.com" a certificate
    And "/etc/gitlab/ssl" has for "gitlab.example.com" a certificate
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      external_url 'https://gitlab.example.com'
      mattermost_external_url 'https://mattermost.example.com'
      """
    And the administrator has run:
      """
      sudo gitlab-ctl reconfigure
      """
    And Mattermost answers at "https://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    And the host's file "/var/log/gitlab/mattermost/mattermost.log" is copied to "mattermost.log"
    And the command `mattermost-lab doctor --log mattermost.log --format json` is run
    Then it exits with 1
    And its first finding is P04

  @may @needs-host
  Scenario: As a last resort, Mattermost can be told to check no certificate
    Given a host with the Linux package for "gitlab.example.com" and "mattermost.example.com"
    And people open Mattermost at "https://mattermost.example.com"
    And "/etc/gitlab/ssl" has for "mattermost.example.com" a certificate
    And "/etc/gitlab/ssl" has for "gitlab.example.com" a certificate without its intermediate
    And "/etc/gitlab/gitlab.rb" gets the lines:
      """
      external_url 'https://gitlab.example.com'
      mattermost_external_url 'https://mattermost.example.com'
      mattermost['env'] = { 'MM_SERVICESETTINGS_ENABLEINSECUREOUTGOINGCONNECTIONS' => 'true' }
      """
    And the administrator has run:
      """
      sudo gitlab-ctl reconfigure
      """
    And Mattermost answers at "https://mattermost.example.com"
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost

  Rule: From outside, `trace` sees the certificates that a browser sees

    Background:
      Given a host with the Linux package
      And "/etc/gitlab/ssl" has for "gitlab.example.com" a certificate
      And the authority's certificate is on the host as "/etc/gitlab/trusted-certs/authority.crt"
      And the authority's certificate is in the file "authority.pem"
      And "/etc/gitlab/gitlab.rb" gets the lines:
        """
        external_url 'https://gitlab.example.com'
        mattermost_external_url 'http://mattermost.example.com'
        """
      And the administrator has run:
        """
        sudo gitlab-ctl reconfigure
        """
      And Mattermost answers at "http://mattermost.example.com"

    @should @needs-host
    Scenario: `trace` follows the sign-in by HTTPS
      Given the file "password":
        """
        correct horse
        """
      When the command `mattermost-lab trace --mattermost http://mattermost.example.com --gitlab https://gitlab.example.com --ca-file authority.pem --login alice --password-file password --consent --format json` is run on the lab's network
      Then it exits with 0
      And its output as JSON has "/reached/place" = "signed-in"
      And its output as JSON has "/findings" = []

    @should @needs-host
    Scenario: `trace` tells an authority that browsers do not know
      When the command `mattermost-lab trace --mattermost http://mattermost.example.com --gitlab https://gitlab.example.com --format json` is run on the lab's network
      Then it exits with 1
      And its first finding is P04

    @should @needs-host
    Scenario Outline: `trace` tells a certificate that browsers refuse: <case>
      Given "/etc/gitlab/ssl" has for "gitlab.example.com" <certificate>
      And the administrator has run:
        """
        sudo gitlab-ctl hup nginx
        """
      When the command `mattermost-lab trace --mattermost http://mattermost.example.com --gitlab https://gitlab.example.com --ca-file authority.pem --format json` is run on the lab's network
      Then it exits with 1
      And its first finding is P04

      Examples:
        | case                 | certificate                            |
        | missing intermediate | a certificate without its intermediate |
        | wrong host name      | a certificate for "other.example.com"  |
