//! The tokens of a settings file, as far as secrets are told by them. Any text has some: nothing here can fail.
//!
//! Not here: reading Ruby for what it does (`parse`).

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::names::Names;

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// For texts and comments what is in them, else the token itself.
    pub(super) range: Range<usize>,
}

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// A literal in quotes of any form, or a here document.
    Text,
    Number,
    /// `:name`, without the colon.
    Symbol,
    /// `name:` or `"name":`, without the colon.
    Label,
    /// An operator or bracket.
    Mark,
    LineEnd,
    Comment,
}

/// Operators of more than one character that are told from their parts.
const OPERATORS: [&str; 20] = [
    "<=>", "===", "**=", "||=", "&&=", "<<=", "=>", "==", "=~", "!=", "!~", "<=", ">=", "||", "&&", "<<", "+=", "-=",
    "::", "->",
];
/// Words after which a value begins.
const BEFORE_VALUES: [&str; 13] =
    ["if", "unless", "while", "until", "and", "or", "not", "when", "then", "else", "elsif", "return", "puts"];

/// The tokens of `source`, in order of where they begin.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let offset = |line: &str| line.as_ptr().addr() - source.as_ptr().addr();
    let last_lines = source.lines().map(|line| (line.trim(), offset(line))).collect();
    let mut lexer = Lexer { source, at: 0, tokens: Vec::new(), documents: Vec::new(), last_lines };
    while lexer.at < source.len() {
        lexer.next();
    }
    lexer.tokens
}

/// The lines that begin inside of a text that is no here document.
pub(super) fn lines_inside_texts(source: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let texts = tokens.iter().filter(|token| token.kind == Kind::Text && quote_before(source, token.range.start));
    let mut lines = Vec::new();
    for text in texts {
        let breaks = source[text.range.clone()].match_indices('\n').map(|(at, _)| text.range.start + at + 1);
        lines.extend(
            breaks.map(|start| start..source[start..].find('\n').map_or(source.len(), |length| start + length)),
        );
    }
    lines
}

fn quote_before(source: &str, at: usize) -> bool {
    source[..at].ends_with(['\'', '"', '`'])
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    tokens: Vec<Token>,
    /// Here documents that begin in the next line: the line that ends each, and its token.
    documents: Vec<(&'s str, usize)>,
    /// Where each line stands last, blanks around it aside: by them one tells whether the end of a here document comes.
    last_lines: BTreeMap<&'s str, usize>,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn push(&mut self, kind: Kind, range: Range<usize>) {
        self.tokens.push(Token { kind, range });
    }

    fn next(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        let start = self.at;
        let at_line_start = start == 0 || self.source[..start].ends_with('\n');
        if at_line_start && (rest.starts_with("=begin") || rest.starts_with("__END__")) {
            let end = if rest.starts_with("__END__") { rest.len() } else { rest.find("\n=end").unwrap_or(rest.len()) };
            self.at += end;
            return self.push(Kind::Comment, start..start + end);
        }
        match first {
            '\n' => self.line_end(),
            '\\' if rest.starts_with("\\\n") => self.at += 2,
            '#' => {
                self.at += rest.find('\n').unwrap_or(rest.len());
                self.push(Kind::Comment, start..self.at);
            }
            '\'' | '"' | '`' => self.text(first, 1),
            '%' if self.opens_percent() => self.percent(),
            '/' if self.value_begins() => self.pattern(),
            '<' if self.document() => {}
            ':' if rest[1..].starts_with(['"', '\'']) => {
                self.at += 1;
                self.text(rest[1..].chars().next().unwrap_or('"'), 1);
            }
            ':' if rest[1..].starts_with(is_of_word) && !self.source[..start].ends_with(':') => {
                let length = word_length(&rest[1..]);
                self.at += 1 + length;
                self.push(Kind::Symbol, start + 1..self.at);
            }
            c if c.is_ascii_digit() => {
                self.at += word_length(rest);
                self.push(Kind::Number, start..self.at);
            }
            c if is_of_word(c) => self.word(),
            '?' if self.value_begins() && rest[1..].starts_with(['\'', '"']) => self.at += 2,
            c if c.is_whitespace() => self.at += c.len_utf8(),
            c => {
                let length = OPERATORS.iter().find(|it| rest.starts_with(**it)).map_or(c.len_utf8(), |it| it.len());
                self.at += length;
                self.push(Kind::Mark, start..self.at);
            }
        }
    }

    fn word(&mut self) {
        let (start, rest) = (self.at, self.rest());
        let mut length = word_length(rest);
        if rest[length..].starts_with(['?', '!']) && !rest[length + 1..].starts_with('=') {
            length += 1;
        }
        let is_label = rest[length..].starts_with(':') && !rest[length..].starts_with("::");
        self.push(if is_label { Kind::Label } else { Kind::Word }, start..start + length);
        self.at += length + usize::from(is_label);
    }

    /// The end of a line, and the here documents that follow it.
    fn line_end(&mut self) {
        self.push(Kind::LineEnd, self.at..self.at + 1);
        self.at += 1;
        for (end, token) in std::mem::take(&mut self.documents) {
            let start = self.at;
            let (mut length, mut closing) = (0, 0);
            let is_closed = self.last_lines.get(end).is_some_and(|last| *last >= start);
            for line in self.source[start..].split_inclusive('\n') {
                if line.trim() == end {
                    closing = line.len();
                    break;
                }
                // One whose end does not come goes on to the next setting at most.
                if !is_closed && begins_setting(line) {
                    break;
                }
                length += line.len();
            }
            self.at = start + length + closing;
            self.tokens[token].range = start..start + length;
            self.push(Kind::LineEnd, self.at..self.at);
        }
    }

    /// A here document, if `<<` begins one.
    fn document(&mut self) -> bool {
        let Some(rest) = self.rest().strip_prefix("<<") else { return false };
        let bare = rest.trim_start_matches(['~', '-']);
        let name = bare.trim_start_matches(['\'', '"', '`']);
        let length = word_length(name);
        let marked = bare.len() < rest.len() || name.len() < bare.len();
        let begins = name.starts_with(|c: char| c.is_ascii_uppercase() || marked && is_of_word(c));
        if length == 0 || !begins || !marked && !self.value_begins() {
            return false;
        }
        let quote = usize::from(name.len() < bare.len() && name[length..].starts_with(['\'', '"', '`']));
        self.documents.push((&name[..length], self.tokens.len()));
        self.at += self.rest().len() - name.len() + length + quote;
        self.push(Kind::Text, self.at..self.at);
        true
    }

    /// A text in quotes. One that goes on into a line which begins like a setting was never closed.
    fn text(&mut self, quote: char, opening: usize) {
        self.until(self.at + opening, quote, quote);
    }

    fn until(&mut self, start: usize, open: char, close: char) {
        let text = &self.source[start..];
        let (mut depth, mut escaped, mut inner) = (0_usize, false, 0_usize);
        let mut end = None;
        for (at, c) in text.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '{' if text[..at].ends_with('#') && close != '\'' => inner += 1,
                '{' if inner > 0 => inner += 1,
                '}' if inner > 0 => inner -= 1,
                '\n' if begins_setting(&text[at + 1..]) => {
                    end = Some((at, 0));
                    break;
                }
                _ if inner > 0 => {}
                c if c == close && depth == 0 => {
                    end = Some((at, close.len_utf8()));
                    break;
                }
                c if c == close => depth -= 1,
                c if c == open => depth += 1,
                _ => {}
            }
        }
        let (length, closing) = end.unwrap_or((text.len(), 0));
        self.at = start + length + closing;
        let is_label = closing > 0 && self.rest().starts_with(':') && !self.rest().starts_with("::");
        let is_label = is_label && self.source[self.at + 1..].starts_with([' ', '\t', '\n']);
        self.at += usize::from(is_label);
        self.push(if is_label { Kind::Label } else { Kind::Text }, start..start + length);
    }

    fn opens_percent(&self) -> bool {
        let rest = &self.rest()[1..];
        let body = rest.strip_prefix(['q', 'Q', 'w', 'W', 'i', 'I', 'x']).unwrap_or(rest);
        let opens = body.starts_with(|c: char| "([{<|!/".contains(c));
        opens && (self.value_begins() || self.source[..self.at].ends_with(' ') && !body.starts_with(' '))
    }

    fn percent(&mut self) {
        let rest = &self.rest()[1..];
        let letter = usize::from(rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        let open = rest[letter..].chars().next().unwrap_or('(');
        let close = match open {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            '<' => '>',
            other => other,
        };
        self.until(self.at + 1 + letter + open.len_utf8(), open, close);
    }

    /// A regular expression on one line, or a division.
    fn pattern(&mut self) {
        let (start, rest) = (self.at, &self.rest()[1..]);
        let line = rest.lines().next().unwrap_or_default();
        let mut escaped = false;
        let end = line.char_indices().find(|(_, c)| {
            let ends = !escaped && *c == '/';
            escaped = !escaped && *c == '\\';
            ends
        });
        match end {
            Some((length, _)) => {
                self.at = start + length + 2;
                self.push(Kind::Text, start + 1..start + 1 + length);
            }
            None => {
                self.at += 1;
                self.push(Kind::Mark, start..start + 1);
            }
        }
    }

    /// Whether a value may begin here: nothing stands before that an operator could be applied to.
    fn value_begins(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(Token { kind: Kind::Text | Kind::Number | Kind::Symbol, .. }) => false,
            Some(Token { kind: Kind::Word, range }) => BEFORE_VALUES.contains(&&self.source[range.clone()]),
            Some(Token { kind: Kind::Mark, range }) => ![")", "]", "}"].contains(&&self.source[range.clone()]),
            Some(_) => true,
        }
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '@' || c == '$'
}

fn word_length(text: &str) -> usize {
    text.find(|c| !is_of_word(c)).unwrap_or(text.len())
}

/// Whether a line begins like a setting of the package: its name, then what a setting goes on with.
pub(super) fn begins_setting(line: &str) -> bool {
    let length = word_length(line);
    let follows = ["['", "[\"", "[:", " '", " \"", " =", "("];
    length > 0 && follows.iter().any(|it| line[length..].starts_with(it)) && Names::all().knows(&line[..length])
}
