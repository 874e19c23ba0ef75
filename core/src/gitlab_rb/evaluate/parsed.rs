//! `JSON.parse`: a text as the values that it holds.

use serde_json::Value as Json;

use super::super::evaluation::Evaluation;
use super::super::outcome::Outcome;
use super::super::{HashEntry, HashKey, RubyHash, Span, Value};

impl Evaluation<'_> {
    /// The values of a JSON text; `None` in a form that is not followed, or if the text is none that every reader takes.
    pub(super) fn parsed_json(&mut self, arguments: &[Value], span: Span) -> Outcome<Option<Value>> {
        let (text, symbols) = match arguments {
            [Value::Unknown(unknown), ..] => return Ok(Some(Value::Unknown(unknown.clone()))),
            [Value::Str(text)] => (text, false),
            [Value::Str(text), Value::Hash(options)] if asks_for_symbols(&options.borrow()) => (text, true),
            _ => return Ok(None),
        };
        let text = text.borrow().text.clone();
        self.work(text.len() / 4, span)?;
        match serde_json::from_str::<Json>(&text) {
            Ok(json) => self.value_of(json, symbols, span),
            Err(_) => Ok(None),
        }
    }

    fn value_of(&mut self, json: Json, symbols: bool, span: Span) -> Outcome<Option<Value>> {
        self.work(1, span)?;
        Ok(Some(match json {
            Json::Null => Value::Nil,
            Json::Bool(flag) => Value::Bool(flag),
            Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), ..) => Value::Int(number.into()),
                (None, Some(number), _) => Value::Int(number.into()),
                (None, None, Some(number)) if !number.is_infinite() => Value::Float(number),
                _ => return Ok(None),
            },
            Json::String(text) => self.new_text(text, span)?,
            Json::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    let Some(value) = self.value_of(item, symbols, span)? else { return Ok(None) };
                    values.push(value);
                }
                Value::array(values)
            }
            Json::Object(members) => {
                let mut hash = RubyHash::default();
                for (name, member) in members {
                    let Some(value) = self.value_of(member, symbols, span)? else { return Ok(None) };
                    let key = if symbols { HashKey::Symbol(name) } else { HashKey::Str(name) };
                    hash.entries.insert(key, HashEntry { value, span: Some(span) });
                }
                Value::hash(hash)
            }
        }))
    }
}

/// Whether the options are `symbolize_names: true` and nothing else.
fn asks_for_symbols(options: &RubyHash) -> bool {
    let entry = options.entries.get(&HashKey::Symbol("symbolize_names".to_owned()));
    options.unknown.is_none() && options.entries.len() == 1 && entry.is_some_and(|it| it.value.truthy() == Some(true))
}
