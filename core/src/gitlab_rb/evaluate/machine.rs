//! What the file asks of the machine that runs it: the environment, files, the output of commands.

use super::super::evaluation::Evaluation;
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, raised};
use super::super::surroundings::Known;
use super::super::syntax::{BlockArgument, Call, Expr, Kind};
use super::super::{HashEntry, HashKey, Question, RubyHash, Span, Value};

impl<'a> Evaluation<'a> {
    /// A call that asks the machine; `None` for one that is none, or in a form that is not followed.
    pub(super) fn machine_call(
        &mut self,
        constant: &str,
        call: &'a Call,
        arguments: &[Value],
        span: Span,
    ) -> Outcome<Option<Value>> {
        match constant {
            "ENV" => self.env_call(call, arguments, span),
            "File" | "IO" => self.file_call(&call.name, arguments, span),
            "Socket" if call.name == "gethostname" && arguments.is_empty() => {
                let name = self.machine.surroundings.output("hostname").map(|it| it.trim().to_owned());
                name.map(|name| self.new_text(name, span)).transpose()
            }
            "JSON" if matches!(call.name.as_str(), "parse" | "load") => self.parsed_json(arguments, span),
            // What is not known is not known either once it is read as YAML.
            "YAML" | "Psych" | "JSON" => Ok(match arguments.first() {
                Some(Value::Unknown(unknown)) => Some(Value::Unknown(unknown.clone())),
                _ => None,
            }),
            _ => Ok(None),
        }
    }

    fn env_call(&mut self, call: &'a Call, arguments: &[Value], span: Span) -> Outcome<Option<Value>> {
        let names: Option<Vec<String>> = arguments
            .iter()
            .map(|it| if let Value::Str(name) = it { Some(name.borrow().text.clone()) } else { None })
            .collect();
        Ok(Some(match (call.name.as_str(), arguments, names.as_deref()) {
            ("[]", [Value::Str(name)], _) => {
                let name = name.borrow().text.clone();
                self.variable(&name, span)
            }
            ("[]=" | "store", [Value::Str(name), value], _) => {
                let name = name.borrow().text.clone();
                self.set_variable_of_environment(name, value.clone());
                value.clone()
            }
            ("delete", [Value::Str(name)], _) => {
                let name = name.borrow().text.clone();
                let before = self.variable(&name, span);
                self.set_variable_of_environment(name, Value::Nil);
                before
            }
            ("fetch", [Value::Str(name), rest @ ..], _) => {
                let name = name.borrow().text.clone();
                return self.fetch(&name, rest, call, span).map(Some);
            }
            ("key?" | "has_key?" | "include?" | "member?", [Value::Str(name)], _) => {
                let name = name.borrow().text.clone();
                match self.variable(&name, span) {
                    unknown @ Value::Unknown(_) => unknown,
                    value => Value::Bool(!matches!(value, Value::Nil)),
                }
            }
            ("values_at", _, Some(names)) => Value::array(names.iter().map(|name| self.variable(name, span)).collect()),
            ("slice", _, Some(names)) => {
                let mut hash = RubyHash::default();
                for name in names {
                    match self.variable(name, span) {
                        Value::Nil => {}
                        unknown @ Value::Unknown(_) => return Ok(Some(unknown)),
                        value => {
                            let entry = HashEntry { value, span: Some(span) };
                            hash.entries.insert(HashKey::Str(name.clone()), entry);
                        }
                    }
                }
                Value::hash(hash)
            }
            _ => return Ok(None),
        }))
    }

    fn fetch(&mut self, name: &str, rest: &[Value], call: &'a Call, span: Span) -> Outcome {
        let value = self.variable(name, span);
        let block = match &call.block {
            Some(block @ BlockArgument::Body(_)) => self.callback(block, call.name_span)?,
            _ => None,
        };
        match (value, rest, block) {
            (Value::Nil, _, Some(block)) => self.yield_to(&block, vec![Value::text(name)], span),
            (Value::Nil, [default], None) => Ok(default.clone()),
            (Value::Nil, _, None) => {
                raised(FailureKind::Raised, span, format!("the environment variable `{name}` is not set: `KeyError`"))
            }
            (Value::Unknown(why), _, block) => {
                self.callback_in_doubt(block.as_ref(), &why)?;
                Ok(Value::Unknown(why))
            }
            (value, ..) => Ok(value),
        }
    }

    /// The value of a variable of the environment; `nil` if it is not set.
    pub(super) fn variable(&mut self, name: &str, span: Span) -> Value {
        if let Some(value) = self.machine.variables.get(name) {
            return value.clone();
        }
        match self.machine.surroundings.variable(name) {
            Known::Is(value) => {
                let text = Value::text(value);
                if let Value::Str(text) = &text {
                    text.borrow_mut().frozen = true;
                }
                text
            }
            Known::Absent => Value::Nil,
            Known::Unknown => self.unknown(span, Question::Variable(name.to_owned())),
        }
    }

    /// Whether the expression is `ENV`.
    pub(super) fn is_environment(&self, expression: &Expr) -> bool {
        matches!(&expression.kind, Kind::Constant(name) if name == "ENV" && !self.shared.contains_key("ENV"))
    }

    /// `ENV['NAME'] = value`.
    pub(super) fn set_variable_of_environment(&mut self, name: String, value: Value) {
        let value = match self.as_stored(value) {
            // The environment has a text of its own.
            Value::Str(text) => Value::text(text.borrow().text.as_str()),
            other => other,
        };
        self.machine.variables.insert(name, value);
    }

    fn file_call(&mut self, name: &str, arguments: &[Value], span: Span) -> Outcome<Option<Value>> {
        let Some(Value::Str(path)) = arguments.first() else { return Ok(None) };
        let path = path.borrow().text.clone();
        match name {
            "exist?" | "exists?" | "file?" | "readable?" if arguments.len() == 1 => {
                Ok(Some(match self.machine.surroundings.exists(&path) {
                    Some(is_there) => Value::Bool(is_there),
                    None => self.unknown(span, Question::Presence(path)),
                }))
            }
            "directory?" | "symlink?" if self.machine.surroundings.exists(&path) == Some(false) => {
                Ok(Some(Value::Bool(false)))
            }
            "read" | "binread" | "readlines" | "foreach" => match self.machine.surroundings.file(&path) {
                Known::Is(text) if name == "read" || name == "binread" => {
                    let text = text.to_owned();
                    // More arguments ask for a part of it, but for those with names, which tell how to decode it.
                    if arguments[1..].iter().any(|it| !matches!(it, Value::Hash(_) | Value::Str(_))) {
                        return Ok(None);
                    }
                    self.new_text(text, span).map(Some)
                }
                Known::Is(text) if name == "readlines" && arguments.len() == 1 => {
                    self.work(text.len() / 4, span)?;
                    Ok(Some(Value::array(text.split_inclusive('\n').map(Value::text).collect())))
                }
                Known::Is(_) => Ok(None),
                Known::Absent => {
                    raised(FailureKind::Raised, span, format!("there is no file `{path}`: `Errno::ENOENT`"))
                }
                Known::Unknown => Ok(Some(self.unknown(span, Question::Content(path)))),
            },
            _ => Ok(None),
        }
    }

    /// What a command prints: `` `command` ``.
    pub(super) fn output(&mut self, command: &Value, span: Span) -> Outcome {
        let Value::Str(text) = command else {
            return Ok(if let Value::Unknown(_) = command { command.clone() } else { self.unknown(span, PROGRAM) });
        };
        let command = text.borrow().text.trim().to_owned();
        match self.machine.surroundings.output(&command) {
            Some(output) => {
                let output = output.to_owned();
                self.new_text(output, span)
            }
            None => Ok(self.unknown(span, Question::Output(shown(&command)))),
        }
    }
}

const PROGRAM: &str = "it runs a program";

/// A command as a message shows it: its first words, as what comes after may be secret.
fn shown(command: &str) -> String {
    let first: Vec<&str> =
        command.split_whitespace().take(2).take_while(|word| !word.contains([':', '=', '@'])).collect();
    if command.split_whitespace().count() > first.len() { format!("{} …", first.join(" ")) } else { first.join(" ") }
}
