Feature: Running GitLab Mattermost with HTTPS, on a host with the package

  # The names are those under which nginx looks for the certificate of mattermost.gitlab.example, if nothing else is set.
  @running-gitlab-mattermost-with-https @must @needs-host
  Scenario: The documented commands put certificate and key into a folder that is there for them
    Given a host with the Linux package
    And the administrator has run:
      """
      umask 077
      echo key > mattermost.gitlab.example.key
      echo certificate > mattermost.gitlab.example.crt
      """
    When the administrator runs:
      """
      sudo mkdir -p /etc/gitlab/ssl
      sudo chmod 755 /etc/gitlab/ssl
      sudo cp mattermost.gitlab.example.key mattermost.gitlab.example.crt /etc/gitlab/ssl/
      """
    Then it exits with 0
    And on the host `stat -c '%a %U' /etc/gitlab/ssl` prints "755 root"
    And on the host `sudo cat /etc/gitlab/ssl/mattermost.gitlab.example.crt` prints "certificate"
    And on the host `sudo stat -c '%a %U' /etc/gitlab/ssl/mattermost.gitlab.example.key` prints "600 root"
