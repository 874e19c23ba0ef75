//! Conditions, loops, `begin` and definitions.

use super::super::evaluation::{Evaluation, Method};
use super::super::outcome::{Outcome, Stop};
use super::super::syntax::{Begin, Expr, Kind, Rescue, Target};
use super::super::{Span, Unknown, Value};

impl<'a> Evaluation<'a> {
    pub(super) fn control(&mut self, expression: &'a Expr) -> Outcome {
        let span = expression.span;
        match &expression.kind {
            Kind::If { condition, then, otherwise } => {
                let condition = self.expression(condition)?;
                match condition.truthy() {
                    Some(true) => self.sequence(then),
                    Some(false) => self.sequence(otherwise),
                    None => self.either(condition, &[then, otherwise]),
                }
            }
            Kind::Case { subject, branches, otherwise } => self.case(subject.as_deref(), branches, otherwise),
            Kind::While { condition, negated, body_first, body } => self.repeat(condition, *negated, *body_first, body),
            Kind::For { target, items, body } => self.each_item(target, items, body),
            Kind::Begin(begin) => self.begin(begin),
            Kind::Lambda(block) => self.lambda(block, true, span),
            Kind::Define { name, body } => {
                self.methods.insert(name, Method { body, doubt: self.doubt.clone() });
                Ok(Value::Symbol(name.clone()))
            }
            _ => Ok(self.unknown(span, "only Ruby can evaluate this expression")),
        }
    }

    /// One of several ways, nobody knows which.
    fn either(&mut self, condition: Value, ways: &[&'a [Expr]]) -> Outcome {
        if let Value::Unknown(why) = &condition {
            for way in ways {
                self.in_doubt(way, why)?;
            }
        }
        Ok(condition)
    }

    pub(super) fn and(&mut self, left: &'a Expr, right: &'a Expr) -> Outcome {
        let left = self.expression(left)?;
        match left.truthy() {
            Some(true) => self.expression(right),
            Some(false) => Ok(left),
            None => self.either(left, &[std::slice::from_ref(right)]),
        }
    }

    pub(super) fn or(&mut self, left: &'a Expr, right: &'a Expr) -> Outcome {
        let left = self.expression(left)?;
        match left.truthy() {
            Some(true) => Ok(left),
            Some(false) => self.expression(right),
            None => self.either(left, &[std::slice::from_ref(right)]),
        }
    }

    fn case(
        &mut self,
        subject: Option<&'a Expr>,
        branches: &'a [(Vec<Expr>, Vec<Expr>)],
        otherwise: &'a [Expr],
    ) -> Outcome {
        let subject = subject.map(|subject| self.expression(subject)).transpose()?;
        for (index, (conditions, body)) in branches.iter().enumerate() {
            for condition in conditions {
                let matched = self.matches(subject.as_ref(), condition)?;
                match matched.truthy() {
                    Some(true) => return self.sequence(body),
                    Some(false) => {}
                    None => {
                        let mut ways: Vec<&'a [Expr]> = branches[index..].iter().map(|(_, body)| &body[..]).collect();
                        ways.push(otherwise);
                        return self.either(matched, &ways);
                    }
                }
            }
        }
        self.sequence(otherwise)
    }

    fn matches(&mut self, subject: Option<&Value>, condition: &'a Expr) -> Outcome {
        let Some(subject) = subject else { return self.expression(condition) };
        if let (Kind::Constant(class), false) = (&condition.kind, matches!(subject, Value::Unknown(_)))
            && let Some(is) = is_kind(subject, class)
        {
            return Ok(Value::Bool(is));
        }
        if let Kind::Pattern(pattern) = &condition.kind
            && let Some(takes) = self.takes_branch(pattern, subject, condition.span)?
        {
            return Ok(takes);
        }
        let conditions = self.list(std::slice::from_ref(condition))?;
        for value in conditions {
            let equal = self.equal(&value, subject, condition.span)?;
            if equal.truthy() != Some(false) {
                return Ok(equal);
            }
        }
        Ok(Value::Bool(false))
    }

    /// Whether two values are equal, if that can be known.
    pub(in super::super) fn equal(&mut self, left: &Value, right: &Value, span: Span) -> Outcome {
        let unknown = self.measure(left, span)?.or(self.measure(right, span)?);
        Ok(unknown.map_or_else(|| Value::Bool(left == right), Value::Unknown))
    }

    fn repeat(&mut self, condition: &'a Expr, negated: bool, body_first: bool, body: &'a [Expr]) -> Outcome {
        let before = self.doubt.clone();
        let mut first = body_first;
        loop {
            if !first {
                let value = self.expression(condition)?;
                match value.truthy() {
                    None => {
                        let result = self.either(value, &[body]);
                        self.doubt = before.or_else(|| self.lasting_doubt.clone());
                        return result;
                    }
                    Some(truthy) if truthy == negated => return Ok(Value::Nil),
                    Some(_) => {}
                }
            }
            first = false;
            match self.sequence(body) {
                Ok(_) | Err(Stop::Next(_)) => {}
                Err(Stop::Break(value)) => return Ok(value),
                Err(other) => return Err(other),
            }
            if let Some(why) = self.doubt.clone().filter(|_| before.is_none()) {
                // Somewhere in the body the loop may have been left.
                self.in_doubt(body, &why)?;
                self.doubt = self.lasting_doubt.clone();
                return Ok(Value::Nil);
            }
            if self.doubt.is_some() {
                return Ok(Value::Nil);
            }
        }
    }

    fn each_item(&mut self, target: &'a Target, items: &'a Expr, body: &'a [Expr]) -> Outcome {
        let before = self.doubt.clone();
        let collection = self.items_of(items)?;
        let items = match &collection {
            Value::Array(array) => array.borrow().items.clone(),
            Value::Hash(hash) if hash.borrow().unknown.is_none() => super::super::methods::pairs(&hash.borrow()),
            other => {
                let why = match other {
                    Value::Unknown(why) => why.clone(),
                    _ => Unknown { span: items.span, reason: "this loop is left to Ruby".to_owned() },
                };
                self.assign(target, Value::Unknown(why.clone()), items.span)?;
                self.in_doubt(body, &why)?;
                self.doubt = before.or_else(|| self.lasting_doubt.clone());
                return Ok(collection);
            }
        };
        for item in items {
            self.assign(target, item, Span { start: 0, end: 0 })?;
            match self.sequence(body) {
                Ok(_) | Err(Stop::Next(_)) => {}
                Err(Stop::Break(value)) => return Ok(value),
                Err(other) => return Err(other),
            }
        }
        self.doubt = before.or_else(|| self.lasting_doubt.clone());
        Ok(collection)
    }

    fn begin(&mut self, begin: &'a Begin) -> Outcome {
        let met = self.unknowns_met;
        let result = self.sequence(&begin.body);
        let result = match result {
            Ok(value) if self.unknowns_met > met && !begin.rescues.is_empty() => {
                // What Ruby alone can do may fail: then the body stops half way and a rescue takes over.
                let why = self.settings.unknowns.last().cloned();
                let why = why.unwrap_or(Unknown { span: Span { start: 0, end: 0 }, reason: "it may fail".to_owned() });
                self.in_doubt(&begin.body, &why)?;
                for rescue in &begin.rescues {
                    self.in_doubt(&rescue.body, &why)?;
                }
                self.in_doubt(&begin.otherwise, &why)?;
                Ok(if matches!(value, Value::Unknown(_)) { value } else { Value::Unknown(why) })
            }
            Ok(value) if begin.otherwise.is_empty() => Ok(value),
            Ok(_) => self.sequence(&begin.otherwise),
            Err(Stop::Failed(failure)) if failure.rescuable() => match begin.rescues.split_first() {
                Some((only, [])) if catches_all(only) => {
                    if let Some(reference) = &only.reference {
                        let error = self.unknown(failure.span, "only Ruby has the exception object");
                        self.assign(reference, error, failure.span)?;
                    }
                    self.sequence(&only.body)
                }
                Some(_) => {
                    let why = Unknown { span: failure.span, reason: "it raises, and may be rescued".to_owned() };
                    for rescue in &begin.rescues {
                        self.in_doubt(&rescue.body, &why)?;
                    }
                    Ok(Value::Unknown(why))
                }
                None => Err(Stop::Failed(failure)),
            },
            Err(other) => Err(other),
        };
        match result {
            Err(Stop::Failed(failure)) if !failure.rescuable() => Err(Stop::Failed(failure)),
            result => {
                self.sequence(&begin.ensure)?;
                result
            }
        }
    }
}

fn catches_all(rescue: &Rescue) -> bool {
    let all =
        |class: &Expr| matches!(&class.kind, Kind::Constant(name) if name == "StandardError" || name == "Exception");
    rescue.classes.is_empty() || rescue.classes.iter().any(all)
}

/// Whether a known value is of a class that Ruby itself defines.
pub(super) fn is_kind(value: &Value, class: &str) -> Option<bool> {
    let name = value.class_name();
    Some(match class {
        "String" | "Symbol" | "Integer" | "Float" | "Array" | "NilClass" | "TrueClass" | "FalseClass" => name == class,
        "Hash" => matches!(value, Value::Hash(_)),
        "Numeric" => matches!(value, Value::Int(_) | Value::Float(_)),
        "Enumerable" => matches!(value, Value::Array(_) | Value::Hash(_)),
        "Object" | "BasicObject" | "Kernel" => true,
        "Regexp" | "Range" | "Proc" | "Module" | "Class" | "Exception" | "Time" => false,
        _ => return None,
    })
}
