//! An image of a program that runs on this machine: the program, its shared libraries, and nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::build;
use super::{ImageError, ImageName, Recipe};
use crate::engine::Engine;

/// Folder of the build context that becomes the image's root.
const ROOT: &str = "root";

/// The image whose entry point is `program`, built unless it is there. Its working directory is writable by everybody.
///
/// # Errors
/// The program or one of its libraries is unreadable, or the build fails.
pub async fn own_executable(engine: &Engine, program: &Path) -> Result<ImageName, ImageError> {
    let name = program.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let dockerfile = format!("FROM scratch\nCOPY {ROOT}/ /\nENTRYPOINT [\"/bin/{name}\"]\n");
    let program = program.to_owned();
    let recipe = tokio::task::spawn_blocking(move || {
        let libraries = shared_libraries(&program)?;
        let recipe = Recipe::new(&format!("program-{name}"), dockerfile);
        let recipe = recipe.with_file(program, format!("{ROOT}/bin/{name}"))?;
        libraries.into_iter().try_fold(recipe, |recipe, library| {
            let target = format!("{ROOT}{}", library.display());
            recipe.with_file(library, target)
        })
    });
    let recipe = recipe.await.map_err(|error| ImageError::Read { path: PathBuf::new(), source: error.into() })??;
    build(engine, recipe).await
}

/// The libraries that the dynamic loader takes for `program` here, the loader among them; none for a static program.
pub(super) fn shared_libraries(program: &Path) -> Result<Vec<PathBuf>, ImageError> {
    let failed = |source| ImageError::Read { path: program.to_owned(), source };
    let output = Command::new("ldd").arg(program).env("LC_ALL", "C").output().map_err(failed)?;
    Ok(listed(&String::from_utf8_lossy(&output.stdout)))
}

/// Reads lines like `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`.
fn listed(answer: &str) -> Vec<PathBuf> {
    let paths = answer.lines().filter_map(|line| {
        let found = line.split_once("=>").map_or(line, |(_, found)| found);
        let (path, _address) = found.rsplit_once(" (")?;
        Some(path.trim()).filter(|path| path.starts_with('/'))
    });
    paths.map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_loader_lists_is_read_whatever_the_form_of_the_line() {
        let answer = "\tlinux-vdso.so.1 (0x00007ffc)\n\
                      \tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f1)\n\
                      \t/lib64/ld-linux-x86-64.so.2 (0x00007f2)\n";
        let expected = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib64/ld-linux-x86-64.so.2"].map(PathBuf::from);
        assert_eq!(listed(answer), expected);
        assert!(listed("\tstatically linked\n").is_empty());
    }
}
