//! Where the secrets in a settings file stand, whether the file is valid Ruby or not.
//!
//! A value is secret by the name that it is given to, or by itself (`masking`). A variable whose value is given to such a
//! name is one too. Names, and comments that only speak of secrets, are shown.

mod comment;
mod scan;
mod token;

use std::collections::BTreeSet;
use std::ops::Range;

use super::Span;
use crate::masking::{MASK, merged, secrets_in_urls, shown_text};

/// How often variables are followed to the values that they are given.
const STEPS: usize = 4;

/// The secret stretches of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct SecretPlaces {
    ranges: Vec<Range<usize>>,
    /// What stands in them: whole and in words.
    hidden: BTreeSet<String>,
}

impl SecretPlaces {
    /// The secrets of a file.
    pub(super) fn of(source: &str) -> Self {
        let tokens = token::tokens(source);
        let mut variables = BTreeSet::new();
        let mut found = scan::scan(source, &tokens, &variables);
        for _ in 0..STEPS {
            let before = variables.len();
            variables.extend(std::mem::take(&mut found.variables));
            if variables.len() == before {
                break;
            }
            found = scan::scan(source, &tokens, &variables);
        }
        // A quote that was forgotten turns texts and code around: such lines are read by themselves, too.
        for line in token::lines_inside_texts(source, &tokens) {
            let text = &source[line.clone()];
            let inside = scan::scan(text, &token::tokens(text), &variables).ranges;
            found.ranges.extend(inside.into_iter().map(|it| it.start + line.start..it.end + line.start));
        }
        // A URL tells its secrets wherever it stands, in quotes or not.
        found.ranges.extend(secrets_in_urls(source));
        let ranges = merged(found.ranges);
        let hidden = ranges.iter().flat_map(|range| hidden_words(&source[range.clone()])).collect();
        Self { ranges, hidden }
    }

    /// Whether a byte of the file must not be shown.
    pub(super) fn hides(&self, at: usize) -> bool {
        let next = self.ranges.partition_point(|range| range.end <= at);
        self.ranges.get(next).is_some_and(|range| range.contains(&at))
    }

    /// Whether a stretch of the file is hidden, be it in part.
    fn touches(&self, span: Span) -> bool {
        self.ranges.iter().any(|range| range.start < span.end && span.start < range.end)
    }

    /// A message about `span` in which what the file hides is masked; what stands at that very place is a name, and shown.
    pub(super) fn without_hidden(&self, message: &str, source: &str, span: Span) -> String {
        let place = source.get(span.start..span.end).filter(|_| !self.touches(span)).unwrap_or_default();
        let is_hidden = |text: &str| self.hidden.contains(text) && !place.contains(text);
        let mut parts: Vec<String> = message.split('`').map(str::to_owned).collect();
        for quoted in parts.iter_mut().skip(1).step_by(2).filter(|quoted| is_hidden(quoted)) {
            MASK.clone_into(quoted);
        }
        let mut message = parts.join("`");
        for hidden in self.hidden.iter().filter(|it| it.len() >= 6 && is_hidden(it)) {
            message = message.replace(hidden.as_str(), MASK);
        }
        shown_text(&message)
    }

    /// A name about which an error at `span` is, masked if it is none.
    pub(super) fn name(&self, name: String, source: &str, span: Span) -> String {
        let quoted = self.without_hidden(&format!("`{name}`"), source, span);
        quoted.trim_matches('`').to_owned()
    }
}

/// Where the comments of a file are, in order.
pub(super) fn comments(source: &str) -> Vec<Range<usize>> {
    let comments = token::tokens(source).into_iter().filter(|token| token.kind == token::Kind::Comment);
    comments.map(|token| token.range).collect()
}

/// A hidden text and its words.
fn hidden_words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| c.is_whitespace() || "'\"`,()[]{}".contains(c));
    words.chain([text.trim()]).filter(|word| word.len() > 1).map(str::to_owned)
}

#[cfg(test)]
mod tests;
