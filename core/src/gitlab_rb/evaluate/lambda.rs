//! Lambdas and procs of the file, and `yield`: code that runs when it is called.
//!
//! The value of a lambda is one that only Ruby knows, since no setting can hold it; its place tells which lambda it is.

use std::rc::Rc;

use super::super::evaluation::{Callback, Closure, Evaluation};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, Stop, raised};
use super::super::syntax::{Block, Expr, Parameter};
use super::super::{Span, Unknown, Value};
use super::RECURSION_DEPTH;

const LATER: &str = "it may run later";

impl<'a> Evaluation<'a> {
    /// The value of a lambda. Where it stands in code that runs more than once, only Ruby knows which is meant.
    pub(super) fn lambda(&mut self, block: &'a Block, is_lambda: bool, span: Span) -> Outcome {
        let value = self.unknown(span, LATER);
        let Value::Unknown(why) = &value else { return Ok(value) };
        let closure = Closure { is_lambda, ..self.closure(block, span) };
        let is_first = !self.lambdas.contains_key(&span);
        let is_same = |known: &Option<Closure<'a>>| known.as_ref().is_some_and(|known| same_scopes(known, &closure));
        if is_first && self.doubt.is_none() || self.lambdas.get(&span).is_some_and(is_same) {
            self.lambdas.insert(span, Some(closure));
        } else {
            self.lambdas.insert(span, None);
        }
        // It may be called from where nobody sees it. A return in it ends nothing else.
        let before = (self.doubt.clone(), self.lasting_doubt.clone());
        self.block_in_doubt(block, why)?;
        (self.doubt, self.lasting_doubt) = before;
        self.deferred.push(block);
        Ok(value)
    }

    /// The lambda that a value is.
    pub(super) fn lambda_of(&self, value: &Unknown) -> Option<Closure<'a>> {
        self.lambdas.get(&value.span).cloned().flatten()
    }

    /// Calls a lambda.
    pub(super) fn call_lambda(&mut self, lambda: &Closure<'a>, arguments: Vec<Value>, span: Span) -> Outcome {
        if !lambda.is_lambda {
            return self.yield_to(&Callback::Block(lambda.clone()), arguments, span);
        }
        let takes_keywords = lambda.block.parameters.iter().any(Parameter::is_keyword);
        if takes_keywords || self.doubt.is_some() || self.depth > RECURSION_DEPTH {
            return Ok(self.unknown(span, "this call of a lambda is left to Ruby"));
        }
        let result = self.run_closure(lambda, |it| it.bind_arguments(lambda.block, arguments, false, span));
        match result {
            Err(Stop::Next(value) | Stop::Break(value) | Stop::Return(value)) => Ok(value),
            other => other,
        }
    }

    /// `yield`: calls the block that the method was called with.
    pub(super) fn yielded(&mut self, arguments: &'a [Expr], span: Span) -> Outcome {
        let arguments = self.list(arguments)?;
        let frame = self.frame.clone();
        match frame.as_ref().and_then(|frame| frame.block.as_ref()) {
            Some(block) => self.yield_to(block, arguments, span),
            None if self.doubt.is_some() => Ok(self.unknown(span, "only Ruby knows the block")),
            None => raised(FailureKind::Raised, span, "no block is given (yield): `LocalJumpError`"),
        }
    }

    /// The value of a parameter that takes the block.
    pub(super) fn block_value(&mut self, block: Option<&Callback<'a>>) -> Value {
        match block {
            None => Value::Nil,
            Some(Callback::Method(name)) => Value::Symbol(name.clone()),
            Some(Callback::Unknown(why)) => Value::Unknown(why.clone()),
            Some(Callback::Block(closure)) => {
                let same = |known: &Option<Closure<'a>>| known.as_ref().is_some_and(|it| same_scopes(it, closure));
                let known = self.lambdas.get(&closure.at).is_none_or(same);
                self.lambdas.insert(closure.at, known.then(|| closure.clone()));
                Value::Unknown(Unknown { span: closure.at, reason: LATER.to_owned() })
            }
        }
    }
}

/// Whether two closures of one place see the same variables.
fn same_scopes<'a>(one: &Closure<'a>, other: &Closure<'a>) -> bool {
    one.scopes.len() == other.scopes.len() && one.scopes.iter().zip(&other.scopes).all(|(a, b)| Rc::ptr_eq(a, b))
}

#[cfg(test)]
mod tests {
    use crate::gitlab_rb::{ReadOptions, read};

    fn value(source: &str) -> Result<String, String> {
        let settings = read(source, &ReadOptions::default()).map_err(|error| error.to_string())?;
        let value = settings.value("mattermost", "x").ok_or("not set")?;
        value.inspect().map_err(|unknown| unknown.reason)
    }

    #[test]
    fn blocks_and_lambdas_run_where_they_are_called() {
        for (source, expected) in [
            ("def a = yield\nmattermost['x'] = a { 1 }", "1"),
            ("def a\n  yield 1, 2\nend\ny = 0\na { |b, c| y = b + c }\nmattermost['x'] = y", "3"),
            ("def a(b)\n  block_given? ? yield(b) : b\nend\nmattermost['x'] = [a(1), a(2) { |c| c * 10 }]", "[1, 20]"),
            ("def a(&block)\n  block.call('z')\nend\nmattermost['x'] = a { |c| c + '!' }", "\"z!\""),
            ("def a(list, &block) = list.map(&block)\nmattermost['x'] = a([1, 2]) { |c| c + 1 }", "[2, 3]"),
            (
                "def a\n  [1, 2, 3].each { |it| yield it }\n  'end'\nend\nmattermost['x'] = a { |it| break it if it == 2 }",
                "2",
            ),
            ("def b\n  yield\nend\ndef a\n  b { return 'out' }\n  'in'\nend\nmattermost['x'] = a", "\"out\""),
            ("url = ->(host) { \"https://#{host}\" }\nmattermost['x'] = url.call('chat')", "\"https://chat\""),
            ("url = lambda { |host, port = 80| \"#{host}:#{port}\" }\nmattermost['x'] = url.('chat')", "\"chat:80\""),
            ("y = 1\nadd = proc { |z| y += z }\nadd.call(2)\nadd[3]\nmattermost['x'] = y", "6"),
            ("double = ->(n) { n * 2 }\nmattermost['x'] = [1, 2].map(&double)", "[2, 4]"),
            ("y = 0\nloop do\n  y += 1\n  break if y == 3\nend\nmattermost['x'] = y", "3"),
            ("ADD = ->(n) { return n + 1 }\nmattermost['x'] = ADD.call(1)", "2"),
        ] {
            let read = value(source);
            // What a lambda changes besides may have been changed at any other time too.
            let is_left = source.contains("proc {") && read.is_err();
            assert!(read.as_deref() == Ok(expected) || is_left, "{source}: {read:?}");
        }
    }

    #[test]
    fn what_nobody_can_tell_is_left_to_ruby() {
        for source in [
            "made = [1, 2].map { |n| -> { n } }\nmattermost['x'] = made[0].call",
            "a = ->(n) { n == 0 ? 0 : a.call(n - 1) }\nmattermost['x'] = a.call(500)",
            "a = File.exist?('/x') ? -> { 1 } : -> { 2 }\nmattermost['x'] = a.call",
        ] {
            assert!(value(source).is_err(), "{source}");
        }
    }

    #[test]
    fn a_wrong_call_raises_as_in_ruby() {
        assert!(value("def a = yield\na").is_err_and(|error| error.contains("LocalJumpError")));
        assert!(value("a = ->(b) { b }\na.call").is_err_and(|error| error.contains("ArgumentError")));
    }
}
