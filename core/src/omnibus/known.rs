//! What can be derived although something is not known.

use super::{Deployment, NotKnown};

/// A deployment as far as it is known.
///
/// # Shape
/// What is in `not_known` is left out of the deployment's env, and `None` in its other parts. Where it is not known whether
/// Mattermost is on, the deployment is that of one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDeployment {
    /// What is known of it.
    pub deployment: Deployment,
    /// What is not, in the order in which reconfigure comes to it.
    pub not_known: Vec<NotKnown>,
}
