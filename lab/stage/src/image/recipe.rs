//! What an image is made from.

use std::fs;
use std::path::PathBuf;

use gitlab_mattermost_core::hexadecimal;
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};
use testcontainers::GenericBuildableImage;

use super::base::{BASE_IMAGE, base_image};
use super::{ImageError, ImageName};

/// The recipes the program brings along: a folder each, with a plain Dockerfile and the files it copies.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/images");

/// Length of a tag: enough of the hash to tell recipes apart.
const TAG_LENGTH: usize = 16;

/// A Dockerfile and the files it copies.
#[derive(Debug, Clone)]
pub struct Recipe {
    name: String,
    dockerfile: String,
    files: Vec<Ingredient>,
}

/// A file of the build context. Executable ones keep their mode only if they come from disk.
#[derive(Debug, Clone)]
struct Ingredient {
    target: String,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Bytes(&'static [u8]),
    File { path: PathBuf, hash: [u8; 32] },
}

impl Recipe {
    /// The recipe in `lab/stage/images/NAME`.
    ///
    /// # Errors
    /// There is none.
    pub fn embedded(name: &str) -> Result<Self, ImageError> {
        let unknown = || {
            let known = EMBEDDED.dirs().filter_map(|dir| dir.path().to_str());
            let known = known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            ImageError::Unknown { name: name.to_owned(), known }
        };
        let folder = EMBEDDED.get_dir(name).ok_or_else(unknown)?;
        let dockerfile = folder.get_file(folder.path().join("Dockerfile")).and_then(|file| file.contents_utf8());
        let dockerfile = dockerfile.ok_or_else(unknown)?.replace(&from(BASE_IMAGE), &from(base_image()));
        let mut recipe = Self::new(name, dockerfile);
        for file in all_files(folder) {
            let target = file.path().strip_prefix(folder.path()).unwrap_or(file.path());
            if target.as_os_str() != "Dockerfile" {
                let target = target.to_string_lossy().into_owned();
                recipe.files.push(Ingredient { target, source: Source::Bytes(file.contents()) });
            }
        }
        recipe.files.sort_by(|a, b| a.target.cmp(&b.target));
        Ok(recipe)
    }

    /// A recipe without files.
    pub(super) fn new(name: &str, dockerfile: impl Into<String>) -> Self {
        Self { name: name.to_owned(), dockerfile: dockerfile.into(), files: Vec::new() }
    }

    /// Adds a file of this machine, with its mode.
    ///
    /// # Errors
    /// It is unreadable.
    pub(super) fn with_file(mut self, path: PathBuf, target: String) -> Result<Self, ImageError> {
        let content = fs::read(&path).map_err(|source| ImageError::Read { path: path.clone(), source })?;
        let hash = Sha256::digest(content).into();
        self.files.push(Ingredient { target, source: Source::File { path, hash } });
        Ok(self)
    }

    /// What the image will be called.
    pub fn image_name(&self) -> ImageName {
        let mut hash = Sha256::new();
        hash.update(Sha256::digest(&self.dockerfile));
        for file in &self.files {
            hash.update(Sha256::digest(&file.target));
            match &file.source {
                Source::Bytes(bytes) => hash.update(Sha256::digest(bytes)),
                Source::File { hash: content, .. } => hash.update(content),
            }
        }
        let mut tag = hexadecimal::digits(&hash.finalize());
        tag.truncate(TAG_LENGTH);
        ImageName { repository: format!("mattermost-lab/{}", self.name), tag }
    }

    /// The image it builds on: what its last `FROM` names.
    pub(super) fn base(&self) -> &str {
        let base = self.dockerfile.lines().rev().find_map(|line| line.strip_prefix("FROM "));
        base.and_then(|rest| rest.split_ascii_whitespace().next()).unwrap_or("scratch")
    }

    /// The folder with it in the sources of this program.
    pub(super) fn context(&self) -> String {
        format!("lab/stage/images/{}", self.name)
    }

    pub(super) fn into_buildable(self) -> GenericBuildableImage {
        let ImageName { repository, tag } = self.image_name();
        let image = GenericBuildableImage::new(repository, tag).with_dockerfile_string(self.dockerfile);
        self.files.into_iter().fold(image, |image, file| match file.source {
            Source::Bytes(bytes) => image.with_data(bytes, file.target),
            Source::File { path, .. } => image.with_file(path, file.target),
        })
    }
}

fn from(base: &str) -> String {
    format!("FROM {base}\n")
}

fn all_files<'a>(folder: &'a Dir<'a>) -> Vec<&'a include_dir::File<'a>> {
    let below = folder.dirs().flat_map(all_files);
    folder.files().chain(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_recipe_is_plain_enough_for_every_builder() {
        for folder in EMBEDDED.dirs() {
            let recipe = Recipe::embedded(folder.path().to_str().unwrap()).unwrap();
            assert_eq!(recipe.base(), BASE_IMAGE);
            for forbidden in ["# syntax", "<<", "--chmod", "--mount"] {
                assert!(!recipe.dockerfile.contains(forbidden), "{}: `{forbidden}`", recipe.name);
            }
        }
    }

    #[test]
    fn any_change_gives_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "one").unwrap();
        let recipe = |dockerfile: &str, target: &str| {
            let recipe = Recipe::new("x", dockerfile).with_file(path.clone(), target.to_owned()).unwrap();
            recipe.image_name().to_string()
        };
        let first = recipe("FROM scratch", "a");
        assert_eq!(first, recipe("FROM scratch", "a"));
        assert_ne!(first, recipe("FROM scratch\n", "a"));
        assert_ne!(first, recipe("FROM scratch", "b"));
        fs::write(&path, "two").unwrap();
        assert_ne!(first, recipe("FROM scratch", "a"));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = Recipe::embedded("postgres").unwrap_err().to_string();
        assert!(error.contains("`postgresql`"), "{error}");
    }
}
