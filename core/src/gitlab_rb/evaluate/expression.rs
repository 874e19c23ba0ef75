//! The value of an expression.

use super::super::constant::{self, Constant};
use super::super::evaluation::Evaluation;
use super::super::failure::{Failure, Kind as FailureKind};
use super::super::outcome::{Outcome, Stop, raised};
use super::super::syntax::{Expr, Kind, Pair, Variable};
use super::super::{HashEntry, HashKey, RubyHash, RubyString, Span, Unknown, Value};
use super::DEPTH_LIMIT;
use super::pattern::LEFT_TO_RUBY;
use std::cell::RefCell;
use std::rc::Rc;

impl<'a> Evaluation<'a> {
    pub(super) fn expression(&mut self, expression: &'a Expr) -> Outcome {
        self.work(1, expression.span)?;
        if self.depth >= DEPTH_LIMIT {
            return raised(FailureKind::TooDeep, expression.span, "the evaluation is nested too deep");
        }
        self.depth += 1;
        let value = self.kind(expression);
        self.depth -= 1;
        value.map(Value::settled)
    }

    fn kind(&mut self, expression: &'a Expr) -> Outcome {
        let span = expression.span;
        Ok(match &expression.kind {
            Kind::Nil => Value::Nil,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Int(number) => Value::Int(*number),
            Kind::Float(number) => Value::Float(*number),
            Kind::Str { text, frozen } => self.literal(text.clone(), *frozen, span)?,
            Kind::Symbol(name) => Value::Symbol(name.clone()),
            Kind::Joined { parts, symbol, frozen } => return self.joined(parts, *symbol, *frozen, span),
            Kind::Output(parts) => {
                let command = self.joined(parts, false, false, span)?;
                return self.output(&command, span);
            }
            Kind::Array(items) => Value::array(self.list(items)?),
            Kind::Hash(pairs) => return self.hash(pairs, span),
            Kind::Read(variable) => self.read(variable, span),
            Kind::Constant(name) => match self.shared.get(name.as_str()) {
                Some(value) => value.clone(),
                None => return self.constant(name, span),
            },
            Kind::Sequence(statements) => return self.sequence(statements),
            Kind::Call(call) => return self.call(call, span),
            Kind::Assign { target, value } => {
                let value = self.expression(value)?;
                self.assign(target, value.clone(), span)?;
                value
            }
            Kind::OperatorAssign { target, operator, value } => {
                return self.operator_assign(target, operator, value, span);
            }
            Kind::And(left, right) => return self.and(left, right),
            Kind::Or(left, right) => return self.or(left, right),
            Kind::Next(value) => return Err(Stop::Next(self.jump_value(value.as_deref())?)),
            Kind::Break(value) => return Err(Stop::Break(self.jump_value(value.as_deref())?)),
            Kind::Return(value) => return Err(Stop::Return(self.jump_value(value.as_deref())?)),
            Kind::Yield(arguments) => return self.yielded(arguments, span),
            Kind::Pattern(_) => self.unknown(span, LEFT_TO_RUBY),
            Kind::SelfObject => self.unknown(span, "only Ruby knows what `self` is here"),
            Kind::Splat(inner) => self.expression(inner)?,
            Kind::Range { first, last, .. } => {
                for bound in [first, last].into_iter().flatten() {
                    self.expression(bound)?;
                }
                self.unknown(span, "ranges are left to Ruby")
            }
            Kind::Opaque { reason, parts } => {
                let unknown = self.unknown(span, *reason);
                if let Value::Unknown(why) = &unknown {
                    self.in_doubt(parts, why)?;
                }
                unknown
            }
            _ => return self.control(expression),
        })
    }

    /// A constant that the file does not define itself.
    fn constant(&mut self, name: &str, span: Span) -> Outcome {
        match constant::of(name, self.version) {
            Constant::Value(value) => Ok(value),
            Constant::OfRuby => Ok(self.unknown(span, format!("only Ruby knows the constant `{name}`"))),
            Constant::Missing { meant } => {
                let message = format!("uninitialized constant `Gitlab::{name}`: `NameError`");
                let mut failure = Failure::new(FailureKind::UnknownConstant, span, message);
                failure.detail = Some(name.to_owned());
                Err(failure.with_help(format!("write `{meant}`, or the text in quotes")).into())
            }
        }
    }

    pub(super) fn sequence(&mut self, statements: &'a [Expr]) -> Outcome {
        let mut last = Value::Nil;
        for statement in statements {
            last = self.expression(statement)?;
        }
        Ok(last)
    }

    fn jump_value(&mut self, value: Option<&'a Expr>) -> Outcome {
        value.map_or(Ok(Value::Nil), |value| self.expression(value))
    }

    /// The values of a list, splats opened up.
    pub(super) fn list(&mut self, items: &'a [Expr]) -> Outcome<Vec<Value>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.expression(item)?;
            match (&item.kind, &value) {
                (Kind::Splat(_), Value::Array(array)) => {
                    self.work(array.borrow().items.len(), item.span)?;
                    values.extend(array.borrow().items.iter().cloned());
                }
                (Kind::Splat(_), Value::Nil) => {}
                (Kind::Splat(_), Value::Hash(hash)) => {
                    values.extend(crate::gitlab_rb::methods::pairs(&hash.borrow()));
                }
                _ => values.push(value),
            }
        }
        Ok(values)
    }

    fn literal(&mut self, text: String, frozen: bool, span: Span) -> Outcome {
        self.work(text.len() / 4, span)?;
        Ok(Value::Str(Rc::new(RefCell::new(RubyString { text, frozen, unknown: None }))))
    }

    fn joined(&mut self, parts: &'a [Expr], symbol: bool, frozen: bool, span: Span) -> Outcome {
        let mut text = String::new();
        let mut unknown: Option<Unknown> = None;
        for part in parts {
            let value = self.expression(part)?;
            self.measure(&value, part.span)?;
            match value.to_ruby_text() {
                Ok(piece) => text.push_str(&piece),
                Err(it) => unknown = unknown.or(Some(it)),
            }
            self.work(text.len() / 64, span)?;
        }
        if let Some(unknown) = unknown {
            return Ok(Value::Unknown(unknown));
        }
        // Until Ruby 3.0 the magic comment froze interpolated strings too; GitLab has Ruby 3.0 from 15.10 on.
        let interpolated = !parts.iter().all(|part| matches!(part.kind, Kind::Str { .. }));
        let frozen = frozen && !(interpolated && self.version.minor_line() >= (15, 10));
        if symbol { Ok(Value::Symbol(text)) } else { self.literal(text, frozen, span) }
    }

    fn hash(&mut self, pairs: &'a [Pair], span: Span) -> Outcome {
        let mut hash = RubyHash::default();
        for pair in pairs {
            match pair {
                Pair::Entry { key: key_expression, value } => {
                    let key = self.expression(key_expression)?;
                    let value = self.expression(value)?;
                    let entry_span = Span::new(key_expression.span.start, span_end(pair, span));
                    match self.hash_key(&key, key_expression.span)? {
                        Ok(key) => drop(hash.entries.insert(key, HashEntry { value, span: Some(entry_span) })),
                        Err(unknown) => hash.unknown = Some(unknown),
                    }
                }
                Pair::Splat(inner) => match self.expression(inner)? {
                    Value::Hash(other) => {
                        let other = other.borrow();
                        self.work(other.entries.len(), span)?;
                        hash.unknown = hash.unknown.take().or_else(|| other.unknown.clone());
                        hash.entries.extend(other.entries.iter().map(|(key, entry)| (key.clone(), entry.clone())));
                    }
                    Value::Nil => {}
                    Value::Unknown(unknown) => {
                        hash.entries.clear();
                        hash.unknown = Some(unknown);
                    }
                    other => {
                        let message = format!("no implicit conversion of {} into Hash", other.class_name());
                        return raised(FailureKind::TypeError, inner.span, message);
                    }
                },
            }
        }
        Ok(Value::hash(hash))
    }

    /// The key that a value makes, or the unknown value that it is.
    pub(in super::super) fn hash_key(&mut self, key: &Value, span: Span) -> Outcome<Result<HashKey, Unknown>> {
        Ok(match key {
            Value::Str(text) => match &text.borrow().unknown {
                Some(unknown) => Err(unknown.clone()),
                None => Ok(HashKey::Str(text.borrow().text.clone())),
            },
            Value::Symbol(name) => Ok(HashKey::Symbol(name.clone())),
            Value::Int(number) => Ok(HashKey::Int(*number)),
            Value::Unknown(unknown) => Err(unknown.clone()),
            other => match self.measure(other, span)? {
                Some(unknown) => Err(unknown),
                None => other.inspect().map(HashKey::Other),
            },
        })
    }

    fn read(&mut self, variable: &'a Variable, span: Span) -> Value {
        match variable {
            Variable::Local { name, depth } => {
                self.local_read(name, *depth);
                let scope = self.scopes.len().checked_sub(depth + 1).and_then(|index| self.scopes.get(index));
                let value = scope.and_then(|scope| scope.borrow().get(name.as_str()).cloned());
                value.unwrap_or_else(|| self.as_stored(Value::Nil))
            }
            Variable::Shared(name) => match self.shared.get(name.as_str()) {
                Some(value) => value.clone(),
                None if name.starts_with('@') => self.as_stored(Value::Nil),
                None => self.unknown(span, format!("only Ruby knows the variable `{name}`")),
            },
        }
    }
}

fn span_end(pair: &Pair, otherwise: Span) -> usize {
    match pair {
        Pair::Entry { value, .. } => value.span.end,
        Pair::Splat(_) => otherwise.end,
    }
}
