//! Calls without a receiver: Ruby's own functions, the package's settings, and methods that the file defines.

use super::super::evaluation::{Callback, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::methods;
use super::super::outcome::{Outcome, raised};
use super::super::syntax::{BlockArgument, Call, Kind};
use super::super::{Span, Unknown, Value};

impl<'a> Evaluation<'a> {
    pub(super) fn top_level_call(&mut self, call: &'a Call, span: Span) -> Outcome {
        let name = call.name.as_str();
        if let (Some(outer), true, None) = (self.outer_scopes.last(), call.arguments.is_empty(), &call.block)
            && let Some(value) = outer.borrow().get(name).cloned()
        {
            return Ok(value);
        }
        if let Some(method) = self.methods.get(name).cloned() {
            return self.own_method(name, &method, call, span);
        }
        if self.names.is_section(name, self.version).is_some() || self.settings.calls.contains_key(name) {
            return self.setting_call(call, span);
        }
        if let Some(value) = self.ruby_function(call, span)? {
            return Ok(value);
        }
        if methods::is_function(name) {
            return self.left_to_ruby(call, span);
        }
        self.setting_call(call, span)
    }

    /// `name` reads a setting, `name value` sets it.
    fn setting_call(&mut self, call: &'a Call, span: Span) -> Outcome {
        if call.arguments.is_empty() {
            return self.setting(&call.name, call.name_span);
        }
        let mut arguments = self.list(&call.arguments)?;
        let value = match arguments.len() {
            1 => arguments.remove(0),
            _ => Value::array(arguments),
        };
        if self.names.is_section(&call.name, self.version).is_none() {
            self.setting(&call.name, call.name_span)?;
        }
        self.set_setting(&call.name, value, span)
    }

    /// Ruby's own functions whose effect is known.
    fn ruby_function(&mut self, call: &'a Call, span: Span) -> Outcome<Option<Value>> {
        let name = call.name.as_str();
        Ok(Some(match name {
            "puts" | "print" | "warn" | "pp" | "p" | "printf" => {
                let arguments = self.list(&call.arguments)?;
                match arguments.as_slice() {
                    [only] if matches!(name, "p" | "pp") => only.clone(),
                    _ => Value::Nil,
                }
            }
            "raise" | "fail" => return self.raise(call, span),
            "abort" | "exit" | "exit!" => {
                self.list(&call.arguments)?;
                return raised(FailureKind::Exited, span, format!("the file ends the run with `{name}`"));
            }
            "format" | "sprintf" => {
                let arguments = self.list(&call.arguments)?;
                match arguments.split_first() {
                    Some((format @ Value::Str(_), rest)) => {
                        return self
                            .dispatch(format.clone(), "%", vec![Value::array(rest.to_vec())], None, span)
                            .map(Some);
                    }
                    _ => return Ok(None),
                }
            }
            "String" | "Integer" | "Float" | "Array" if call.arguments.len() == 1 => {
                let value = self.list(&call.arguments)?.pop().unwrap_or(Value::Nil);
                return methods::convert(self, name, value, span).map(Some);
            }
            "loop" => match &call.block {
                Some(BlockArgument::Body(block)) => {
                    let callback = Callback::Block(self.closure(block, call.name_span));
                    while self.doubt.is_none() {
                        self.work(1, span)?;
                        self.yield_to(&callback, Vec::new(), span)?;
                    }
                    let unknown = self.unknown(span, "`loop` is left to Ruby");
                    if let Value::Unknown(why) = &unknown {
                        self.block_in_doubt(block, why)?;
                    }
                    unknown
                }
                _ => return Ok(None),
            },
            "block_given?" => Value::Bool(self.frame.as_ref().is_some_and(|frame| frame.block.is_some())),
            "lambda" | "proc" if matches!(call.block, Some(BlockArgument::Body(_))) => {
                let Some(BlockArgument::Body(block)) = &call.block else { return Ok(None) };
                self.lambda(block, name == "lambda", span)?
            }
            "lambda" | "proc" | "at_exit" => {
                let unknown = self.unknown(span, "it may run later");
                if let (Value::Unknown(why), Some(BlockArgument::Body(block))) = (&unknown, &call.block) {
                    self.block_in_doubt(block, why)?;
                    self.deferred.push(block);
                }
                unknown
            }
            "from_file" => self.run_file(call, span)?,
            "eval" | "instance_eval" if call.block.is_none() => self.eval(call, span)?,
            "`" if call.arguments.len() == 1 => {
                let command = self.list(&call.arguments)?.pop().unwrap_or(Value::Nil);
                self.output(&command, span)?
            }
            "__dir__" => Value::text("/etc/gitlab"),
            "__method__" => Value::Nil,
            _ => return Ok(None),
        }))
    }

    fn raise(&mut self, call: &'a Call, span: Span) -> Outcome<Option<Value>> {
        let mut message = None;
        for argument in &call.arguments {
            if !matches!(argument.kind, Kind::Constant(_)) {
                let value = self.expression(argument)?;
                message = message.or_else(|| value.to_ruby_text().ok());
            }
        }
        let said = message.map_or_else(String::new, |text| format!(": {}", text.chars().take(200).collect::<String>()));
        raised(FailureKind::Raised, span, format!("the file raises an error{said}"))
    }

    /// A function of Ruby that is not followed.
    fn left_to_ruby(&mut self, call: &'a Call, span: Span) -> Outcome {
        self.list(&call.arguments)?;
        let name = call.name.as_str();
        let reason = match name {
            "require" => "it loads a library".to_owned(),
            "`" | "system" | "spawn" | "exec" | "fork" => "it runs a program".to_owned(),
            "rand" | "srand" => "it is random".to_owned(),
            "open" | "gets" | "readlines" | "readline" => "it reads a file".to_owned(),
            _ => format!("`{name}` is left to Ruby"),
        };
        let value = self.unknown(span, reason.as_str());
        if let Value::Unknown(why) = &value {
            let why: &Unknown = why;
            if runs_code(name) {
                self.unseen(span, reason);
            }
            let callback = call.block.as_ref().map(|block| self.callback(block, call.name_span)).transpose()?.flatten();
            self.callback_in_doubt(callback.as_ref(), why)?;
        }
        Ok(value)
    }
}

/// Functions that may set any setting.
fn runs_code(name: &str) -> bool {
    matches!(
        name,
        "eval"
            | "instance_eval"
            | "instance_exec"
            | "module_eval"
            | "class_eval"
            | "load"
            | "require_relative"
            | "from_json"
            | "from_yaml"
            | "from_toml"
            | "from_hash"
            | "send"
            | "public_send"
            | "__send__"
            | "merge!"
            | "reset"
            | "restore"
            | "delete"
            | "configure"
            | "internal_set"
            | "method_missing"
            | "role"
            | "attribute"
    )
}
