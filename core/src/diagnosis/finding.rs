//! What a rule reports.

use serde::Serialize;

use super::PLACES_KEPT;

/// A known problem that is seen in the evidence. No value of a secret setting is ever in it.
///
/// # Shape
/// A JSON object with these fields; `places` and `erratum` are left out if empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Number of the rule: `P01`.
    pub rule: &'static str,
    /// Name of the problem: `redirect-not-registered`.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was seen, in one sentence.
    pub evidence: String,
    /// Where it was seen, the first few places; empty where it is not in a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// How often it was seen; more than there are `places` if only the first were kept.
    pub count: u64,
    /// The number of the document's erratum that this is, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erratum: Option<u8>,
    /// Why this happens.
    pub cause: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// A place in an input.
///
/// # Shape
/// In JSON `{"file": …, "line": …, "what": …}`; displayed, `gitlab.rb:12`.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::Place;
///
/// assert_eq!(Place::line("gitlab.rb", 12).to_string(), "gitlab.rb:12");
/// assert_eq!(Place::file("gitlab.rb").showing("a\nb").what.as_deref(), Some("a b"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as it was given.
    pub file: String,
    /// The line, counted from 1, where the file has lines that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What stands there: names, and values only where they are no secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

impl Place {
    /// A file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, what: None }
    }

    /// A line of a file.
    pub fn line(file: impl Into<String>, line: u64) -> Self {
        Self { line: Some(line), ..Self::file(file) }
    }

    /// Adds what stands there; control characters become blanks.
    #[must_use]
    pub fn showing(self, what: impl AsRef<str>) -> Self {
        let what = what.as_ref().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { what: Some(what), ..self }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        self.what.as_ref().map_or(Ok(()), |what| write!(f, ": {what}"))
    }
}

impl Finding {
    /// Adds the places where it is seen; all are counted, the first few kept.
    #[must_use]
    pub fn at(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        let mut count = 0;
        for place in places {
            count += 1;
            if self.places.len() < PLACES_KEPT {
                self.places.push(place);
            }
        }
        self.count = count.max(1);
        self
    }

    /// Sets how often it is seen.
    #[must_use]
    pub const fn times(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// Sets the erratum of the document that it is.
    #[must_use]
    pub const fn erratum(mut self, number: u8) -> Self {
        self.erratum = Some(number);
        self
    }
}

/// How bad a finding is.
///
/// # Shape
/// In JSON `warning` or `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The evidence allows for another explanation, or the problem strikes only under further conditions.
    Warning,
    /// The problem is there.
    Error,
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
