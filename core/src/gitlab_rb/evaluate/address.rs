//! Parts of an address: `URI(text).host`, `URI.parse(text).port`.

use super::super::evaluation::Evaluation;
use super::super::outcome::Outcome;
use super::super::syntax::{Call, Expr, Kind};
use super::super::{Span, Value};

impl<'a> Evaluation<'a> {
    /// A part of an address that is known, in a form that Ruby takes without doubt; `None` for every other call.
    pub(super) fn part_of_address(&mut self, receiver: &'a Expr, call: &'a Call, span: Span) -> Outcome<Option<Value>> {
        let Some(text) = addressed(receiver).filter(|_| call.arguments.is_empty() && call.block.is_none()) else {
            return Ok(None);
        };
        let Value::Str(text) = self.expression(text)? else { return Ok(None) };
        let text = text.borrow().text.clone();
        let Some(address) = Address::of(&text) else { return Ok(None) };
        Ok(Some(match call.name.as_str() {
            "host" | "hostname" => self.new_text(address.host.to_owned(), span)?,
            "scheme" => self.new_text(address.scheme.to_owned(), span)?,
            "path" => self.new_text(address.path.to_owned(), span)?,
            "port" => Value::Int(address.port.into()),
            _ => return Ok(None),
        }))
    }
}

/// The text of `URI(text)` or `URI.parse(text)`, where it does no harm to evaluate it again: a literal, a variable, a
/// setting.
fn addressed(receiver: &Expr) -> Option<&Expr> {
    let Kind::Call(call) = &receiver.kind else { return None };
    let is_call = match &call.receiver {
        None => call.name == "URI",
        Some(Expr { kind: Kind::Constant(name), .. }) => name == "URI" && call.name == "parse",
        Some(_) => false,
    };
    match call.arguments.as_slice() {
        [text] if is_call && call.block.is_none() && is_repeatable(text) => Some(text),
        _ => None,
    }
}

fn is_repeatable(expression: &Expr) -> bool {
    match &expression.kind {
        Kind::Str { .. } | Kind::Read(_) | Kind::Constant(_) => true,
        Kind::Joined { parts, .. } => parts.iter().all(is_repeatable),
        Kind::Sequence(statements) => statements.iter().all(is_repeatable),
        Kind::Call(call) => call.receiver.is_none() && call.arguments.is_empty() && call.block.is_none(),
        _ => false,
    }
}

/// An address of a web server, without user and query.
struct Address<'a> {
    scheme: &'a str,
    host: &'a str,
    port: u16,
    path: &'a str,
}

impl<'a> Address<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let own = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (authority, own),
        };
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        let is_path = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
        (!host.is_empty() && is_plain(host) && is_path).then_some(Self { scheme, host, port, path })
    }
}

#[cfg(test)]
mod tests {
    use crate::gitlab_rb::{ReadOptions, read};

    #[test]
    fn parts_of_an_address_are_those_of_ruby() {
        for (call, expected) in [
            ("URI('https://git.example.com:8443/gitlab').host", Some("\"git.example.com\"")),
            ("URI.parse('https://git.example.com').port", Some("443")),
            ("URI('http://git.example.com:81/').port", Some("81")),
            ("URI('https://git.example.com/a').path", Some("\"/a\"")),
            ("URI('https://git.example.com').path", Some("\"\"")),
            ("URI('https://git.example.com').scheme", Some("\"https\"")),
            ("URI('https://user@git.example.com').host", None),
            ("URI('git.example.com').host", None),
            ("URI('https://git.example.com').opaque", None),
        ] {
            let settings = read(&format!("mattermost['x'] = {call}"), &ReadOptions::default()).unwrap();
            let value = settings.value("mattermost", "x").and_then(|value| value.inspect().ok());
            assert_eq!(value.as_deref(), expected, "{call}");
        }
    }
}
