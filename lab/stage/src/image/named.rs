//! The images of the recipes that the program brings along, by their names.

use super::build::build;
use super::presence::exists;
use super::{ImageError, ImageName, Recipe, base};
use crate::engine::Engine;

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
