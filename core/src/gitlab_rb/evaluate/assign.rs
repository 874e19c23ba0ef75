//! Assignments: local variables, instance variables, constants, elements and attributes.

use super::super::evaluation::Evaluation;
use super::super::outcome::Outcome;
use super::super::syntax::{Expr, Operator, Target, Variable};
use super::super::{Span, Value};

impl<'a> Evaluation<'a> {
    pub(super) fn assign(&mut self, target: &'a Target, value: Value, span: Span) -> Outcome<()> {
        match target {
            Target::Variable(variable) => {
                self.local_assigned(variable, span);
                self.set_variable(variable, value);
            }
            Target::Index { receiver, arguments } => {
                let receiver = self.expression(receiver)?;
                let mut arguments = self.list(arguments)?;
                arguments.push(value);
                self.dispatch(receiver, "[]=", arguments, None, span)?;
            }
            Target::Attribute { receiver, name } => self.assign_attribute(receiver, name, value, span)?,
            Target::Several(targets) => self.assign_several(targets, value, span)?,
            Target::Splat(Some(inner)) => self.assign(inner, value, span)?,
            Target::Splat(None) => {}
            Target::Other => drop(self.unknown(span, "this assignment is left to Ruby")),
        }
        Ok(())
    }

    pub(super) fn set_variable(&mut self, variable: &'a Variable, value: Value) {
        let value = self.as_stored(value);
        match variable {
            Variable::Local { name, depth } => {
                let index = self.scopes.len().saturating_sub(depth + 1);
                if let Some(scope) = self.scopes.get(index) {
                    scope.borrow_mut().insert(name, value);
                }
            }
            Variable::Shared(name) => drop(self.shared.insert(name, value)),
        }
    }

    fn assign_attribute(&mut self, receiver: &'a Expr, name: &'a str, value: Value, span: Span) -> Outcome<()> {
        if self.is_settings_object(receiver) {
            return self.set_setting(name, value, span).map(drop);
        }
        let receiver = self.expression(receiver)?;
        self.dispatch(receiver, &format!("{name}="), vec![value], None, span).map(drop)
    }

    fn assign_several(&mut self, targets: &'a [Target], value: Value, span: Span) -> Outcome<()> {
        let items = match &value {
            Value::Array(array) => array.borrow().items.clone(),
            Value::Unknown(_) => vec![value.clone(); targets.len()],
            _ => vec![value.clone()],
        };
        self.work(items.len(), span)?;
        let splat = targets.iter().position(|target| matches!(target, Target::Splat(_))).unwrap_or(targets.len());
        let behind = targets.len().saturating_sub(splat + 1);
        for (index, target) in targets.iter().enumerate() {
            let value = if index < splat {
                items.get(index).cloned().unwrap_or(Value::Nil)
            } else if index == splat {
                let last = items.len().saturating_sub(behind).max(splat.min(items.len()));
                if matches!(value, Value::Unknown(_)) {
                    value.clone()
                } else {
                    Value::array(items[splat.min(items.len())..last].to_vec())
                }
            } else {
                let from_end = targets.len() - index;
                let position = items.len().checked_sub(from_end).filter(|position| *position >= splat);
                position.and_then(|position| items.get(position)).cloned().unwrap_or(Value::Nil)
            };
            self.assign(target, value, span)?;
        }
        Ok(())
    }

    pub(super) fn operator_assign(
        &mut self,
        target: &'a Target,
        operator: &'a Operator,
        value: &'a Expr,
        span: Span,
    ) -> Outcome {
        match target {
            Target::Variable(variable) => {
                let before = match variable {
                    Variable::Shared(name) => self.shared.get(name.as_str()).cloned().unwrap_or(Value::Nil),
                    Variable::Local { name, depth } => {
                        let index = self.scopes.len().saturating_sub(depth + 1);
                        self.scopes
                            .get(index)
                            .and_then(|scope| scope.borrow().get(name.as_str()).cloned())
                            .unwrap_or(Value::Nil)
                    }
                };
                let (after, store) = self.operate(before.settled(), operator, value, span)?;
                if store {
                    self.local_assigned(variable, span);
                    self.set_variable(variable, after.clone());
                }
                Ok(after)
            }
            Target::Index { receiver, arguments } if self.is_environment(receiver) => {
                let name = match self.list(arguments)?.as_slice() {
                    [Value::Str(name)] => name.borrow().text.clone(),
                    _ => return Ok(self.unknown(span, "this assignment is left to Ruby")),
                };
                let before = self.variable(&name, span);
                let (after, store) = self.operate(before, operator, value, span)?;
                if store {
                    self.set_variable_of_environment(name, after.clone());
                }
                Ok(after)
            }
            Target::Index { receiver, arguments } => {
                let receiver = self.expression(receiver)?;
                let mut arguments = self.list(arguments)?;
                let before = self.dispatch(receiver.clone(), "[]", arguments.clone(), None, span)?;
                let (after, store) = self.operate(before, operator, value, span)?;
                if store {
                    arguments.push(after.clone());
                    self.dispatch(receiver, "[]=", arguments, None, span)?;
                }
                Ok(after)
            }
            Target::Attribute { receiver, name } => {
                let of_settings = self.is_settings_object(receiver);
                let before = if of_settings {
                    self.setting(name, span)?
                } else {
                    let receiver = self.expression(receiver)?;
                    self.dispatch(receiver, name, Vec::new(), None, span)?
                };
                let (after, store) = self.operate(before, operator, value, span)?;
                if store {
                    self.assign_attribute(receiver, name, after.clone(), span)?;
                }
                Ok(after)
            }
            _ => Ok(self.unknown(span, "this assignment is left to Ruby")),
        }
    }

    /// The value after `before operator= value`, and whether it is to be stored.
    fn operate(
        &mut self,
        before: Value,
        operator: &'a Operator,
        value: &'a Expr,
        span: Span,
    ) -> Outcome<(Value, bool)> {
        match operator {
            Operator::Binary(name) => {
                let operand = self.expression(value)?;
                Ok((self.dispatch(before, name, vec![operand], None, span)?, true))
            }
            Operator::Or | Operator::And => {
                let assigns_if = matches!(operator, Operator::And);
                match before.truthy() {
                    None => {
                        if let Value::Unknown(why) = &before {
                            self.in_doubt(std::slice::from_ref(value), why)?;
                        }
                        Ok((before, true))
                    }
                    Some(truthy) if truthy == assigns_if => Ok((self.expression(value)?, true)),
                    Some(_) => Ok((before, false)),
                }
            }
        }
    }
}
