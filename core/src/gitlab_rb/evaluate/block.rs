//! Blocks: what a method calls back.

use super::super::evaluation::{Callback, Closure, Evaluation, Scope};
use super::super::outcome::{Outcome, Stop, Target};
use super::super::syntax::{Block, BlockArgument, Kind, Parameter};
use super::super::{Span, Unknown, Value};

impl<'a> Evaluation<'a> {
    /// What the call at `at` passes as its block.
    pub(super) fn callback(&mut self, argument: &'a BlockArgument, at: Span) -> Outcome<Option<Callback<'a>>> {
        Ok(match argument {
            BlockArgument::Body(block) => Some(Callback::Block(self.closure(block, at))),
            BlockArgument::Passed(expression) => {
                let value = match &expression.kind {
                    Kind::Symbol(name) => return Ok(Some(Callback::Method(name.clone()))),
                    _ => self.expression(expression)?,
                };
                match value {
                    Value::Nil => None,
                    Value::Symbol(name) => Some(Callback::Method(name)),
                    Value::Unknown(why) => Some(match self.lambda_of(&why) {
                        Some(lambda) => Callback::Block(lambda),
                        None => Callback::Unknown(why),
                    }),
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
            Callback::Block(closure) => {
                let arguments = opened_up(&closure.block.parameters, arguments);
                let is_here = match (&self.frame, &closure.frame) {
                    (None, None) => true,
                    (Some(here), Some(there)) => here.number == there.number,
                    _ => false,
                };
                match self.run_closure(closure, |it| it.bind_each(&closure.block.parameters, arguments)) {
                    Err(Stop::Next(value)) => Ok(value),
                    Err(Stop::Break(value)) if !is_here => Err(Stop::Leave(Target::Call(closure.at), value)),
                    Err(Stop::Return(value)) if !is_here => {
                        let method = closure.frame.as_ref().map(|frame| frame.number);
                        Err(Stop::Leave(Target::Method(method), value))
                    }
                    other => other,
                }
            }
        }
    }

    /// A block with what it sees around it.
    pub(super) fn closure(&self, block: &'a Block, at: Span) -> Closure<'a> {
        Closure { block, at, scopes: self.scopes.clone(), frame: self.frame.clone(), is_lambda: false }
    }

    /// Runs the statements of a block where it stands, once its parameters are bound.
    pub(super) fn run_closure(
        &mut self,
        closure: &Closure<'a>,
        bind: impl FnOnce(&mut Self) -> Outcome<()>,
    ) -> Outcome {
        let mut scopes = closure.scopes.clone();
        scopes.push(Scope::default());
        let scopes = std::mem::replace(&mut self.scopes, scopes);
        let frame = std::mem::replace(&mut self.frame, closure.frame.clone());
        let result = bind(self).and_then(|()| self.sequence(&closure.block.body));
        (self.scopes, self.frame) = (scopes, frame);
        result
    }

    /// A block that may be called any number of times.
    pub(super) fn callback_in_doubt(&mut self, callback: Option<&Callback<'a>>, why: &Unknown) -> Outcome<()> {
        match callback {
            Some(Callback::Block(closure)) => {
                let scopes = std::mem::replace(&mut self.scopes, closure.scopes.clone());
                let result = self.block_in_doubt(closure.block, why);
                self.scopes = scopes;
                result
            }
            _ => Ok(()),
        }
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
                Parameter::Block(name) => self.bind_one(name, Value::Nil),
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
                | Parameter::KeywordRest(name)
                | Parameter::Block(name) => self.bind_one(name, Value::Unknown(why.clone())),
                Parameter::Rest(Some(name)) => self.bind_one(name, Value::Unknown(why.clone())),
                Parameter::Rest(None) => {}
                Parameter::Nested(inner) => self.bind_unknown(inner, why)?,
            }
        }
        Ok(())
    }

    pub(super) fn bind_one(&mut self, name: &'a str, value: Value) {
        if let Some(scope) = self.scopes.last() {
            scope.borrow_mut().insert(name, value);
        }
    }
}

/// With more than one parameter Ruby opens up a single array; with one it passes the array.
fn opened_up(parameters: &[Parameter], arguments: Vec<Value>) -> Vec<Value> {
    let several = parameters.iter().filter(|it| !matches!(it, Parameter::Block(_))).count() > 1;
    match (several, arguments.as_slice()) {
        (true, [Value::Array(array)]) => array.borrow().items.clone(),
        _ => arguments,
    }
}
