//! Methods that the file defines: called with their arguments, in a scope of their own.

use std::rc::Rc;

use super::super::evaluation::{Callback, Evaluation, Frame, Method, Scope};
use super::super::failure::Kind as FailureKind;
use super::super::outcome::{Outcome, Stop, Target, raised};
use super::super::syntax::{Block, Call, Kind, Parameter};
use super::super::{HashKey, Span, Unknown, Value};
use super::RECURSION_DEPTH;

impl<'a> Evaluation<'a> {
    /// Calls a method of the file. One that calls itself without an end in sight is left to Ruby.
    pub(super) fn own_method(&mut self, name: &'a str, method: &Method<'a>, call: &'a Call, span: Span) -> Outcome {
        let arguments = self.list(&call.arguments)?;
        let block = call.block.as_ref().map(|block| self.callback(block, call.name_span)).transpose()?.flatten();
        let is_endless = self.running.contains(&name) && (self.doubt.is_some() || self.depth > RECURSION_DEPTH);
        if method.doubt.is_some() || is_endless {
            return self.method_in_doubt(name, method, block, span);
        }
        let keywords = call.arguments.last().is_some_and(|last| matches!(last.kind, Kind::Hash(_)));
        let (doubt, lasting) = (self.doubt.clone(), self.lasting_doubt.take());
        let taken = self.block_value(block.as_ref());
        let (number, result) = self.in_frame(name, block, |it| {
            it.bind_arguments(method.body, arguments, keywords, span)?;
            it.bind_block(&method.body.parameters, taken);
            it.sequence(&method.body.body)
        });
        // A return that may or may not have happened ends the method alone.
        let perhaps_left = self.lasting_doubt.take();
        (self.doubt, self.lasting_doubt) = (doubt, lasting);
        match result {
            Err(Stop::Leave(Target::Method(Some(left)), value)) if left == number => Ok(value),
            Ok(value) | Err(Stop::Return(value)) => Ok(perhaps_left.map_or(value, Value::Unknown)),
            other => other,
        }
    }

    /// Runs something as a method does, with variables of its own.
    fn in_frame<T>(
        &mut self,
        name: &'a str,
        block: Option<Callback<'a>>,
        action: impl FnOnce(&mut Self) -> Outcome<T>,
    ) -> (usize, Outcome<T>) {
        self.runs += 1;
        let number = self.runs;
        let frame = self.frame.replace(Rc::new(Frame { number, block }));
        let scopes = std::mem::replace(&mut self.scopes, vec![Scope::default()]);
        self.running.push(name);
        let result = action(self);
        self.running.pop();
        (self.frame, self.scopes) = (frame, scopes);
        (number, result)
    }

    fn method_in_doubt(
        &mut self,
        name: &'a str,
        method: &Method<'a>,
        block: Option<Callback<'a>>,
        span: Span,
    ) -> Outcome {
        let value = self.unknown(span, format!("the method `{name}` is left to Ruby"));
        let Value::Unknown(why) = &value else { return Ok(value) };
        self.callback_in_doubt(block.as_ref(), why)?;
        if !self.running.contains(&name) {
            let lasting = self.lasting_doubt.take();
            let (_, result) = self.in_frame(name, block, |it| it.block_in_doubt(method.body, why));
            self.lasting_doubt = lasting;
            result?;
        }
        Ok(value)
    }

    fn bind_block(&mut self, parameters: &'a [Parameter], block: Value) {
        for parameter in parameters {
            if let Parameter::Block(name) = parameter {
                self.bind_one(name, block.clone());
            }
        }
    }

    pub(super) fn bind_arguments(
        &mut self,
        body: &'a Block,
        arguments: Vec<Value>,
        keywords: bool,
        span: Span,
    ) -> Outcome<()> {
        let mut arguments = arguments;
        let takes_keywords = body.parameters.iter().any(Parameter::is_keyword);
        let given = if takes_keywords && keywords { arguments.pop() } else { None };
        let is_positional = |it: &&Parameter| !it.is_keyword() && !matches!(it, Parameter::Block(_));
        let positional = body.parameters.iter().filter(is_positional);
        let required =
            positional.clone().filter(|it| matches!(it, Parameter::Required(_) | Parameter::Nested(_))).count();
        let has_rest = positional.clone().any(|it| matches!(it, Parameter::Rest(_)));
        let most = positional.count();
        if arguments.len() < required || !has_rest && arguments.len() > most {
            let message = format!("wrong number of arguments (given {}): `ArgumentError`", arguments.len());
            return raised(FailureKind::Raised, span, message);
        }
        self.bind_each(&body.parameters, arguments)?;
        match given {
            None => self.bind_missing(&body.parameters, span),
            Some(Value::Hash(hash)) => {
                let doubt = hash.borrow().unknown.clone();
                match doubt {
                    Some(why) => self.bind_keywords_unknown(&body.parameters, &why),
                    None => self.bind_keywords(&body.parameters, &hash, span),
                }
            }
            Some(Value::Unknown(why)) => self.bind_keywords_unknown(&body.parameters, &why),
            Some(_) => Ok(()),
        }
    }

    fn bind_missing(&mut self, parameters: &'a [Parameter], span: Span) -> Outcome<()> {
        let missing = parameters.iter().find_map(|it| match it {
            Parameter::Keyword(name, None) => Some(name),
            _ => None,
        });
        match missing {
            Some(name) => raised(FailureKind::Raised, span, format!("missing keyword `:{name}`: `ArgumentError`")),
            None => Ok(()),
        }
    }

    fn bind_keywords(&mut self, parameters: &'a [Parameter], given: &super::super::Hash, span: Span) -> Outcome<()> {
        let mut rest = given.borrow().clone();
        for parameter in parameters {
            let Parameter::Keyword(name, default) = parameter else { continue };
            match (rest.entries.shift_remove(&HashKey::Symbol(name.clone())), default) {
                (Some(entry), _) => self.bind_one(name, entry.value),
                (None, Some(_)) => {}
                (None, None) => {
                    return raised(FailureKind::Raised, span, format!("missing keyword `:{name}`: `ArgumentError`"));
                }
            }
        }
        for parameter in parameters {
            if let Parameter::KeywordRest(name) = parameter {
                self.bind_one(name, Value::hash(rest));
                return Ok(());
            }
        }
        match rest.entries.keys().next() {
            Some(key) => {
                raised(FailureKind::Raised, span, format!("unknown keyword `{}`: `ArgumentError`", key.inspect()))
            }
            None => Ok(()),
        }
    }

    fn bind_keywords_unknown(&mut self, parameters: &'a [Parameter], why: &Unknown) -> Outcome<()> {
        for parameter in parameters {
            if let Parameter::Keyword(name, _) | Parameter::KeywordRest(name) = parameter {
                self.bind_one(name, Value::Unknown(why.clone()));
            }
        }
        Ok(())
    }
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
    fn a_method_gives_what_its_body_comes_to() {
        for (source, expected) in [
            ("def a\n  'b'\nend\nmattermost['x'] = a", "\"b\""),
            (
                "def url(host, port = 80)\n  \"http://#{host}:#{port}\"\nend\nmattermost['x'] = url('h')",
                "\"http://h:80\"",
            ),
            ("def url(host:, port: 80) = \"#{host}:#{port}\"\nmattermost['x'] = url(port: 1, host: 'h')", "\"h:1\""),
            (
                "def a(b)\n  return 'no' unless b\n  'yes'\nend\nmattermost['x'] = [a(true), a(false)]",
                "[\"yes\", \"no\"]",
            ),
            ("def a(*b, **c) = [b, c]\nmattermost['x'] = a(1, 2, d: 3)", "[[1, 2], {\"d\"=>3}]"),
            ("def a\n  return 1, 2\nend\nmattermost['x'] = a", "[1, 2]"),
            ("def a(list)\n  list.each { |it| return it if it > 1 }\n  nil\nend\nmattermost['x'] = a([1, 2, 3])", "2"),
            ("y = 1\ndef a\n  mattermost['x'] = 'set'\nend\na", "\"set\""),
            ("def self.a = 5\nmattermost['x'] = a", "5"),
            ("def a(n) = n > 0 ? a(n - 1) : 'end'\nmattermost['x'] = a(3)", "\"end\""),
            ("X = 'c'\ndef a = X\nmattermost['x'] = a", "\"c\""),
        ] {
            assert_eq!(value(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn a_wrong_call_raises_as_in_ruby() {
        for source in ["def a(b) = b\na", "def a = 1\na(2)", "def a(b:) = b\na", "def a(b: 1) = b\na(c: 2)"] {
            assert!(value(source).is_err_and(|error| error.contains("ArgumentError")), "{source}");
        }
    }

    #[test]
    fn what_nobody_can_tell_is_left_to_ruby() {
        for source in [
            "def a(n) = n > 0 ? a(n - 1) : 'end'\nmattermost['x'] = a(400)",
            "def a(n) = a(n + 1)\nmattermost['x'] = a(0)",
            "def a(n) = File.exist?('/x') ? a(n - 1) : 'end'\nmattermost['x'] = a(2)",
            "if File.exist?('/x')\n  def a = 1\nend\nmattermost['x'] = a",
            "def a\n  return 1 if File.exist?('/x')\n  2\nend\nmattermost['x'] = a",
        ] {
            assert!(value(source).is_err(), "{source}");
        }
    }
}
