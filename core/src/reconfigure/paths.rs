//! Where the package keeps what a reconfigure writes or reads, apart from what settings decide.
//!
//! # Source
//! The cookbooks of the package, GitLab 11.0 to 18.11.

/// GitLab's URL, for whatever stands in GitLab's place on the machine.
pub const EXTERNAL_URL_FILE: &str = "/opt/gitlab/etc/gitlab-external-url";
/// GitLab's own settings, of which the package derives most from others than Mattermost's.
pub(super) const GITLAB_YML: &str = "/var/opt/gitlab/gitlab-rails/etc/gitlab.yml";
/// GitLab's virtual host.
pub(super) const GITLAB_VIRTUAL_HOST: &str = "/var/opt/gitlab/nginx/conf/gitlab-http.conf";
/// Mattermost's virtual host.
pub(super) const MATTERMOST_VIRTUAL_HOST: &str = "/var/opt/gitlab/nginx/conf/gitlab-mattermost-http.conf";
/// Where an administrator puts authorities of his own, each with one certificate.
pub(super) const GIVEN_CERTIFICATES: &str = "/etc/gitlab/trusted-certs";
/// Where the package's programs look for authorities; `SSL_CERT_DIR` of Mattermost names it.
pub(super) const READ_CERTIFICATES: &str = "/opt/gitlab/embedded/ssl/certs";
/// The map from system users to roles of the bundled PostgreSQL.
pub(super) const IDENT_FILE: &str = "/var/opt/gitlab/postgresql/data/pg_ident.conf";
/// What runit starts as Mattermost's service.
pub(super) const RUN: &str = "/opt/gitlab/sv/mattermost/run";
/// What runit starts as the log of Mattermost's service.
pub(super) const LOG_RUN: &str = "/opt/gitlab/sv/mattermost/log/run";
/// The link by which Mattermost's service is told what to do.
pub(super) const INIT: &str = "/opt/gitlab/init/mattermost";
/// Every file of Mattermost's service.
pub(super) const SERVICE_FILES: [&str; 3] = [RUN, LOG_RUN, INIT];
