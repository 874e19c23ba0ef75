//! The errata of the document as of GitLab 14.7: where it is wrong, or says too little.
//!
//! Not here: finding them on a page (`check`).

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// One place where the document is wrong.
///
/// # Shape
/// A row of `core/data/errata.json`; displayed, one line.
///
/// ```
/// use gitlab_mattermost_core::document::errata::{errata, erratum};
///
/// let restore = erratum(18).expect("the one about the restore recipe");
/// assert_eq!(restore.section, "restore-gitlab-mattermost");
/// assert!(errata().iter().all(|erratum| !erratum.truth.is_empty()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// Its number, from 1 on; findings and doc comments quote it.
    pub number: u8,
    /// Anchor of the document's section.
    pub section: String,
    /// What the document says, in short.
    pub documented: String,
    /// What is true.
    #[serde(rename = "true")]
    pub truth: String,
    /// What was read or run to know it.
    pub source: String,
    /// The scenarios that show it, by id; the id of an outline stands for all of its rows.
    pub scenarios: Vec<String>,
}

impl fmt::Display for Erratum {
    /// The erratum in one line, as findings quote it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, documented, truth, .. } = self;
        write!(f, "erratum {number}: the page says: {documented}; true is: {truth}")
    }
}

#[derive(Deserialize)]
struct File {
    errata: Vec<Erratum>,
}

/// All of them, by number.
pub fn errata() -> &'static [Erratum] {
    static ERRATA: LazyLock<Vec<Erratum>> = LazyLock::new(|| {
        let file: Result<File, _> = serde_json::from_str(include_str!("../../data/errata.json"));
        // A test reads the file.
        file.map(|file| file.errata).unwrap_or_default()
    });
    &ERRATA
}

/// The erratum with this number.
pub fn erratum(number: u8) -> Option<&'static Erratum> {
    errata().iter().find(|erratum| erratum.number == number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::claims::sections;

    #[test]
    fn the_file_is_read_and_every_number_is_there_once() {
        let numbers: Vec<u8> = errata().iter().map(|erratum| erratum.number).collect();
        assert_eq!(numbers, (1..=24).collect::<Vec<u8>>());
    }

    #[test]
    fn every_erratum_is_about_a_section_of_the_document() {
        for erratum in errata() {
            let known = sections().iter().any(|section| section.anchor == erratum.section);
            assert!(known, "{}: {}", erratum.number, erratum.section);
        }
    }
}
