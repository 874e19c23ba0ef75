//! Environments: the env directory of Mattermost's service, and files with the environment of another machine.

use std::collections::BTreeMap;
use std::fs;

use gitlab_mattermost_core::installation::EnvDirectory;
use gitlab_mattermost_ground::named_file;

use super::{MOST, Unreadable, text};

/// Larger files than this are refused as env files, in bytes.
const MOST_OF_A_VARIABLE: u64 = 1 << 20;

/// Reads an env directory: every file in it, and nothing else.
///
/// # Errors
/// [`Unreadable`] for the first file that cannot be read.
pub fn env_directory(folder: &str) -> Result<EnvDirectory, Unreadable> {
    let refused = |source| Unreadable::Refused { file: folder.to_owned(), source };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let path = entry.path();
        let (shown, variable) = (path.display().to_string(), entry.file_name().to_string_lossy().into_owned());
        let refused = |source| Unreadable::Refused { file: shown.clone(), source };
        if !fs::metadata(&path).map_err(refused)?.is_file() {
            continue;
        }
        let bytes = named_file::read(&path, MOST_OF_A_VARIABLE).map_err(|source| match source.kind() {
            std::io::ErrorKind::FileTooLarge => {
                Unreadable::TooLarge { file: shown.clone(), kind: "env file", most: MOST_OF_A_VARIABLE }
            }
            _ => Unreadable::Refused { file: shown.clone(), source },
        })?;
        // The server takes any bytes; those that are no text cannot be a name or a number either.
        files.insert(variable, String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(EnvDirectory { name: folder.to_owned(), files })
}

/// Reads a whole environment as `env` prints it, `NAME=VALUE` a line, or as `env -0` does, for values of several lines.
/// Empty lines and those with `#` at their beginning say nothing.
///
/// # Errors
/// [`Unreadable`].
pub fn environment(file: &str) -> Result<BTreeMap<String, String>, Unreadable> {
    let text = text(file, "environment", MOST)?;
    let is_name = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
    let entry = |(number, line): (usize, &str)| match line.split_once('=') {
        Some((name, value)) if is_name(name) => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Unreadable::NoVariable { file: file.to_owned(), number }),
    };
    if text.contains('\0') {
        return (1..).zip(text.split('\0')).filter(|(_, it)| !it.is_empty()).map(entry).collect();
    }
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_read_as_env_prints_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("env");
        let read = |content: &str| {
            fs::write(&path, content).unwrap();
            environment(path.to_str().unwrap()).map_err(|error| error.to_string())
        };
        let expected = |pairs: &[(&str, &str)]| -> Result<BTreeMap<String, String>, String> {
            Ok(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(read("# A\nA=1\n\nB=a=b\nC=\n"), expected(&[("A", "1"), ("B", "a=b"), ("C", "")]));
        assert_eq!(read("A=1\n2\0B=x\0"), expected(&[("A", "1\n2"), ("B", "x")]));
        assert!(read("A=1\nsecond line\n").unwrap_err().contains("line 2"));
    }
}
