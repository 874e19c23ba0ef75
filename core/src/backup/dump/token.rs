//! The words of one whole statement, as the lexer hands it over: without comments, every quote closed.

use std::borrow::Cow;

/// A word, a text, a sign.
///
/// # Shape
/// `Word` and `Name` of `posts."Id"` are `posts` and `"Id"`; `Text` of `E'a\'b'` is all of it; `Sign` is one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A word without quotes: a key word, a name, a number.
    Word(&'a str),
    /// A name in quotes, which stand around it.
    Name(&'a str),
    /// A text with all that belongs to it: quotes and a letter before them, or dollars.
    Text(&'a str),
    /// Any other sign.
    Sign(char),
}

/// The tokens of a statement.
///
/// # Shape
/// An iterator over [`Token`]s; white space is between them, comments are gone already.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::token::{Token, Tokens};
///
/// let mut tokens = Tokens::of("CREATE TABLE \"Posts\" (id);");
/// assert!(tokens.phrase("CREATE TABLE"));
/// assert_eq!(tokens.name().as_deref(), Some("Posts"));
/// assert_eq!(tokens.next(), Some(Token::Sign('(')));
/// ```
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    rest: &'a str,
    plain_escapes: bool,
}

impl<'a> Tokens<'a> {
    /// Of this text.
    pub fn of(text: &'a str) -> Self {
        Self { rest: text, plain_escapes: false }
    }

    /// Sets whether a backslash in a text has a meaning: `standard_conforming_strings = off`.
    pub fn escaping(self, plain_escapes: bool) -> Self {
        Self { plain_escapes, ..self }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// The next one, if it is one of these words; nothing is read otherwise. Words are given in capitals.
    pub fn word(&mut self, wanted: &[&str]) -> bool {
        let mut ahead = self.clone();
        let is_it =
            matches!(ahead.next(), Some(Token::Word(word)) if wanted.iter().any(|it| it.eq_ignore_ascii_case(word)));
        if is_it {
            *self = ahead;
        }
        is_it
    }

    /// The words of this phrase, one after the other; nothing is read if they are not there.
    pub fn phrase(&mut self, phrase: &str) -> bool {
        let mut ahead = self.clone();
        let is_it = phrase.split(' ').all(|word| ahead.word(&[word]));
        if is_it {
            *self = ahead;
        }
        is_it
    }

    /// The next one, if it is this sign.
    pub fn sign(&mut self, wanted: char) -> bool {
        let mut ahead = self.clone();
        let is_it = ahead.next() == Some(Token::Sign(wanted));
        if is_it {
            *self = ahead;
        }
        is_it
    }

    /// The next one, if it is a name; without quotes it is in small letters, as PostgreSQL takes it.
    pub fn name(&mut self) -> Option<Cow<'a, str>> {
        let mut ahead = self.clone();
        let name = ahead.next()?.name()?;
        *self = ahead;
        Some(name)
    }

    /// A name with or without its schema before it.
    pub fn qualified(&mut self) -> Option<QualifiedName> {
        let first = self.name()?.into_owned();
        if !self.sign('.') {
            return Some(QualifiedName { schema: None, name: first });
        }
        Some(QualifiedName { schema: Some(first), name: self.name()?.into_owned() })
    }

    /// The names of columns in parentheses, none where there are none; `None` if they are not closed.
    pub fn columns(&mut self) -> Option<Vec<String>> {
        let mut columns = Vec::new();
        if self.sign('(') {
            loop {
                columns.push(self.name()?.into_owned());
                if self.sign(')') {
                    break;
                }
                if !self.sign(',') {
                    return None;
                }
            }
        }
        Some(columns)
    }

    /// The value of the next one, if it is a text.
    pub fn text(&mut self) -> Option<String> {
        let mut ahead = self.clone();
        let value = ahead.next()?.value(self.plain_escapes)?;
        *self = ahead;
        Some(value)
    }

    /// Whether nothing but the semicolon is left.
    pub fn is_end(&self) -> bool {
        let mut ahead = self.clone();
        ahead.sign(';') && ahead.next().is_none()
    }

    /// Passes over everything in parentheses that begins here.
    pub fn parenthesis(&mut self) -> bool {
        if !self.sign('(') {
            return false;
        }
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                Some(Token::Sign('(')) => depth += 1,
                Some(Token::Sign(')')) => depth -= 1,
                Some(_) => {}
                None => return false,
            }
        }
        true
    }

    fn take(&mut self, count: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
        let first = self.rest.chars().next()?;
        let is_word = |c: char| c == '_' || c.is_ascii_alphanumeric() || !c.is_ascii();
        Some(match first {
            '\'' => Token::Text(self.take(end_of_quote(self.rest, 0, self.plain_escapes))),
            '"' => Token::Name(self.take(end_of_quote(self.rest, 0, false))),
            '$' => match end_of_dollars(self.rest) {
                Some(end) => Token::Text(self.take(end)),
                None => Token::Sign(self.take(1).chars().next()?),
            },
            _ if is_word(first) => {
                let end = self.rest.find(|c| !is_word(c) && c != '$').unwrap_or(self.rest.len());
                let is_prefix = end == 1 && self.rest[1..].starts_with('\'');
                match first {
                    'e' | 'E' if is_prefix => Token::Text(self.take(end_of_quote(self.rest, 1, true))),
                    'b' | 'B' | 'x' | 'X' if is_prefix => Token::Text(self.take(end_of_quote(self.rest, 1, false))),
                    _ => Token::Word(self.take(end)),
                }
            }
            _ => {
                self.take(first.len_utf8());
                Token::Sign(first)
            }
        })
    }
}

impl<'a> Token<'a> {
    fn name(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Word(word) if !word.starts_with(|c: char| c.is_ascii_digit()) => {
                Some(match word.bytes().any(|b| b.is_ascii_uppercase()) {
                    true => Cow::Owned(word.to_ascii_lowercase()),
                    false => Cow::Borrowed(word),
                })
            }
            Self::Name(quoted) => Some(Cow::Owned(quoted.get(1..quoted.len() - 1)?.replace("\"\"", "\""))),
            _ => None,
        }
    }

    /// What a text stands for.
    pub fn value(self, plain_escapes: bool) -> Option<String> {
        let Self::Text(text) = self else { return None };
        if let Some(inner) = text.strip_prefix('$') {
            let mark = inner.find('$')? + 2;
            return text.get(mark..text.len() - mark).map(str::to_owned);
        }
        let start = text.find('\'')?;
        let inner = text.get(start + 1..text.len() - 1)?.replace("''", "'");
        let escapes = plain_escapes || text.starts_with(['e', 'E']);
        Some(if escapes { unescaped(&inner) } else { inner })
    }
}

/// A text with escapes, read; those that `pg_dump` does not write stay as they are.
fn unescaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        value.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('b') => '\x08',
                Some('f') => '\x0c',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    value
}

/// Where the quoted part ends that begins with the quote at `start`; doubled quotes do not end it.
fn end_of_quote(text: &str, start: usize, escapes: bool) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte == b'\\' && escapes {
            at += 1;
        } else if *byte == quote {
            if bytes.get(at) != Some(&quote) {
                return at;
            }
            at += 1;
        }
    }
    text.len()
}

/// Where a text in dollars ends, if one begins here.
fn end_of_dollars(text: &str) -> Option<usize> {
    let mark = text[1..].find('$')? + 2;
    let inner = &text[1..mark - 1];
    let is_mark = inner.chars().all(|c| c == '_' || c.is_ascii_alphanumeric() || !c.is_ascii());
    if !is_mark || inner.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(text[mark..].find(&text[..mark]).map_or(text.len(), |end| 2 * mark + end))
}

/// The name of something in a database.
///
/// # Shape
/// `public.posts`, `"Odd Name".x` or `posts`; names are without quotes here, and in small letters unless they were quoted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct QualifiedName {
    /// Its schema, if it is written.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

impl QualifiedName {
    /// Schema and name, each in quotes only if it has to be: the same however a release of PostgreSQL quotes them.
    pub fn written(&self, usual_schema: &str) -> String {
        let quoted = |name: &str| match is_plain(name) {
            true => name.to_owned(),
            false => format!("\"{}\"", name.replace('"', "\"\"")),
        };
        format!("{}.{}", quoted(self.schema.as_deref().unwrap_or(usual_schema)), quoted(&self.name))
    }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A qualified name as any release writes it, in the form of [`QualifiedName::written`].
///
/// ```
/// use gitlab_mattermost_core::backup::dump::token::canonical;
/// assert_eq!(canonical("\"public\".\"posts\""), "public.posts");
/// assert_eq!(canonical("Posts"), "public.posts");
/// ```
pub fn canonical(written: &str) -> String {
    Tokens::of(written).qualified().map_or_else(|| written.to_owned(), |it| it.written("public"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_however_they_are_quoted() {
        for (written, expected) in [
            ("public.posts", "public.posts"),
            ("\"public\".\"posts\"", "public.posts"),
            ("posts", "public.posts"),
            ("Public.Posts", "public.posts"),
            ("public.\"Odd \"\"Name\"\".x\"", "public.\"Odd \"\"Name\"\".x\""),
            ("public.\"position\"", "public.position"),
        ] {
            assert_eq!(canonical(written), expected);
        }
    }

    #[test]
    fn texts_stand_for_their_values() {
        for (text, value) in [
            ("'it''s'", "it's"),
            (r"'a\b'", r"a\b"),
            (r"E'a\\b\'c\n'", "a\\b'c\n"),
            ("$$a'b$$", "a'b"),
            ("$x$a$$b$x$", "a$$b"),
        ] {
            assert_eq!(Tokens::of(text).text().as_deref(), Some(value), "{text}");
        }
        let tokens: Vec<_> = Tokens::of("SELECT a.\"B\" ($1)").collect();
        assert_eq!(tokens.len(), 8);
        assert_eq!(tokens[3], Token::Name("\"B\""));
    }
}
