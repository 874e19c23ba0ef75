//! The image that all others begin with: there already, else pulled, else made of Debian's packages.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use futures::TryStreamExt;
use testcontainers::GenericBuildableImage;
use testcontainers::bollard::query_parameters::CreateImageOptionsBuilder;
use testcontainers::core::BuildImageOptions;
use testcontainers::runners::AsyncBuilder;

use super::presence::exists;
use super::{ImageError, debian_root};
use crate::PROGRESS;
use crate::debian::{Packages, PackagesError};
use crate::engine::Engine;
use gitlab_mattermost_ground::error_chain;

/// What our images are built on.
pub const BASE_IMAGE: &str = "debian:bookworm-slim";

/// A name to use in its place, for tests that must not take it away from others.
const OTHER_NAME: &str = "LAB_BASE_IMAGE";

/// How long a pull may take: a registry out of reach must not look like a slow one for ever.
const PULL_LIMIT: Duration = Duration::from_secs(90);

/// How long a registry may take to say whether it has the image.
const LOOK_LIMIT: Duration = Duration::from_secs(10);

/// Installs what was unpacked, in a stage of its own, so that the image has neither the packages nor a trace of them.
const DOCKERFILE: &str = "FROM scratch AS made
ADD root.tar /
ENV DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN dpkg --force-depends --install /packages/*.deb \\
 && rm -rf /packages /var/cache/apt/*.bin /var/log/dpkg.log /var/log/alternatives.log
FROM scratch
COPY --from=made / /
CMD [\"bash\"]
";

/// The name of the base image here.
pub fn base_image() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| std::env::var(OTHER_NAME).ok().filter(|name| !name.is_empty()).unwrap_or(BASE_IMAGE.to_owned()))
}

/// Sees to it that the engine has `image`. `scratch`, the empty image, always is there.
pub(super) async fn ensure(engine: &Engine, image: &str) -> Result<(), ImageError> {
    if image == "scratch" || exists(engine, image).await? {
        return Ok(());
    }
    tracing::info!(target: PROGRESS, "pulling the image `{image}`");
    let not_pulled = match pull(engine, image).await {
        Ok(()) => return Ok(()),
        Err(reason) => reason,
    };
    let no_base = |reason: String| ImageError::NoBase { image: image.to_owned(), not_pulled, not_made: reason };
    if image != base_image() {
        return Err(no_base("only the base image can be made".to_owned()));
    }
    tracing::info!(target: PROGRESS, "no registry has it for us; making it of Debian's packages, which takes a minute");
    make(image).await.map_err(no_base)
}

/// Why the engine cannot get `image` from a registry, if a registry says so, or none answers. Nothing is pulled.
pub(super) async fn not_in_reach(engine: &Engine, image: &str) -> Option<String> {
    let look = tokio::time::timeout(LOOK_LIMIT, engine.docker().inspect_registry_image(image, None));
    match look.await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!("no registry answers within {LOOK_LIMIT:?}")),
    }
}

/// Why the base image cannot be made here, as far as can be told without fetching a package.
pub(super) async fn not_to_be_made() -> Option<String> {
    let look = || {
        let folder =
            tempfile::tempdir().map_err(|source| PackagesError::File { path: std::env::temp_dir(), source })?;
        Packages::for_an_empty_machine(folder.path()).map(drop)
    };
    match tokio::task::spawn_blocking(look).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error_chain::chain(&error)),
        Err(error) => Some(error.to_string()),
    }
}

async fn pull(engine: &Engine, image: &str) -> Result<(), String> {
    let options = CreateImageOptionsBuilder::new().from_image(image).build();
    let pull = engine.docker().create_image(Some(options), None, None).try_for_each(|_| async { Ok(()) });
    match tokio::time::timeout(PULL_LIMIT, pull).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("not finished after {PULL_LIMIT:?}")),
    }
}

async fn make(image: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (work, root) = (folder.path().join("work"), folder.path().join("root.tar"));
    let to = root.clone();
    let collected =
        tokio::task::spawn_blocking(move || collect(&work, &to)).await.map_err(|error| error.to_string())?;
    collected.map_err(|error| error_chain::chain(&error))?;
    let (name, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
    let recipe = GenericBuildableImage::new(name, tag).with_dockerfile_string(DOCKERFILE).with_file(root, "root.tar");
    let built = recipe.build_image_with(BuildImageOptions::new()).await;
    built.map(drop).map_err(|error| format!("the build failed: {}", error_chain::chain(&error)))
}

/// Brings the packages of a fresh Debian, and writes its files to `root`.
fn collect(work: &Path, root: &Path) -> Result<(), PackagesError> {
    std::fs::create_dir(work).map_err(|source| PackagesError::File { path: work.to_owned(), source })?;
    let packages = Packages::for_an_empty_machine(work)?;
    let mut names = packages.indispensable()?;
    // The second spares the tools that would bring an older machine to the form that this one has from the beginning.
    names.extend(["apt", "usr-is-merged"].map(str::to_owned));
    debian_root::write(&packages.with_needs(&names)?, root)
}
