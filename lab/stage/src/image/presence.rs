//! Whether the engine has an image.

use testcontainers::bollard::errors::Error as DockerError;

use super::ImageError;
use crate::engine::Engine;

/// Whether the engine has the image of this name.
///
/// # Errors
/// The engine does not say.
pub(super) async fn exists(engine: &Engine, image: &str) -> Result<bool, ImageError> {
    match engine.docker().inspect_image(image).await {
        Ok(_) => Ok(true),
        Err(DockerError::DockerResponseServerError { status_code: 404, .. }) => Ok(false),
        Err(source) => Err(ImageError::LookUp { image: image.to_owned(), source }),
    }
}
