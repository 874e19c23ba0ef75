//! What texts and regular expressions say of each other.

use super::super::evaluation::Evaluation;
use super::super::outcome::Outcome;
use super::super::pattern::{LeftToRuby, Match, Pattern};
use super::super::syntax::{Call, Expr, Kind};
use super::super::{Span, Value};

/// Why a pattern is not followed.
pub(super) const LEFT_TO_RUBY: &str = "regular expressions are left to Ruby";

impl<'a> Evaluation<'a> {
    /// `/pattern/.match?(text)`, `/pattern/ =~ text`, `/pattern/ === text`.
    pub(super) fn call_of_pattern(&mut self, receiver: &'a Expr, call: &'a Call, span: Span) -> Outcome<Option<Value>> {
        let (Kind::Pattern(pattern), [subject]) = (&receiver.kind, call.arguments.as_slice()) else { return Ok(None) };
        if !matches!(call.name.as_str(), "match?" | "=~" | "!~" | "===") {
            return Ok(None);
        }
        let subject = self.expression(subject)?;
        let told = match (&subject, call.name.as_str()) {
            (Value::Str(text), name) => self.told(&text.borrow().text.clone(), pattern, name, &[], span)?,
            (Value::Nil, "match?" | "===") => Some(Value::Bool(false)),
            (Value::Nil, "=~") => Some(Value::Nil),
            (Value::Nil, "!~") => Some(Value::Bool(true)),
            (Value::Unknown(unknown), _) => Some(Value::Unknown(unknown.clone())),
            _ => None,
        };
        Ok(Some(told.unwrap_or_else(|| self.unknown(span, LEFT_TO_RUBY))))
    }

    /// `text =~ /pattern/`, `text[/pattern/, 1]`, `text.gsub(/pattern/, 'other')` and the like; `None` if it is left to Ruby.
    pub(super) fn call_with_pattern(&mut self, receiver: &Value, call: &'a Call, span: Span) -> Outcome<Option<Value>> {
        let Some((Expr { kind: Kind::Pattern(pattern), .. }, others)) = call.arguments.split_first() else {
            return Ok(None);
        };
        let text = match (receiver, call.name.as_str()) {
            (Value::Nil, "=~") => return Ok(Some(Value::Nil)),
            (Value::Nil, "!~") => return Ok(Some(Value::Bool(true))),
            (Value::Str(text), _) => text.borrow().text.clone(),
            _ => return Ok(None),
        };
        // Only what can be evaluated again if it turns out to be left to Ruby.
        let is_plain = |other: &Expr| matches!(other.kind, Kind::Str { .. } | Kind::Int(_) | Kind::Read(_));
        if call.block.is_some() || !others.iter().all(is_plain) {
            return Ok(None);
        }
        let others = self.list(others)?;
        self.told(&text, pattern, &call.name, &others, span)
    }

    /// Whether a `case` takes the branch of this pattern; `None` if it is left to Ruby.
    pub(super) fn takes_branch(&mut self, pattern: &Pattern, subject: &Value, span: Span) -> Outcome<Option<Value>> {
        Ok(match subject {
            Value::Str(text) => self.told(&text.borrow().text.clone(), pattern, "===", &[], span)?,
            Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::Hash(_) => {
                Some(Value::Bool(false))
            }
            Value::Symbol(_) | Value::Unknown(_) => None,
        })
    }

    fn told(
        &mut self,
        text: &str,
        pattern: &Pattern,
        name: &str,
        others: &[Value],
        span: Span,
    ) -> Outcome<Option<Value>> {
        self.work(text.len(), span)?;
        match self.answer(text, pattern, name, others, span) {
            Ok(answer) => Ok(answer),
            Err(NoAnswer::LeftToRuby) => Ok(None),
            Err(NoAnswer::Stop(stop)) => Err(*stop),
        }
    }

    fn answer(
        &mut self,
        text: &str,
        pattern: &Pattern,
        name: &str,
        others: &[Value],
        span: Span,
    ) -> Result<Option<Value>, NoAnswer> {
        let found = |from: usize| pattern.find(text, from);
        Ok(Some(match (name, others) {
            ("match?" | "===", []) => Value::Bool(found(0)?.is_some()),
            ("!~", []) => Value::Bool(found(0)?.is_none()),
            ("=~" | "index", []) => found(0)?.and_then(|found| found.group(0)).map_or(Value::Nil, |(start, _)| {
                // The text is ASCII: a byte is a character.
                Value::Int(i128::try_from(start).unwrap_or(0))
            }),
            // A match is an object of its own, whose absence is known.
            ("match", []) if found(0)?.is_none() => Value::Nil,
            ("start_with?", []) => Value::Bool(pattern.find_at(text, 0)?.is_some()),
            ("[]" | "slice", []) => self.part(text, found(0)?.as_ref(), 0, span)?,
            ("[]" | "slice", [Value::Int(group)]) => {
                let group = usize::try_from(*group).map_err(|_| NoAnswer::LeftToRuby)?;
                self.part(text, found(0)?.as_ref(), group, span)?
            }
            ("sub" | "gsub", [Value::Str(by)]) => {
                let by = by.borrow().text.clone();
                let replaced = self.replaced(text, pattern, &by, name == "gsub", span)?;
                self.new_text(replaced, span)?
            }
            ("scan", []) => {
                let mut all = Vec::new();
                for found in matches(text, pattern)? {
                    self.work(1, span)?;
                    let groups = pattern.groups();
                    let numbers = if groups == 0 { 0..=0 } else { 1..=groups };
                    let parts: Result<Vec<Value>, NoAnswer> =
                        numbers.map(|group| self.part(text, Some(&found), group, span)).collect();
                    let mut parts = parts?;
                    all.push(if groups == 0 { parts.pop().unwrap_or(Value::Nil) } else { Value::array(parts) });
                }
                Value::array(all)
            }
            ("split", []) if pattern.groups() == 0 => {
                let (mut pieces, mut last) = (Vec::new(), 0);
                for (start, end) in matches(text, pattern)?.iter().filter_map(|found| found.group(0)) {
                    pieces.push(&text[last..start]);
                    last = end;
                }
                pieces.push(&text[last..]);
                while pieces.last().is_some_and(|piece| piece.is_empty()) {
                    pieces.pop();
                }
                let mut values = Vec::new();
                for piece in pieces {
                    self.work(1, span)?;
                    values.push(self.new_text(piece.to_owned(), span)?);
                }
                Value::array(values)
            }
            _ => return Ok(None),
        }))
    }

    /// The part of a text that a group matched.
    fn part(&mut self, text: &str, found: Option<&Match>, group: usize, span: Span) -> Result<Value, NoAnswer> {
        Ok(match found.and_then(|found| found.group(group)) {
            Some((start, end)) => self.new_text(text[start..end].to_owned(), span)?,
            None => Value::Nil,
        })
    }

    fn replaced(&mut self, text: &str, pattern: &Pattern, by: &str, all: bool, span: Span) -> Result<String, NoAnswer> {
        let (mut out, mut last) = (String::new(), 0);
        for found in matches(text, pattern)?.iter().take(if all { usize::MAX } else { 1 }) {
            let (start, end) = found.group(0).ok_or(NoAnswer::LeftToRuby)?;
            out.push_str(&text[last..start]);
            put_replacement(&mut out, text, found, by)?;
            self.work(out.len() / 64 + by.len(), span)?;
            last = end;
        }
        out.push_str(&text[last..]);
        Ok(out)
    }
}

/// Every match that does not overlap the one before.
fn matches(text: &str, pattern: &Pattern) -> Result<Vec<Match>, NoAnswer> {
    if pattern.can_be_empty() {
        return Err(NoAnswer::LeftToRuby);
    }
    let (mut all, mut from) = (Vec::new(), 0);
    while let Some(found) = pattern.find(text, from)? {
        from = found.group(0).ok_or(NoAnswer::LeftToRuby)?.1;
        all.push(found);
    }
    Ok(all)
}

/// What takes the place of a match: `\\1` is its first group, `\\0` the whole.
fn put_replacement(out: &mut String, text: &str, found: &Match, by: &str) -> Result<(), NoAnswer> {
    let mut rest = by;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let digit = rest[at + 1..].chars().next().and_then(|digit| digit.to_digit(10)).ok_or(NoAnswer::LeftToRuby)?;
        if let Some((start, end)) = found.group(digit as usize) {
            out.push_str(&text[start..end]);
        }
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    Ok(())
}

/// Why there is no answer.
enum NoAnswer {
    LeftToRuby,
    Stop(Box<super::super::outcome::Stop>),
}

impl From<LeftToRuby> for NoAnswer {
    fn from(_: LeftToRuby) -> Self {
        Self::LeftToRuby
    }
}

impl From<super::super::outcome::Stop> for NoAnswer {
    fn from(stop: super::super::outcome::Stop) -> Self {
        Self::Stop(Box::new(stop))
    }
}
