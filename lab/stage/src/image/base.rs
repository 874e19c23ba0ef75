//! The only image that comes from elsewhere.

use std::time::Duration;

use futures::TryStreamExt;
use testcontainers::bollard::query_parameters::CreateImageOptionsBuilder;

use super::{ImageError, exists};
use crate::engine::Engine;

/// What our images are built on.
pub const BASE_IMAGE: &str = "debian:bookworm-slim";

/// How long a pull may take: a registry out of reach must not look like a slow one for ever.
const PULL_LIMIT: Duration = Duration::from_secs(90);

/// Pulls `image` unless it is there. `scratch`, the empty image, always is.
pub(super) async fn ensure(engine: &Engine, image: &str) -> Result<(), ImageError> {
    if image == "scratch" || exists(engine, image).await? {
        return Ok(());
    }
    let options = CreateImageOptionsBuilder::new().from_image(image).build();
    let pull = engine.docker().create_image(Some(options), None, None).try_for_each(|_| async { Ok(()) });
    let reason = match tokio::time::timeout(PULL_LIMIT, pull).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("not finished after {PULL_LIMIT:?}"),
    };
    Err(ImageError::NoBase { image: image.to_owned(), reason })
}
