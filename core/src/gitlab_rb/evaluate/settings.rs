//! The settings object of the package: what names at top level read and set.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::evaluation::Evaluation;
use super::super::failure::{Failure, Kind as FailureKind};
use super::super::foreign;
use super::super::outcome::Outcome;
use super::super::syntax::{Call, Expr, Kind};
use super::super::{Assigned, Hash, RubyHash, Span, Value};
use crate::version::Version;

/// From this release on the package refuses names that it does not know.
const STRICT_FROM: Version = Version::new(12, 3, 0);

impl<'a> Evaluation<'a> {
    /// Whether the expression is the settings object itself: `Gitlab`, or `self` outside of any method.
    pub(super) fn is_settings_object(&self, expression: &Expr) -> bool {
        match &expression.kind {
            Kind::SelfObject => true,
            Kind::Constant(name) => name == "Gitlab" && !self.shared.contains_key("Gitlab"),
            _ => false,
        }
    }

    /// `Gitlab['name']`, `Gitlab['name'] = value`, `Gitlab.name`, `self.name = value`.
    pub(super) fn settings_object_call(&mut self, call: &'a Call, span: Span) -> Outcome {
        match (call.name.as_str(), call.arguments.as_slice()) {
            ("[]", [key]) => {
                let key = self.expression(key)?;
                match key.to_ruby_text() {
                    Ok(name) => self.setting(&name, call.name_span),
                    Err(unknown) => Ok(Value::Unknown(unknown)),
                }
            }
            ("[]=", [key, value]) => {
                let key = self.expression(key)?;
                let value = self.expression(value)?;
                match key.to_ruby_text() {
                    Ok(name) => self.set_setting(&name, value, span),
                    Err(unknown) => {
                        self.unseen(unknown.span, unknown.reason);
                        Ok(value)
                    }
                }
            }
            (name, [value]) if call.assignment => {
                let value = self.expression(value)?;
                self.set_setting(name.trim_end_matches('='), value, span)
            }
            _ => self.top_level_call(call, span),
        }
    }

    /// The section's hash, made when the file first speaks of it.
    pub(super) fn section(&mut self, name: &str) -> Hash {
        if let Some(hash) = self.settings.sections.get(name) {
            return Rc::clone(hash);
        }
        let hash = Rc::new(RefCell::new(RubyHash::new_mash()));
        self.settings.sections.insert(name.to_owned(), Rc::clone(&hash));
        hash
    }

    /// Reads a setting at top level.
    pub(super) fn setting(&mut self, name: &str, span: Span) -> Outcome {
        if let Some(assigned) = self.settings.calls.get(name) {
            return Ok(assigned.value.clone().settled());
        }
        match self.names.is_section(name, self.version) {
            Some(true) => Ok(Value::Hash(self.section(name))),
            Some(false) if name == "node" || name == "edition" => {
                Ok(self.unknown(span, format!("`{name}` depends on the machine")))
            }
            Some(false) => Ok(Value::Nil),
            None => self.unknown_setting(name, span).map(|()| Value::Nil),
        }
    }

    /// Sets a setting at top level.
    pub(super) fn set_setting(&mut self, name: &str, value: Value, span: Span) -> Outcome {
        if self.names.is_section(name, self.version).is_none() {
            self.unknown_setting(name, span)?;
        }
        let value = self.as_stored(value);
        match &value {
            Value::Hash(hash) => drop(self.settings.sections.insert(name.to_owned(), Rc::clone(hash))),
            Value::Unknown(why) if self.names.is_section(name, self.version) == Some(true) => {
                let mut hash = RubyHash::new_mash();
                hash.unknown = Some(why.clone());
                self.settings.sections.insert(name.to_owned(), Rc::new(RefCell::new(hash)));
            }
            _ => drop(self.settings.sections.shift_remove(name)),
        }
        self.settings.calls.insert(name.to_owned(), Assigned { value: value.clone(), span });
        Ok(value)
    }

    /// A name that this release of the package does not know: refused from 12.3 on, `nil` before.
    fn unknown_setting(&mut self, name: &str, span: Span) -> Outcome<()> {
        if self.version < STRICT_FROM {
            return Ok(());
        }
        let message = format!("GitLab {} knows no setting `{name}`", self.version);
        let mut failure = Failure::new(FailureKind::UnknownSetting, span, message);
        failure.detail = Some(name.to_owned());
        let advice = foreign::advice_on_name(name).map(str::to_owned);
        failure.help = advice.or_else(|| self.names.advice(name, self.version));
        Err(failure.into())
    }
}
