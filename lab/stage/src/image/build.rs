//! Builds a recipe unless its image is there.

use testcontainers::core::BuildImageOptions;
use testcontainers::runners::AsyncBuilder;

use super::presence::exists;
use super::{ImageError, ImageName, Recipe, base, outdated};
use crate::PROGRESS;
use crate::engine::Engine;

/// The image of `recipe`, built unless it is there; its earlier versions are removed afterwards.
///
/// # Errors
/// The base image cannot be had, or the build fails.
pub(super) async fn build(engine: &Engine, recipe: Recipe) -> Result<ImageName, ImageError> {
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
