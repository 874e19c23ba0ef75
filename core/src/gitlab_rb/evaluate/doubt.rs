//! Evaluating what may or may not run, and marking objects that may or may not have been changed.

use super::super::evaluation::{Evaluation, Scope};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, Stop, raised};
use super::super::syntax::{Block, Expr};
use super::super::{Hash, Span, Unknown, Value};
use super::NESTING_LIMIT;

impl<'a> Evaluation<'a> {
    /// Evaluates statements that may or may not run, for what they change only.
    pub(super) fn in_doubt(&mut self, statements: &'a [Expr], why: &Unknown) -> Outcome<()> {
        let before = self.doubt.clone();
        self.doubt.get_or_insert_with(|| why.clone());
        let mut left_early = false;
        let mut result = Ok(());
        for statement in statements {
            match self.expression(statement) {
                Ok(_) => {}
                Err(Stop::Failed(failure)) if failure.rescuable() => {}
                Err(Stop::Failed(failure)) => {
                    result = Err(Stop::Failed(failure));
                    break;
                }
                Err(Stop::Next(_) | Stop::Break(_) | Stop::Leave(..)) => left_early = true,
                Err(Stop::Return(_)) => self.lasting_doubt = Some(why.clone()),
            }
        }
        if !left_early {
            self.doubt = before.or_else(|| self.lasting_doubt.clone());
        }
        result
    }

    /// A block that may run any number of times, with arguments that nobody knows.
    pub(super) fn block_in_doubt(&mut self, block: &'a Block, why: &Unknown) -> Outcome<()> {
        let before = self.doubt.clone();
        self.scopes.push(Scope::default());
        let bound = self.bind_unknown(&block.parameters, why);
        let result = bound.and_then(|()| self.in_doubt(&block.body, why));
        self.scopes.pop();
        self.doubt = before.or_else(|| self.lasting_doubt.clone());
        result
    }

    /// Does something to an object that was made just now, so that no doubt concerns it.
    pub(in super::super) fn certainly<T>(&mut self, action: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        let before = self.doubt.take();
        let result = action(self);
        self.doubt = before;
        result
    }

    /// The value as it may be stored now: unknown while in doubt.
    pub(in super::super) fn as_stored(&self, value: Value) -> Value {
        self.doubt.clone().map_or(value, Value::Unknown)
    }

    /// Marks an object that may have been changed in a way nobody knows.
    pub(in super::super) fn taint(value: &Value, why: &Unknown) {
        match value {
            Value::Str(text) => text.borrow_mut().unknown = Some(why.clone()),
            Value::Array(array) => array.borrow_mut().unknown = Some(why.clone()),
            Value::Hash(hash) => taint_hash(hash, why),
            _ => {}
        }
    }

    /// Every setting may have been changed: by `eval`, `load` and the like.
    pub(super) fn taint_settings(&mut self, why: &Unknown) {
        let names = self.names;
        for (name, is_section) in names.known(self.version) {
            if is_section {
                let section = self.section(name);
                taint_hash(&section, why);
            } else {
                let assigned = super::super::Assigned { value: Value::Unknown(why.clone()), span: why.span };
                self.settings.calls.insert(name.to_owned(), assigned);
            }
        }
    }

    /// Walks through a value before something is done with all of its parts.
    ///
    /// Returns the first unknown value in it.
    ///
    /// # Errors
    /// Nesting that is too deep, or too much work.
    pub(in super::super) fn measure(&mut self, value: &Value, span: Span) -> Outcome<Option<Unknown>> {
        self.measure_at(value, span, 0)
    }

    fn measure_at(&mut self, value: &Value, span: Span, depth: usize) -> Outcome<Option<Unknown>> {
        if depth > NESTING_LIMIT {
            return raised(FailureKind::TooDeep, span, format!("the value is nested more than {NESTING_LIMIT} deep"));
        }
        let mut found = None;
        match value {
            Value::Unknown(unknown) => found = Some(unknown.clone()),
            Value::Str(text) => found.clone_from(&text.borrow().unknown),
            Value::Array(array) => {
                let content = array.borrow();
                self.work(1 + content.items.len() / 4, span)?;
                found.clone_from(&content.unknown);
                for item in &content.items {
                    let inner = self.measure_at(item, span, depth + 1)?;
                    found = found.or(inner);
                }
            }
            Value::Hash(hash) => {
                let content = hash.borrow();
                self.work(1 + content.entries.len() / 4, span)?;
                found.clone_from(&content.unknown);
                for entry in content.entries.values() {
                    let inner = self.measure_at(&entry.value, span, depth + 1)?;
                    found = found.or(inner);
                }
            }
            _ => {}
        }
        Ok(found)
    }
}

fn taint_hash(hash: &Hash, why: &Unknown) {
    let mut content = hash.borrow_mut();
    content.entries.clear();
    content.unknown = Some(why.clone());
}
