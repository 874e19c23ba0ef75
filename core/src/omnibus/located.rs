//! A [`DeriveError`] joined with the text of the settings file, ready to be shown.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::DeriveError;
use crate::gitlab_rb::Excerpt;

/// A [`DeriveError`] with its place in the file.
///
/// The text of the error is one line; as a [`Diagnostic`] it has a code, a label on an excerpt of the file, and help.
#[derive(Debug, Clone)]
pub struct LocatedDeriveError {
    error: DeriveError,
    place: String,
    excerpt: Option<Excerpt>,
    label: Option<LabeledSpan>,
}

impl DeriveError {
    /// Joins the error with the text of the file; `file_name` is what messages call it.
    pub fn locate(self, file_name: &str, source: &str) -> LocatedDeriveError {
        let excerpt = self.span().map(|span| (Excerpt::around(file_name, source, span), span));
        let label = excerpt.as_ref().and_then(|(excerpt, span)| excerpt.label(*span, "here", true));
        let place = match self.span().map(|span| span.line_and_column(source)) {
            Some((line, column)) => format!("{file_name}:{line}:{column}"),
            None => file_name.to_owned(),
        };
        LocatedDeriveError { error: self, place, excerpt: excerpt.map(|(excerpt, _)| excerpt), label }
    }
}

impl LocatedDeriveError {
    /// The error itself.
    pub fn error(&self) -> &DeriveError {
        &self.error
    }
}

impl fmt::Display for LocatedDeriveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.error)
    }
}

impl std::error::Error for LocatedDeriveError {}

impl Diagnostic for LocatedDeriveError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("omnibus::{}", self.error.kind())))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.error.fix()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label.clone().map(|label| Box::new(std::iter::once(label)) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
