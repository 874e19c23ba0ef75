//! Why reading stopped: the facts of an error, before it is joined with the text of the file.

use super::Span;

/// The kinds of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SyntaxError,
    UnknownSetting,
    UnknownConstant,
    TypeError,
    FrozenString,
    NoMethod,
    Raised,
    /// `exit`, `abort`: no `rescue` catches it.
    Exited,
    TooLarge,
    TooDeep,
    TooMuchWork,
    ParserUnavailable,
}

/// An error and where it happened.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    pub(super) span: Span,
    pub(super) message: String,
    /// The name that the error is about, where it is about a name.
    pub(super) detail: Option<String>,
    pub(super) help: Option<String>,
    /// Further places and what is wrong there.
    pub(super) more: Vec<(Span, String)>,
}

impl Failure {
    pub(super) fn new(kind: Kind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), detail: None, help: None, more: Vec::new() }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Moves every place by `base`: the text is a part of another.
    pub(super) fn moved_by(mut self, base: usize) -> Self {
        for span in std::iter::once(&mut self.span).chain(self.more.iter_mut().map(|(span, _)| span)) {
            *span = Span::new(span.start + base, span.end + base);
        }
        self
    }

    /// Whether a bare `rescue` in the file would catch it: Ruby raised it, and it ends neither the parser nor us.
    pub(super) fn rescuable(&self) -> bool {
        matches!(
            self.kind,
            Kind::UnknownSetting
                | Kind::UnknownConstant
                | Kind::TypeError
                | Kind::FrozenString
                | Kind::NoMethod
                | Kind::Raised
        )
    }
}
