//! Steps about files in the scenario's own folder, where its commands run.
//!
//! - `Given the file "gitlab.rb":`, its text below
//! - `Then the file "env/MM_X" is exactly:` or `… contains:`, the text below
//! - `Then the file "env/MM_X" is exactly "value"`, without a line break at its end
//! - `Then there is no file "env/MM_Y"`

use std::io;
use std::path::{Component, Path, PathBuf};

use cucumber::gherkin::Step;
use cucumber::{given, then};

use super::{filled, shown, text};
use crate::world::{StepError, World};

/// A name that leads out of the scenario's folder.
#[derive(Debug, thiserror::Error)]
#[error("a file's name may not lead out of the scenario's folder: `{0}`")]
struct Outside(String);

#[given(regex = r#"^the file "([^"]*)":$"#)]
async fn exists(world: &mut World, step: &Step, name: String) -> Result<(), StepError> {
    let path = path(world, &name)?;
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    Ok(tokio::fs::write(path, filled(world, step)?).await?)
}

#[then(regex = r#"^the file "([^"]*)" is exactly:$"#)]
async fn is_exactly(world: &mut World, step: &Step, name: String) -> Result<(), StepError> {
    is(world, &name, text(step)?).await
}

#[then(regex = r#"^the file "([^"]*)" is exactly "([^"]*)"$"#)]
async fn is_exactly_words(world: &mut World, name: String, expected: String) -> Result<(), StepError> {
    is(world, &name, expected).await
}

async fn is(world: &mut World, name: &str, expected: String) -> Result<(), StepError> {
    let actual = read(world, name).await?;
    if actual.as_ref() == Some(&expected) {
        return Ok(());
    }
    let actual = shown(found(actual), &expected);
    Err(world.fail(format!("the file `{name}` is exactly as written"), expected, actual))
}

#[then(regex = r#"^the file "([^"]*)" contains:$"#)]
async fn contains(world: &mut World, step: &Step, name: String) -> Result<(), StepError> {
    let (expected, actual) = (text(step)?, read(world, &name).await?);
    if actual.as_ref().is_some_and(|actual| actual.contains(expected.trim_end())) {
        return Ok(());
    }
    Err(world.fail(format!("the file `{name}` contains what is written"), expected, found(actual)))
}

#[then(regex = r#"^there is no file "([^"]*)"$"#)]
async fn is_missing(world: &mut World, name: String) -> Result<(), StepError> {
    match read(world, &name).await? {
        None => Ok(()),
        Some(actual) => Err(world.fail(format!("there is no file `{name}`"), "no such file", actual)),
    }
}

/// The file's text, or nothing if there is no such file.
async fn read(world: &mut World, name: &str) -> Result<Option<String>, StepError> {
    match tokio::fs::read(path(world, name)?).await {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn found(text: Option<String>) -> String {
    text.unwrap_or_else(|| "no such file".to_owned())
}

/// Where a file of this name lies in the scenario's folder.
pub(super) fn path(world: &mut World, name: &str) -> Result<PathBuf, StepError> {
    let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if inside { Ok(world.folder()?.join(name)) } else { Err(Outside(name.to_owned()).into()) }
}
