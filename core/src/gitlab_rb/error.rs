//! Errors of reading, with the place in the file, the reason and what to do.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::Span;
use super::excerpt::Excerpt;
use super::failure::{Failure, Kind};
use super::foreign;
use super::secret_places::SecretPlaces;

/// Why a settings file cannot be read.
///
/// The text of the error is one line; as a [`Diagnostic`] it has a code, labels on an excerpt of the file, and help.
///
/// # Shape
/// Opaque: given by [`read`](fn@super::read), asked for its kind and place.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
///
/// let error = read("mattermost['enable'] = (", &ReadOptions::default()).expect_err("no Ruby");
/// assert_eq!((error.kind(), error.stage()), ("syntax_error", "reading"));
/// assert!(error.help_text().is_some());
/// ```
#[derive(Debug, Clone)]
pub struct ReadError {
    failure: Box<Failure>,
    line: usize,
    column: usize,
    excerpt: Box<Excerpt>,
    labels: Vec<LabeledSpan>,
}

impl ReadError {
    /// Joins a failure with the text of the file.
    pub(super) fn new(mut failure: Failure, file_name: &str, source: &str) -> Self {
        let (line, column) = failure.span.line_and_column(source);
        if failure.kind == Kind::SyntaxError && failure.help.is_none() {
            failure.help = foreign::advice(source, failure.span).map(str::to_owned);
        }
        let secrets = SecretPlaces::of(source);
        let excerpt = Excerpt::around(file_name, source, failure.span, &secrets);
        // What stands without quotes where a secret belongs is a name to the reader.
        let span = failure.span;
        for message in [Some(&mut failure.message), failure.help.as_mut()].into_iter().flatten() {
            *message = secrets.without_hidden(message, source, span);
        }
        for (_, message) in &mut failure.more {
            *message = secrets.without_hidden(message, source, span);
        }
        failure.detail = failure.detail.map(|name| secrets.name(name, source, span));
        let mut labels: Vec<LabeledSpan> = excerpt.label(failure.span, "here", true).into_iter().collect();
        labels.extend(failure.more.iter().filter_map(|(span, message)| excerpt.label(*span, message, false)));
        Self { failure: Box::new(failure), line, column, excerpt: Box::new(excerpt), labels }
    }

    /// The kind of the error as one word, stable across releases: `syntax_error`, `unknown_setting`,
    /// `unknown_constant`, `type_error`, `frozen_string`, `no_method`, `raised_in_gitlab_rb`, or a limit of this reader: `too_large`, `too_deep`,
    /// `too_much_work`, `parser_unavailable`.
    pub fn kind(&self) -> &'static str {
        match self.failure.kind {
            Kind::SyntaxError => "syntax_error",
            Kind::UnknownSetting => "unknown_setting",
            Kind::UnknownConstant => "unknown_constant",
            Kind::TypeError => "type_error",
            Kind::FrozenString => "frozen_string",
            Kind::NoMethod => "no_method",
            Kind::Raised | Kind::Exited => "raised_in_gitlab_rb",
            Kind::TooLarge => "too_large",
            Kind::TooDeep => "too_deep",
            Kind::TooMuchWork => "too_much_work",
            Kind::ParserUnavailable => "parser_unavailable",
        }
    }

    /// The name that the error is about, where it is about a name.
    pub fn detail(&self) -> Option<&str> {
        self.failure.detail.as_deref()
    }

    /// When it happened: always `reading`, as against `deriving`.
    pub fn stage(&self) -> &'static str {
        "reading"
    }

    /// The place in the file.
    pub fn span(&self) -> Span {
        self.failure.span
    }

    /// The 1-based line and column (in characters) of that place.
    pub fn line_and_column(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    /// What to do about it.
    pub fn help_text(&self) -> Option<&str> {
        self.failure.help.as_deref().or(match self.failure.kind {
            Kind::SyntaxError => {
                Some("the cause may stand before this place: a missing quote, comma, bracket or `end`")
            }
            Kind::TypeError if self.failure.message.contains("into String") => {
                Some("convert the value first, with `.to_s` or as `\"#{value}\"`")
            }
            Kind::NoMethod if self.failure.message.contains("for `nil`") => {
                Some("the value is `nil` here; set it before this line")
            }
            Kind::Raised | Kind::Exited => Some("reconfigure would stop here; nothing of the file would take effect"),
            _ => None,
        })
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.failure.message)
    }
}

impl std::error::Error for ReadError {}

impl Diagnostic for ReadError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("gitlab_rb::{}", self.kind())))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help_text().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
