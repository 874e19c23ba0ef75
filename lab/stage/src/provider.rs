//! A provider in GitLab's place, as a file describes it: where it is, what it holds, and how one signs in.
//!
//! Everything that a scenario needs of a provider is a named [`Ability`]; a description has it or lacks it, with the reason.
//! Not here: what a provider must do; scenarios and `core::provider_requirement` say it.

mod ability;
mod command;
mod described;
mod description;
mod endpoints;
mod error;
mod given;
mod look;
mod profile;
mod reach;

pub use ability::{ABILITIES, Ability};
pub use command::sign_in_by_command;
pub use described::{Client, Person, Provider};
pub use description::{Asked, Consent, SignIn, SignInPage, SignInRequest, SignInStep, Way};
pub use endpoints::Endpoints;
pub use error::ProviderError;
pub use look::{Known, Looked, look};
pub use profile::{PROFILES, Profile};
pub use reach::{name_of, resolve};
