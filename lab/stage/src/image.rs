//! Images of our own, built where they are used: nothing is pulled but Debian's base image, and that is made where no registry
//! has it.
//!
//! An image's tag is a hash of all it is made from, so one that exists is never out of date.
//! Not its job: starting containers.

mod base;
mod debian_root;
mod executable;
mod host;
mod outdated;
mod recipe;

pub use base::{BASE_IMAGE, base_image};
pub use executable::own_executable;
pub use host::{MACHINE, host};
pub use recipe::Recipe;

use std::fmt;
use std::path::PathBuf;

use testcontainers::bollard::errors::Error as DockerError;
use testcontainers::core::BuildImageOptions;
use testcontainers::runners::AsyncBuilder;

use crate::PROGRESS;
use crate::engine::Engine;

/// Where and as what an image lies in the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName {
    /// `mattermost-lab/…`.
    pub repository: String,
    /// Hash of what it is made from.
    pub tag: String,
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.repository, self.tag)
    }
}

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
        /// Which file.
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

/// The image made from `lab/stage/images/NAME`, built unless it is there.
///
/// # Errors
/// There is no such recipe, the base image cannot be had, or the build fails.
pub async fn ensure(engine: &Engine, name: &str) -> Result<ImageName, ImageError> {
    build(engine, Recipe::embedded(name)?).await
}

/// What the image made from `lab/stage/images/NAME` is called.
///
/// # Errors
/// There is no such recipe.
pub fn name_of(name: &str) -> Result<String, ImageError> {
    Ok(Recipe::embedded(name)?.image_name().to_string())
}

/// Whether [`ensure`] would have nothing to do.
///
/// # Errors
/// There is no such recipe, or the engine does not say.
pub async fn is_at_hand(engine: &Engine, name: &str) -> Result<bool, ImageError> {
    exists(engine, &Recipe::embedded(name)?.image_name().to_string()).await
}

/// Whether [`ensure`] would have to build, and can: `Ok(false)` if the image is there.
///
/// # Errors
/// What it would begin with can be neither pulled nor made, or the engine does not say.
pub async fn is_to_be_built(engine: &Engine, name: &str) -> Result<bool, ImageError> {
    let recipe = Recipe::embedded(name)?;
    let base = recipe.base();
    if exists(engine, &recipe.image_name().to_string()).await? {
        return Ok(false);
    }
    if exists(engine, base).await? {
        return Ok(true);
    }
    let Some(not_pulled) = base::not_in_reach(engine, base).await else { return Ok(true) };
    let Some(not_made) = base::not_to_be_made().await else { return Ok(true) };
    Err(ImageError::NoBase { image: base.to_owned(), not_pulled, not_made })
}

async fn build(engine: &Engine, recipe: Recipe) -> Result<ImageName, ImageError> {
    let image = recipe.image_name();
    if exists(engine, &image.to_string()).await? {
        return Ok(image);
    }
    base::ensure(engine, recipe.base()).await?;
    tracing::info!(target: PROGRESS, "building the image `{image}`");
    let context = recipe.context();
    let failed = |source| ImageError::Build { image: image.clone(), context, source: Box::new(source) };
    let options = BuildImageOptions::new().with_skip_if_exists(true);
    let built = recipe.into_buildable().build_image_with(options).await;
    let image = built.map(|_| image.clone()).map_err(failed)?;
    outdated::remove(engine, &image).await;
    Ok(image)
}

async fn exists(engine: &Engine, image: &str) -> Result<bool, ImageError> {
    match engine.docker().inspect_image(image).await {
        Ok(_) => Ok(true),
        Err(DockerError::DockerResponseServerError { status_code: 404, .. }) => Ok(false),
        Err(source) => Err(ImageError::LookUp { image: image.to_owned(), source }),
    }
}
