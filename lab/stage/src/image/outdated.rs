//! Removes earlier versions of an image, which would fill the disk in time: every build of the program makes one.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use testcontainers::bollard::query_parameters::{ListImagesOptionsBuilder, RemoveImageOptions};

use super::ImageName;
use crate::engine::Engine;

/// A younger version may be about to be used by another checkout on this machine.
const AGE: Duration = Duration::from_secs(60 * 60);

/// Removes the versions of `newest` that are older than an hour and in no use.
pub(super) async fn remove(engine: &Engine, newest: &ImageName) {
    let filter = HashMap::from([("reference", vec![newest.repository.clone()])]);
    let list = ListImagesOptionsBuilder::new().filters(&filter).build();
    // Tidying up is no reason to fail: the next build tries again.
    let Ok(images) = engine.docker().list_images(Some(list)).await else { return };
    let newest = newest.to_string();
    for image in images.iter().filter(|image| is_old(image.created)) {
        for tag in image.repo_tags.iter().filter(|tag| **tag != newest) {
            // An image in use is refused, as it should be.
            let _ = engine.docker().remove_image(tag, None::<RemoveImageOptions>, None).await;
        }
    }
}

/// Whether an image created at this Unix time is old.
fn is_old(created: i64) -> bool {
    let created = UNIX_EPOCH + Duration::from_secs(u64::try_from(created).unwrap_or_default());
    SystemTime::now().duration_since(created).is_ok_and(|age| age > AGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_made_more_than_an_hour_ago_is_old() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
        assert!(is_old(now - 61 * 60) && is_old(0));
        assert!(!is_old(now - 59 * 60) && !is_old(now + 3600), "a clock may also be wrong");
    }
}
