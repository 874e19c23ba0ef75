//! The image of an Omnibus-shaped machine: `lab/stage/images/host`, and this program on top.
//!
//! The machine comes first, as it takes Debian packages and changes rarely; the program comes last.

use std::path::{Path, PathBuf};

use super::build::build;
use super::executable::shared_libraries;
use super::named::ensure;
use super::{ImageError, ImageName, Recipe};
use crate::engine::Engine;

/// Folder of the machine's recipe in `lab/stage/images`.
pub const MACHINE: &str = "host";

/// The image of a machine on which `program` does the lab's part, built unless it is there. Mattermost is the stand-in,
/// or the server of the unpacked `release`.
///
/// # Errors
/// The program, one of its libraries or the release is unreadable, or a build fails.
pub async fn host(engine: &Engine, program: &Path, release: Option<&Path>) -> Result<ImageName, ImageError> {
    let machine = ensure(engine, MACHINE).await?;
    let (program, release) = (program.to_owned(), release.map(Path::to_owned));
    let recipe = tokio::task::spawn_blocking(move || {
        let server = if release.is_some() { "COPY embedded/ /opt/gitlab/embedded/\n" } else { "" };
        let dockerfile = format!("FROM {machine}\n{server}COPY lab/ /opt/mattermost-lab/\n");
        let recipe = Recipe::new("host-with-program", dockerfile);
        let recipe = match release {
            Some(release) => with_release(recipe, &release, Path::new(""))?,
            None => recipe,
        };
        let libraries = shared_libraries(&program)?;
        let recipe = recipe.with_file(program, "lab/bin/mattermost-lab".to_owned())?;
        libraries.into_iter().try_fold(recipe, |recipe, library| {
            let name = library.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // The loader is called by a name that is the same on every kind of processor.
            let name = if name.starts_with("ld-") || name.starts_with("ld.") { "loader".to_owned() } else { name };
            recipe.with_file(library, format!("lab/lib/{name}"))
        })
    });
    let recipe = recipe.await.map_err(|error| ImageError::Read { path: PathBuf::new(), source: error.into() })??;
    build(engine, recipe).await
}

/// The files below `folder` of a release, each where the package has it.
fn with_release(recipe: Recipe, release: &Path, folder: &Path) -> Result<Recipe, ImageError> {
    let unreadable = |source| ImageError::Read { path: release.join(folder), source };
    let entries = std::fs::read_dir(release.join(folder)).map_err(unreadable)?;
    let names = entries.map(|entry| entry.map(|entry| folder.join(entry.file_name())));
    let mut names: Vec<PathBuf> = names.collect::<Result<_, _>>().map_err(unreadable)?;
    names.sort();
    names.into_iter().try_fold(recipe, |recipe, name| {
        let path = release.join(&name);
        if path.is_dir() {
            return with_release(recipe, release, &name);
        }
        let service = |name: &Path| format!("embedded/service/mattermost/{}", name.display());
        let target = match name.to_str() {
            Some("bin/mattermost") => "embedded/bin/mattermost".to_owned(),
            Some("config/config.json" | "config/default.json") => service(Path::new("config.json.template")),
            _ => service(&name),
        };
        recipe.with_file(path, target)
    })
}
