@running-gitlab-mattermost-with-https
Feature: Running GitLab Mattermost with HTTPS

  The package's nginx ends TLS for Mattermost's own virtual host; what it is told stands in the deployment. Mattermost
  itself always gets plain HTTP.

  @must @needs-builtin-translator
  Scenario: The document's settings lead to HTTPS with a redirect
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      mattermost_external_url 'https://mattermost.gitlab.example'
      mattermost_nginx['redirect_http_to_https'] = true
      """
    Then it exits with 0
    And its output as JSON has "/nginx/server_name" = "mattermost.gitlab.example"
    And its output as JSON has "/nginx/https" = true
    And its output as JSON has "/nginx/listen_port" = "443"
    And its output as JSON has "/nginx/redirect" = {"from_port": "80", "to": "https://mattermost.gitlab.example:443$request_uri"}
    And its output as JSON has "/nginx/certificate/certificate" = "/etc/gitlab/ssl/mattermost.gitlab.example.crt"
    And its output as JSON has "/nginx/certificate/key" = "/etc/gitlab/ssl/mattermost.gitlab.example.key"
    And its output as JSON has "/nginx/upstream" = "127.0.0.1:8065"
    And its output as JSON has "/env/MM_SERVICESETTINGS_LISTENADDRESS/value" = "127.0.0.1:8065"
    And its output as JSON has "/env/MM_SERVICESETTINGS_SITEURL/value" = "https://mattermost.gitlab.example"
    And its output as JSON has "/oauth_application/redirect_uris" = "https://mattermost.gitlab.example/signup/gitlab/complete\r\nhttps://mattermost.gitlab.example/login/gitlab/complete"

  @must @needs-builtin-translator
  Scenario: A certificate of another name needs both full paths
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      mattermost_external_url 'https://mattermost.gitlab.example'
      mattermost_nginx['ssl_certificate'] = "/etc/gitlab/ssl/mattermost-nginx.crt"
      mattermost_nginx['ssl_certificate_key'] = "/etc/gitlab/ssl/mattermost-nginx.key"
      """
    Then it exits with 0
    And its output as JSON has "/nginx/certificate" = {"certificate": "/etc/gitlab/ssl/mattermost-nginx.crt", "key": "/etc/gitlab/ssl/mattermost-nginx.key", "reason": "given"}
    And its output as JSON has "/nginx/redirect" = null

  # DIFFERENCE: erratum 16. GitLab on HTTPS without certificate files switches Let's Encrypt on, and Mattermost's name
  # then goes into GitLab's certificate.
  @must @needs-builtin-translator
  Scenario Outline: With Let's Encrypt the default certificate is used only if it is there
    When the command `mattermost-lab env - <flags> --format deployment` is run with the input:
      """
      external_url '<GitLab>'
      mattermost_external_url 'https://mattermost.gitlab.example'
      <line>
      """
    Then it exits with 0
    And its output as JSON has "/nginx/certificate/certificate" = "/etc/gitlab/ssl/<certificate>"
    And its output as JSON has "/nginx/certificate/reason" = "<reason>"
    And its output as JSON has "/nginx/redirect" = <redirect>

    Examples:
      | case             | GitLab                 | flags                                                                                                                       | line                          | certificate                   | reason       | redirect                                                                       |
      | file missing     | https://gitlab.example |                                                                                                                             |                               | gitlab.example.crt            | lets_encrypt | {"from_port": "80", "to": "https://mattermost.gitlab.example:443$request_uri"} |
      | file there       | https://gitlab.example | --existing-file /etc/gitlab/ssl/mattermost.gitlab.example.crt --existing-file /etc/gitlab/ssl/mattermost.gitlab.example.key |                               | mattermost.gitlab.example.crt | host_name    | null                                                                           |
      | switched off     | https://gitlab.example |                                                                                                                             | letsencrypt['enable'] = false | mattermost.gitlab.example.crt | host_name    | null                                                                           |
      | GitLab over HTTP | http://gitlab.example  |                                                                                                                             |                               | mattermost.gitlab.example.crt | host_name    | null                                                                           |

  @should @needs-builtin-translator
  Scenario Outline: nginx listens as the URL says, unless it is told otherwise
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      mattermost_external_url '<URL>'
      mattermost_nginx['redirect_http_to_https'] = true
      <line>
      """
    Then it exits with 0
    And its output as JSON has "/nginx/https" = <https>
    And its output as JSON has "/nginx/listen_port" = "<port>"
    And its output as JSON has "/nginx/redirect" = <redirect>
    And its output as JSON has "/env/MM_SERVICESETTINGS_SITEURL/value" = "<URL>"

    Examples:
      | case          | URL                                    | line                                                                             | https | port | redirect                                                                        |
      | plain HTTP    | http://mattermost.gitlab.example       |                                                                                  | false | 80   | null                                                                            |
      | its own port  | https://mattermost.gitlab.example:8443 |                                                                                  | true  | 8443 | {"from_port": "80", "to": "https://mattermost.gitlab.example:8443$request_uri"} |
      | TLS before it | https://mattermost.gitlab.example      | mattermost_nginx['listen_https'] = false; mattermost_nginx['listen_port'] = 8080 | false | 8080 | null                                                                            |

  @should @needs-builtin-translator
  Scenario Outline: Mattermost learns from the headers that the browser came by HTTPS
    When the command `mattermost-lab env - --format deployment` is run with the input:
      """
      mattermost_external_url '<URL>'
      mattermost_nginx['proxy_set_headers'] = <own>
      """
    Then it exits with 0
    And its output as JSON has "/nginx/proxy_headers" = {"Host": "$http_host", "X-Real-IP": "$remote_addr", "X-Forwarded-For": "$proxy_add_x_forwarded_for", "Upgrade": "$http_upgrade", "Connection": "$connection_upgrade", <others>}

    Examples:
      | case         | URL                  | own                                                        | others                                                                                 |
      | HTTPS        | https://chat.example | {}                                                         | "X-Frame-Options": "SAMEORIGIN", "X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on" |
      | HTTP         | http://chat.example  | {}                                                         | "X-Frame-Options": "SAMEORIGIN", "X-Forwarded-Proto": "http"                           |
      | one replaced | http://chat.example  | { 'X-Forwarded-Proto' => 'https' }                         | "X-Frame-Options": "SAMEORIGIN", "X-Forwarded-Proto": "https"                          |
      | one removed  | http://chat.example  | { 'X-Frame-Options' => nil, 'X-Request-Start' => '$msec' } | "X-Forwarded-Proto": "http", "X-Request-Start": "$msec"                                |

  @must @needs-env
  Scenario Outline: A URL that cannot be served is refused
    When the package makes an env of these settings:
      """
      <line>
      """
    Then the settings are refused with {"kind": "<kind>", "detail": <detail>}

    Examples:
      | case         | line                                                     | kind                        | detail        |
      | path         | mattermost_external_url 'https://example.com/mattermost' | mattermost_url_path         | "/mattermost" |
      | scheme       | mattermost_external_url 'ftp://mattermost.example.com'   | unsupported_scheme          | "ftp"         |
      | no scheme    | mattermost_external_url 'mattermost.example.com'         | mattermost_url_without_host | null          |
      | umlaut       | mattermost_external_url 'https://chät.example.com'       | invalid_uri                 | null          |
      | GitLab's own | external_url 'gitlab.example.com'                        | gitlab_url_without_host     | null          |
