//! One scenario as the suite sees it, and its identifier. How it is found in a file is `load`'s matter.

use std::fmt;

use cucumber::gherkin;
use serde::{Deserialize, Serialize};

/// How binding a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Tag `@must`, and the level of a scenario without a level tag.
    #[default]
    Must,
    /// Tag `@should`.
    Should,
    /// Tag `@may`.
    May,
}

impl Level {
    /// The level a tag stands for, if it is a level tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag {
            "must" => Some(Self::Must),
            "should" => Some(Self::Should),
            "may" => Some(Self::May),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
        })
    }
}

/// What can be said of a scenario without playing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Stable identifier.
    ///
    /// # Shape
    /// `FILE/SCENARIO` or, for a row of an outline, `FILE/SCENARIO/ROW`: the feature file's stem, then [`slug`]s of
    /// the scenario's name and of the row's first cell, or as many first cells as it takes to tell the rows apart.
    /// Example: `17_oauth2_sequence/the-user-denies`.
    pub id: String,
    /// Anchor of the document's section that the scenario checks: its first tag.
    pub section: String,
    /// How binding the requirement is.
    pub level: Level,
    /// The scenario's name as written.
    pub name: String,
    /// Whether it is played alone: tag `@serial`.
    pub serial: bool,
    /// What the subjects must be able to do: the tags `@needs-…`, without the `@`.
    pub needs: Vec<String>,
    /// Where it is written: `FILE:LINE`.
    pub location: String,
}

/// A scenario that can be played; an outline has become one scenario for each row of its examples.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What can be said of it beforehand.
    pub heading: Heading,
    /// Every tag that applies, without the `@`: its own, its rule's, its feature's, and its level.
    pub tags: Vec<String>,
    /// Its steps in order, those of the backgrounds first.
    pub steps: Vec<gherkin::Step>,
}

/// Lower-case words joined by `-`; an apostrophe joins, anything else that is no letter or digit parts.
///
/// # Shape
/// `The user's 2nd sign-in` becomes `the-users-2nd-sign-in`. A text without letters or digits becomes `blank`.
pub fn slug(text: &str) -> String {
    let text = text.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "blank".to_owned() } else { words.join("-") }
}

/// A slug for each row of an outline's examples, of as few first cells as tell the rows apart.
///
/// Rows that are equal in every cell get equal slugs; the suite refuses them as duplicates.
pub fn row_slugs(rows: &[&[String]]) -> Vec<String> {
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let by_first =
        |n: usize| -> Vec<String> { rows.iter().map(|row| slug(&row[..n.min(row.len())].join(" "))).collect() };
    (1..width).map(by_first).find(|slugs| all_different(slugs)).unwrap_or_else(|| by_first(width))
}

fn all_different(slugs: &[String]) -> bool {
    let mut sorted: Vec<&String> = slugs.iter().collect();
    sorted.sort();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_keeps_letters_and_digits_and_joins_words() {
        assert_eq!(slug("The user's 2nd sign-in: `denied`!"), "the-users-2nd-sign-in-denied");
        assert_eq!(slug("  "), "blank");
        assert_eq!(slug("Zugriff für Ärger"), "zugriff-für-ärger");
    }

    #[test]
    fn rows_are_told_apart_by_as_few_cells_as_possible() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let (a, b, c) = (row(&["14.6", "yes"]), row(&["14.6", "no"]), row(&["14.7", "no"]));
        assert_eq!(row_slugs(&[&a, &c]), ["14-6", "14-7"]);
        assert_eq!(row_slugs(&[&a, &b]), ["14-6-yes", "14-6-no"]);
        assert_eq!(row_slugs(&[&a, &a]), ["14-6-yes", "14-6-yes"]);
        assert_eq!(row_slugs(&[]), Vec::<String>::new());
    }
}
