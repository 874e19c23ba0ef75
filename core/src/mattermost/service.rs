//! The services that sign people in: GitLab alone.

use super::failure::{self, Failure};
use super::route::Route;
use super::settings::Settings;

/// The provider check that every step begins with.
///
/// # Errors
/// The service is not GitLab or GitLab is off; the scope asks for OpenID, which needs another edition.
pub(super) fn check_service(settings: &Settings, route: &Route) -> Result<(), Failure> {
    if route.service != "gitlab" || !settings.gitlab.enable {
        return Err(failure::unsupported().with_details(format!("service={}", route.service)));
    }
    if settings.gitlab.scope.contains("openid") {
        return Err(failure::not_available(&route.title()));
    }
    Ok(())
}
