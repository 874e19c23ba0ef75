//! The image of an Omnibus-shaped machine: `lab/images/host`, and this program on top.
//!
//! The machine comes first, as it takes Debian packages and changes rarely; the program comes last.

use std::path::{Path, PathBuf};

use super::executable::shared_libraries;
use super::{ImageError, ImageName, Recipe, build, ensure};
use crate::engine::Engine;

/// Folder of the machine's recipe in `lab/images`.
const MACHINE: &str = "host";

/// The image of a machine on which `program` does the lab's part, built unless it is there.
///
/// # Errors
/// The program or one of its libraries is unreadable, or a build fails.
pub async fn host(engine: &Engine, program: &Path) -> Result<ImageName, ImageError> {
    let machine = ensure(engine, MACHINE).await?;
    let program = program.to_owned();
    let recipe = tokio::task::spawn_blocking(move || {
        let dockerfile = format!("FROM {machine}\nCOPY lab/ /opt/mattermost-lab/\n");
        let recipe = Recipe::new("host-with-program", dockerfile);
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
