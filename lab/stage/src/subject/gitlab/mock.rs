//! The mock GitLab, in the places where it can run.

use std::net::SocketAddr;

use gitlab_double::{GitLab as Double, Options};

use super::bringing::Bringing;
use super::container::ContainedMock;
use crate::subject::HostChoice;

/// The mock, where it runs.
#[derive(Debug)]
pub(super) enum Mock {
    InProcess(Double),
    InContainer(Box<ContainedMock>),
}

impl Mock {
    /// Starts it where `host` says.
    pub(super) async fn start(bringing: &Bringing<'_>) -> Result<Self, String> {
        match bringing.host {
            HostChoice::Auto | HostChoice::Image(_) => {
                let options = Options { faults: bringing.faults.clone(), ..Options::default() };
                let mock = Double::start_with(options).await;
                mock.map(Self::InProcess).map_err(|error| error.to_string())
            }
            HostChoice::Container => {
                let mock = ContainedMock::start(bringing.program, bringing.owner, &bringing.faults).await;
                mock.map(Box::new).map(Self::InContainer)
            }
        }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        match self {
            Self::InProcess(mock) => mock.address(),
            Self::InContainer(mock) => mock.address(),
        }
    }
}
