//! From tokens to the values that are given to names of secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::comment;
use super::token::{Kind, Token, begins_setting};
use crate::masking::{is_secret_name, tells_nothing};

/// Words of Ruby that are no values.
const KEYWORDS: [&str; 22] = [
    "nil", "true", "false", "do", "end", "if", "unless", "and", "or", "not", "then", "else", "elsif", "while", "until",
    "rescue", "ensure", "begin", "case", "when", "self", "def",
];
/// Words after which another matter begins on the same line.
const BREAKS: [&str; 9] = ["if", "unless", "while", "until", "do", "then", "end", "when", "else"];
/// Methods whose first argument is a name or a place.
const NAMING: [&str; 12] = [
    "fetch",
    "key?",
    "has_key?",
    "dig",
    "store",
    "deep_set",
    "read",
    "from_file",
    "exist?",
    "exists?",
    "include?",
    "delete",
];

/// What a scan finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) ranges: Vec<Range<usize>>,
    /// Names of the file whose values are secret, as they are given to secrets.
    pub(super) variables: BTreeSet<String>,
}

/// A bracket, or the file as a whole.
#[derive(Debug, Default)]
struct Frame<'s> {
    /// Everything in it is secret.
    secret: bool,
    /// What follows is, up to the next comma.
    pair: bool,
    /// A pair of it was, so that a word without quotes may be one out of place.
    behind_secret: bool,
    /// What follows is, up to the end of the statement.
    statement: bool,
    /// `[…]` behind a value: what is in it is a name.
    is_index: bool,
    /// `(…)` behind a method whose first argument is a name.
    is_naming: bool,
    /// An array of values, in which the name of a secret says nothing of the next.
    is_list: bool,
    /// A name since the statement began is that of a secret.
    named: bool,
    /// The last name.
    name: &'s str,
}

impl Frame<'_> {
    /// Whether what stands in it is a name: an index, unless something is assigned before it is closed.
    fn holds_name(&self) -> bool {
        self.is_index && !self.statement
    }
}

/// Scans the tokens of `source`; `variables` are secrets too.
pub(super) fn scan(source: &str, tokens: &[Token], variables: &BTreeSet<String>) -> Found {
    let assigned =
        tokens.windows(2).filter(|pair| pair[0].kind == Kind::Word && is_assignment(&source[pair[1].range.clone()]));
    let defined = tokens.windows(2).filter(|pair| &source[pair[0].range.clone()] == "def").map(|pair| &pair[1]);
    let own: BTreeSet<&str> =
        assigned.map(|pair| &pair[0]).chain(defined).map(|token| &source[token.range.clone()]).collect();
    let frames = vec![Frame::default()];
    let mut scan = Scan {
        source,
        tokens,
        variables,
        own,
        frames,
        found: Found::default(),
        judged: BTreeMap::new(),
        last: 0,
        body: false,
    };
    (0..tokens.len()).for_each(|at| scan.token(at));
    scan.found
}

fn is_assignment(mark: &str) -> bool {
    matches!(mark, "=" | "||=" | "&&=" | "+=")
}

struct Scan<'s> {
    source: &'s str,
    tokens: &'s [Token],
    variables: &'s BTreeSet<String>,
    /// Names that the file itself gives values to.
    own: BTreeSet<&'s str>,
    frames: Vec<Frame<'s>>,
    found: Found,
    /// Names that were judged already.
    judged: BTreeMap<&'s str, bool>,
    /// The last token that is neither comment nor end of a line.
    last: usize,
    /// In the body of a method that is named as a secret.
    body: bool,
}

impl<'s> Scan<'s> {
    fn text(&self, at: usize) -> &'s str {
        self.tokens.get(at).map_or("", |token| &self.source[token.range.clone()])
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn is_mark(&self, at: usize, mark: &str) -> bool {
        self.kind(at) == Some(Kind::Mark) && self.text(at) == mark
    }

    fn frame(&mut self) -> &mut Frame<'s> {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn is_secret(&self) -> bool {
        self.body || self.frames.last().is_some_and(|frame| frame.secret || frame.pair || frame.statement)
    }

    /// Whether a name is that of a secret; files use the same names over and over.
    fn names_secret(&mut self, name: &'s str) -> bool {
        let variables = self.variables;
        *self.judged.entry(name).or_insert_with(|| is_secret_name(name) || variables.contains(name))
    }

    /// Whether a name of the statement so far is that of a secret.
    fn any_named(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.named)
    }

    fn note(&mut self, name: &'s str) {
        let secret = self.names_secret(name);
        let frame = self.frame();
        frame.named |= secret;
        frame.name = name;
    }

    fn token(&mut self, at: usize) {
        let (Some(token), text) = (self.tokens.get(at), self.text(at)) else { return };
        let before = std::mem::replace(&mut self.last, at);
        match token.kind {
            Kind::Comment => {
                self.last = before;
                let inside = comment::secrets(text);
                self.add(inside, token.range.start);
            }
            Kind::LineEnd => {
                self.last = before;
                self.line_end(at);
            }
            Kind::Mark => self.mark(at, text),
            Kind::Label => {
                let secret = self.names_secret(text);
                self.frame().pair = secret;
                self.note(text);
            }
            Kind::Word => self.word(at, text),
            Kind::Number => self.value(at, text, text.len() > 1),
            Kind::Symbol | Kind::Text => self.literal(at, text),
        }
    }

    fn add(&mut self, inside: Vec<Range<usize>>, start: usize) {
        self.found.ranges.extend(inside.into_iter().map(|range| range.start + start..range.end + start));
    }

    fn line_end(&mut self, at: usize) {
        let next = at + 1;
        if matches!(self.kind(next), Some(Kind::LineEnd | Kind::Comment)) {
            return;
        }
        let last = self.last;
        let goes_on = self.kind(last) == Some(Kind::Mark) && !matches!(self.text(last), ")" | "]" | "}" | "|");
        let leads = [".", "&&", "||"].into_iter().any(|mark| self.is_mark(next, mark));
        let begins = self.tokens.get(next).is_some_and(|it| {
            self.source[..it.range.start].ends_with('\n') && begins_setting(&self.source[it.range.start..])
        });
        if begins {
            // Whatever was left open before, this is a new statement.
            self.frames.truncate(1);
            self.end_statement();
        } else if !(goes_on || leads) {
            self.end_statement();
        }
    }

    fn end_statement(&mut self) {
        let frame = self.frame();
        frame.pair = false;
        frame.statement = false;
        frame.named = false;
    }

    fn mark(&mut self, at: usize, mark: &str) {
        match mark {
            "(" | "[" | "{" => self.open(at, mark),
            ")" | "]" | "}" => self.close(at),
            "," => {
                let frame = self.frame();
                frame.behind_secret |= frame.pair;
                frame.pair = false;
                frame.is_naming = false;
            }
            ";" => self.end_statement(),
            "=>" => {
                let key = self.frame().name;
                let secret = self.names_secret(key);
                self.frame().pair = secret;
            }
            "=" | "||=" | "&&=" | "+=" | "<<" | "==" | "!=" | "===" | "||" if self.any_named() => {
                self.frame().statement = true;
            }
            _ => {}
        }
    }

    fn open(&mut self, at: usize, mark: &str) {
        let touches = at > 0 && self.tokens[at - 1].range.end >= self.tokens[at].range.start;
        let before = at.checked_sub(1).and_then(|before| self.kind(before));
        let behind_value = matches!(before, Some(Kind::Word)) || at > 0 && matches!(self.text(at - 1), "]" | ")");
        let method = if before == Some(Kind::Word) { self.text(at - 1) } else { "" };
        let called = at > 1 && self.is_mark(at - 2, ".");
        let is_index = mark == "[" && touches && behind_value;
        // What a method of a secret gets, or a block gives in its place, is secret too.
        let of_secret =
            (mark == "(" && called || mark == "{" && behind_value) && self.any_named() && !NAMING.contains(&method);
        let names_method = mark == "(" && self.names_secret(method);
        let frame = Frame {
            secret: !is_index && (self.is_secret() || of_secret || names_method),
            is_index,
            is_naming: mark == "(" && NAMING.contains(&method),
            is_list: mark == "[" && !is_index,
            ..Frame::default()
        };
        self.frames.push(frame);
    }

    fn close(&mut self, at: usize) {
        let Some(closed) = (self.frames.len() > 1).then(|| self.frames.pop()).flatten() else { return };
        if closed.is_index || self.is_mark(at, ")") {
            self.frame().named |= closed.named;
            self.frame().name = closed.name;
        }
        // `settings['secret'] value`, with nothing between.
        let follows = matches!(self.kind(at + 1), Some(Kind::Text | Kind::Number | Kind::Symbol))
            || self.kind(at + 1) == Some(Kind::Word) && !KEYWORDS.contains(&self.text(at + 1));
        if closed.is_index && follows && self.any_named() {
            self.frame().statement = true;
        }
    }

    fn word(&mut self, at: usize, word: &'s str) {
        if BREAKS.contains(&word) {
            self.body &= word != "end";
            return self.end_statement();
        }
        if at > 0 && self.kind(at - 1) == Some(Kind::Word) && self.text(at - 1) == "def" {
            self.body = self.names_secret(word);
            return;
        }
        let secret = self.is_secret();
        let calls = ["(", "[", ".", "::"].into_iter().any(|mark| self.is_mark(at + 1, mark));
        let called = at > 0 && (self.is_mark(at - 1, ".") || self.is_mark(at - 1, "::"));
        let assigned = is_assignment(self.text(at + 1));
        let in_index = self.frames.last().is_some_and(Frame::holds_name);
        let is_key = self.is_mark(at + 1, "=>");
        self.note(word);
        if is_key && self.frame().behind_secret && !self.own.contains(word) && !KEYWORDS.contains(&word) {
            self.found.ranges.push(self.tokens[at].range.clone());
        }
        if secret && !KEYWORDS.contains(&word) && !called && !assigned && !in_index {
            if self.own.contains(word) {
                self.found.variables.insert(word.to_owned());
            } else if !calls && !is_key {
                self.found.ranges.push(self.tokens[at].range.clone());
            }
        }
        let gets_value = matches!(self.kind(at + 1), Some(Kind::Text | Kind::Number | Kind::Symbol))
            || self.kind(at + 1) == Some(Kind::Word) && !KEYWORDS.contains(&self.text(at + 1));
        if gets_value && !called && self.names_secret(word) {
            self.frame().statement = true;
        }
    }

    fn literal(&mut self, at: usize, text: &'s str) {
        let is_key = self.is_mark(at + 1, "=>");
        let (is_index, is_naming, is_list) =
            self.frames.last().map_or((false, false, false), |it| (it.holds_name(), it.is_naming, it.is_list));
        if is_key || is_index || is_naming {
            self.note(text);
            self.frame().is_naming = false;
            let secret = is_naming && self.names_secret(text);
            self.frame().statement |= secret;
            return;
        }
        if self.is_secret() {
            return self.value(at, text, true);
        }
        self.add(comment::secrets(text), self.tokens[at].range.start);
        // `store 'secret', value`
        if !is_list && !text.contains(char::is_whitespace) && self.is_mark(at + 1, ",") && self.names_secret(text) {
            self.frame().statement = true;
        }
    }

    /// A value, hidden where it is secret; the variables in it are secret then.
    fn value(&mut self, at: usize, text: &'s str, may_hide: bool) {
        if !self.is_secret() || !may_hide || tells_nothing(text) {
            return;
        }
        self.found.ranges.push(self.tokens[at].range.clone());
        for inner in text.split("#{").skip(1) {
            let name = inner.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            if self.own.contains(name) {
                self.found.variables.insert(name.to_owned());
            }
        }
    }
}
