//! Why an image cannot be had.

use std::path::PathBuf;

use testcontainers::bollard::errors::Error as DockerError;

use super::ImageName;

/// Why an image cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// There is no recipe of that name.
    #[error("no image is called `{name}`; there are: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// The base image is not there, and can be neither pulled nor made.
    #[error("no base image `{image}`: not pulled ({not_pulled}), not made of Debian's packages ({not_made})")]
    NoBase {
        /// Its name.
        image: String,
        /// Why it was not pulled.
        not_pulled: String,
        /// Why it was not made.
        not_made: String,
    },
    /// The build failed.
    #[error(
        "failed to build the image `{image}`; to see the log of the failing step: `docker build --tag {image} {context}`"
    )]
    Build {
        /// Its name.
        image: ImageName,
        /// The folder with its Dockerfile.
        context: String,
        /// What the engine said, which is not much.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file that belongs into the image is unreadable.
    #[error("failed to read `{path}` for an image")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The engine does not say whether an image is there.
    #[error("the container engine failed to look up the image `{image}`")]
    LookUp {
        /// Its name.
        image: String,
        /// What the engine said.
        source: DockerError,
    },
}
