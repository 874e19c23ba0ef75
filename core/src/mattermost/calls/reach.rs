//! The addresses that the server calls, and what it takes along to the next one when it is redirected.

use std::net::IpAddr;

/// Whether an address belongs to this machine or to a private network; the server calls such an address for a user only
/// if `AllowedUntrustedInternalConnections` names its host.
///
/// ```
/// use gitlab_mattermost_core::mattermost::calls::is_internal;
///
/// assert!(is_internal("10.1.2.3".parse().unwrap()));
/// assert!(!is_internal("203.0.113.7".parse().unwrap()));
/// ```
pub fn is_internal(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.octets()[0] == 0 || ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// Whether a request that is redirected with `status` keeps its method and its body. Any other redirect makes it a `GET`
/// without a body whose content type stays: Go does it so.
///
/// ```
/// use gitlab_mattermost_core::mattermost::calls::keeps_body;
/// assert!(keeps_body(307) && keeps_body(308) && !keeps_body(302));
/// ```
pub const fn keeps_body(status: u16) -> bool {
    matches!(status, 307 | 308)
}

/// Whether credentials for the host `from` may go to the host `to`: the same host, or one below it.
///
/// ```
/// use gitlab_mattermost_core::mattermost::calls::keeps_credentials;
///
/// assert!(keeps_credentials("example.com", "gitlab.example.com"));
/// assert!(!keeps_credentials("gitlab.example.com", "example.com"));
/// ```
pub fn keeps_credentials(from: &str, to: &str) -> bool {
    to == from || to.strip_suffix(from).is_some_and(|rest| rest.ends_with('.'))
}
