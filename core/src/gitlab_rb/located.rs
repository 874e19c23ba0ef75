//! An error about a value of the settings file, joined with the text of that file and ready to be shown.

use std::error::Error;
use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::secret_places::SecretPlaces;
use super::{Excerpt, Span};

/// An error that turned up after reading, when the values were used.
///
/// # Shape
/// Implemented by the errors of `omnibus` and `legacy`; [`ValueError::locate`] makes a [`Located`] of one.
pub trait ValueError: Error + Sized {
    /// The area it belongs to, the first part of its code: `omnibus`.
    const AREA: &'static str;

    /// The kind, a stable word.
    fn kind(&self) -> &'static str;

    /// The offending name or value, where the kind has one.
    fn detail(&self) -> Option<&str>;

    /// The place in the settings file.
    fn span(&self) -> Option<Span>;

    /// How to mend it.
    fn fix(&self) -> &'static str;

    /// The stage at which it turns up: after the file was read.
    fn stage(&self) -> &'static str {
        "deriving"
    }

    /// Joins the error with the text of the file; `file_name` is what messages call it.
    fn locate(self, file_name: &str, source: &str) -> Located<Self> {
        let secrets = SecretPlaces::of(source);
        let excerpt = self.span().map(|span| (Excerpt::around(file_name, source, span, &secrets), span));
        let label = excerpt.as_ref().and_then(|(excerpt, span)| excerpt.label(*span, "here", true));
        let place = match self.span().map(|span| span.line_and_column(source)) {
            Some((line, column)) => format!("{file_name}:{line}:{column}"),
            None => file_name.to_owned(),
        };
        let span = self.span().unwrap_or(Span { start: 0, end: 0 });
        // What stands without quotes where a secret belongs is a name to the reader.
        let message = secrets.without_hidden(&self.to_string(), source, span);
        Located { error: self, message, place, excerpt: excerpt.map(|(excerpt, _)| excerpt), label }
    }
}

/// An error with its place in the file.
///
/// The text of the error is one line; as a [`Diagnostic`] it has a code, a label on an excerpt of the file, and help.
///
/// # Shape
/// Displayed, `FILE:LINE:COLUMN: what is wrong`, secrets masked.
#[derive(Debug, Clone)]
pub struct Located<E> {
    error: E,
    /// What the error says, secrets masked.
    message: String,
    place: String,
    excerpt: Option<Excerpt>,
    label: Option<LabeledSpan>,
}

impl<E> Located<E> {
    /// The error itself.
    pub fn error(&self) -> &E {
        &self.error
    }
}

impl<E> fmt::Display for Located<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl<E: Error> Error for Located<E> {}

impl<E: ValueError> Diagnostic for Located<E> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}::{}", E::AREA, self.error.kind())))
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
