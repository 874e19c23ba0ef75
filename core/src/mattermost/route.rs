//! The requests that belong to the sign-in, by their paths.

/// What a sign-in request is about.
///
/// ```
/// use gitlab_mattermost_core::mattermost::Route;
///
/// assert_eq!(Route::of("/oauth/gitlab/login").expect("a path of the sign-in").service, "gitlab");
/// assert_eq!(Route::of("/oauth/gitlab"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The service of the path; `gitlab` in all that works.
    pub service: String,
    /// What the browser wants there: to leave for GitLab, or to come back.
    pub(super) step: RouteStep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RouteStep {
    Login,
    MobileLogin,
    Signup,
    Complete,
}

impl Route {
    /// Reads a request path, already without the site's subpath.
    ///
    /// # Shape
    /// `/oauth/SERVICE/{login,mobile_login,signup,complete}` and, for the callback, also `/signup/SERVICE/complete`,
    /// `/login/SERVICE/complete` and `/api/v3/oauth/SERVICE/complete`. SERVICE is letters and digits. Rejected:
    /// `/oauth/gitlab`, `/oauth/git-lab/login`.
    pub fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let (service, step) = match *parts {
            ["oauth", service, "login"] => (service, RouteStep::Login),
            ["oauth", service, "mobile_login"] => (service, RouteStep::MobileLogin),
            ["oauth", service, "signup"] => (service, RouteStep::Signup),
            ["oauth" | "signup" | "login", service, "complete"] | ["api", "v3", "oauth", service, "complete"] => {
                (service, RouteStep::Complete)
            }
            _ => return None,
        };
        let plain = !service.is_empty() && service.bytes().all(|b| b.is_ascii_alphanumeric());
        plain.then(|| Self { service: service.to_owned(), step })
    }

    /// The service with a capital, as error pages name it.
    pub(super) fn title(&self) -> String {
        let mut chars = self.service.chars();
        chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
    }
}
