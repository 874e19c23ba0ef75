//! The page's commands, taken together.

use std::collections::BTreeSet;

use super::super::piece::Piece;
use super::super::shell::words;

/// What a whole backup of the package's Mattermost holds beside the database, by the last part of its path.
///
/// # Source
/// Directories and secrets of package 14.7.0 (erratum 19).
pub(super) const PARTS: [&str; 6] =
    ["data", "config.json", "plugins", "client-plugins", "gitlab.rb", "gitlab-secrets.json"];

/// What the page's commands are together.
pub(super) struct PageCommands {
    /// The last parts of all paths in them, and `gitlab.rb` and the like where `/etc/gitlab` is kept as a whole.
    names: BTreeSet<String>,
    /// The line of the first block that is run with an env directory.
    first_with_environment: Option<usize>,
}

impl PageCommands {
    pub(super) fn new<'a>(blocks: impl Iterator<Item = &'a Piece>) -> Self {
        let (mut names, mut first) = (BTreeSet::new(), None);
        for block in blocks {
            let commands = lines_of(block);
            if first.is_none() && directory(&commands).is_some() {
                first = Some(block.line);
            }
            for word in commands.iter().flatten() {
                let word = word.trim_end_matches('/');
                if word == "backup-etc" || word == "/etc/gitlab" {
                    names.extend(PARTS.iter().filter(|part| part.starts_with("gitlab")).map(|part| (*part).to_owned()));
                }
                names.extend(word.rsplit('/').next().map(str::to_owned));
            }
        }
        Self { names, first_with_environment: first }
    }

    /// Whether any of them names a path with this last part.
    pub(super) fn name(&self, part: &str) -> bool {
        self.names.contains(part)
    }

    /// Whether a block is the first that is run with an env directory.
    pub(super) fn begins_with_environment(&self, block: &Piece) -> bool {
        self.first_with_environment == Some(block.line)
    }
}

/// The commands of a block, each as its words.
pub(super) fn lines_of(piece: &Piece) -> Vec<Vec<String>> {
    piece.facts.iter().map(|command| words(command)).collect()
}

/// The env directory that commands are run with.
pub(super) fn directory(commands: &[Vec<String>]) -> Option<String> {
    let all: Vec<&str> = commands.iter().flatten().flat_map(|word| word.split_whitespace()).collect();
    let at = all.iter().position(|word| *word == "chpst" || word.ends_with("/chpst"))?;
    let flag = all[at..].iter().position(|word| *word == "-e")?;
    all.get(at + flag + 1).map(|path| (*path).trim_end_matches('/').to_owned())
}
