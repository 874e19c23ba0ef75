//! Images of our own, built where they are used: nothing is pulled but Debian's base image, and that is made where no registry
//! has it.
//!
//! An image's tag is a hash of all it is made from, so one that exists is never out of date.
//! Not its job: starting containers.

mod base;
mod build;
mod debian_root;
mod error;
mod executable;
mod host;
mod name;
mod named;
mod outdated;
mod presence;
mod recipe;

pub use base::{BASE_IMAGE, base_image};
pub use error::ImageError;
pub use executable::own_executable;
pub use host::{MACHINE, host};
pub use name::ImageName;
pub use named::{ensure, is_at_hand, is_to_be_built, name_of};
pub use recipe::Recipe;
