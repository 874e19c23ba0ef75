//! Blocks: what a method calls back.

use indexmap::IndexMap;

use super::super::evaluation::{Callback, Evaluation};
use super::super::outcome::{Outcome, Stop};
use super::super::syntax::{BlockArgument, Kind, Parameter};
use super::super::{Span, Unknown, Value};

impl<'a> Evaluation<'a> {
    pub(super) fn callback(&mut self, argument: &'a BlockArgument) -> Outcome<Option<Callback<'a>>> {
        Ok(match argument {
            BlockArgument::Body(block) => Some(Callback::Block(block)),
            BlockArgument::Passed(expression) => {
                let value = match &expression.kind {
                    Kind::Symbol(name) => return Ok(Some(Callback::Method(name.clone()))),
                    _ => self.expression(expression)?,
                };
                match value {
                    Value::Nil => None,
                    Value::Symbol(name) => Some(Callback::Method(name)),
                    Value::Unknown(why) => Some(Callback::Unknown(why)),
                    _ => {
                        let reason = "only Ruby can call this block".to_owned();
                        Some(Callback::Unknown(Unknown { span: expression.span, reason }))
                    }
                }
            }
        })
    }

    /// Calls a block back.
    pub(in super::super) fn yield_to(
        &mut self,
        callback: &Callback<'a>,
        mut arguments: Vec<Value>,
        span: Span,
    ) -> Outcome {
        match callback {
            Callback::Unknown(why) => Ok(Value::Unknown(why.clone())),
            Callback::Method(name) => {
                if arguments.is_empty() {
                    return Ok(Value::Nil);
                }
                let receiver = arguments.remove(0);
                self.dispatch(receiver, name, arguments, None, span)
            }
            Callback::Block(block) => {
                self.scopes.push(IndexMap::new());
                let result = self.bind(&block.parameters, arguments).and_then(|()| self.sequence(&block.body));
                self.scopes.pop();
                match result {
                    Err(Stop::Next(value)) => Ok(value),
                    other => other,
                }
            }
        }
    }

    /// A block that may be called any number of times.
    pub(super) fn callback_in_doubt(&mut self, callback: Option<&Callback<'a>>, why: &Unknown) -> Outcome<()> {
        match callback {
            Some(Callback::Block(block)) => self.block_in_doubt(block, why),
            _ => Ok(()),
        }
    }

    fn bind(&mut self, parameters: &'a [Parameter], mut arguments: Vec<Value>) -> Outcome<()> {
        // With more than one parameter Ruby opens up a single array; with one it passes the array.
        if let (true, [Value::Array(array)]) = (parameters.len() > 1, arguments.as_slice()) {
            let items = array.borrow().items.clone();
            arguments = items;
        }
        self.bind_each(parameters, arguments)
    }

    pub(super) fn bind_each(&mut self, parameters: &'a [Parameter], arguments: Vec<Value>) -> Outcome<()> {
        let required = parameters.iter().filter(|p| matches!(p, Parameter::Required(_) | Parameter::Nested(_))).count();
        let mut spare = arguments.len().saturating_sub(required);
        let mut given = arguments.into_iter();
        for parameter in parameters {
            match parameter {
                Parameter::Required(name) => {
                    let value = given.next().unwrap_or(Value::Nil);
                    self.bind_one(name, value);
                }
                Parameter::Optional(name, default) => {
                    let value = if spare > 0 {
                        spare -= 1;
                        given.next().unwrap_or(Value::Nil)
                    } else {
                        self.expression(default)?
                    };
                    self.bind_one(name, value);
                }
                Parameter::Rest(name) => {
                    let rest: Vec<Value> = given.by_ref().take(spare).collect();
                    spare = 0;
                    if let Some(name) = name {
                        self.bind_one(name, Value::array(rest));
                    }
                }
                Parameter::Nested(inner) => {
                    let items = match given.next() {
                        Some(Value::Array(array)) => array.borrow().items.clone(),
                        Some(value) => vec![value],
                        None => Vec::new(),
                    };
                    self.bind_each(inner, items)?;
                }
                Parameter::Keyword(name, default) => {
                    let value = default.as_ref().map_or(Ok(Value::Nil), |default| self.expression(default))?;
                    self.bind_one(name, value);
                }
                Parameter::KeywordRest(name) => self.bind_one(name, Value::hash(super::super::RubyHash::default())),
            }
        }
        Ok(())
    }

    /// Gives every parameter an unknown value.
    pub(super) fn bind_unknown(&mut self, parameters: &'a [Parameter], why: &Unknown) -> Outcome<()> {
        for parameter in parameters {
            match parameter {
                Parameter::Required(name)
                | Parameter::Optional(name, _)
                | Parameter::Keyword(name, _)
                | Parameter::KeywordRest(name) => self.bind_one(name, Value::Unknown(why.clone())),
                Parameter::Rest(Some(name)) => self.bind_one(name, Value::Unknown(why.clone())),
                Parameter::Rest(None) => {}
                Parameter::Nested(inner) => self.bind_unknown(inner, why)?,
            }
        }
        Ok(())
    }

    pub(super) fn bind_one(&mut self, name: &'a str, value: Value) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, value);
        }
    }
}
