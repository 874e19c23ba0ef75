//! Other texts that the file runs as if they stood in it: `from_file`, and `eval` of a text that is known.
//!
//! Not here: where they stand (`inclusion` of the reader).

use super::super::evaluation::{Evaluation, Scope};
use super::super::failure::Kind as FailureKind;
use super::super::inclusion::MOST;
use super::super::machine::Unseen;
use super::super::outcome::{Outcome, Stop, raised};
use super::super::parse::parse_at;
use super::super::surroundings::Known;
use super::super::syntax::{Call, Expr};
use super::super::{Question, Span, Value};

impl<'a> Evaluation<'a> {
    /// `from_file 'path'`.
    pub(super) fn run_file(&mut self, call: &'a Call, span: Span) -> Outcome {
        let arguments = self.list(&call.arguments)?;
        let path = match arguments.first().map(Value::to_ruby_text) {
            Some(Ok(path)) => path,
            Some(Err(why)) => return Ok(self.unseen(why.span, why.reason)),
            None => return Ok(self.unseen(span, "`from_file` is left to Ruby")),
        };
        match self.machine.surroundings.file(&path) {
            Known::Is(text) => self.run_text(&format!("`{path}`"), text.to_owned(), span),
            Known::Absent => raised(FailureKind::Raised, span, format!("there is no file `{path}`: `Errno::ENOENT`")),
            Known::Unknown => Ok(self.unseen(span, Question::Inclusion(path))),
        }
    }

    /// `eval text`.
    pub(super) fn eval(&mut self, call: &'a Call, span: Span) -> Outcome {
        let arguments = self.list(&call.arguments)?;
        match arguments.as_slice() {
            [Value::Str(text)] => {
                let text = text.borrow().text.clone();
                // What the text reads without having set it may be a variable of the file.
                let outer = self.scopes.last().cloned().unwrap_or_default();
                self.outer_scopes.push(outer);
                let result = self.run_text("the text of `eval`", text, span);
                self.outer_scopes.pop();
                result
            }
            [Value::Unknown(why), ..] => {
                let why = why.clone();
                Ok(self.unseen(why.span, why.reason))
            }
            _ => Ok(self.unseen(span, "`eval` is left to Ruby")),
        }
    }

    fn run_text(&mut self, name: &str, text: String, span: Span) -> Outcome {
        let Some(cell) = self.room.cell(self.inclusions.next()) else {
            return raised(FailureKind::TooDeep, span, format!("the file runs more than {MOST} other texts"));
        };
        self.work(text.len() / 4, span)?;
        let statements = parse_at(&text, self.inclusions.add(name, &text, span))?;
        let statements: &'a [Expr] = cell.get_or_init(|| statements);
        let scopes = std::mem::replace(&mut self.scopes, vec![Scope::default()]);
        let mut result = Ok(Value::Nil);
        for statement in statements {
            match self.expression(statement) {
                Ok(value) => result = Ok(value),
                Err(Stop::Next(_) | Stop::Break(_)) => {}
                Err(Stop::Return(_) | Stop::Leave(..)) => break,
                Err(failed) => {
                    result = Err(failed);
                    break;
                }
            }
        }
        self.scopes = scopes;
        result
    }

    /// Code that cannot be seen.
    pub(super) fn unseen(&mut self, span: Span, reason: impl Into<String>) -> Value {
        let value = self.unknown(span, reason);
        if let Value::Unknown(why) = &value {
            if !self.settings.unseen.iter().any(|it| it.span == why.span) {
                self.settings.unseen.push(why.clone());
            }
            if self.machine.unseen == Unseen::SetsAnything {
                self.taint_settings(why);
            }
        }
        value
    }
}
