//! Steps about any provider in GitLab's place: what it must do for Mattermost. They know its pages and its people by its
//! description alone.
//!
//! What a scenario only prepares (`Given`) and cannot have is an error, no deviation: the requirement was not judged.

mod arrival;
mod mattermost;
mod redirect_uri;
mod token;
mod user;
mod visit;

pub(super) use mattermost::uses_provider;
