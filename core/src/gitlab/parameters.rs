//! Request parameters as Rails and Rack read them: nested names, the last of equal names, forms, multipart and JSON.
//!
//! Not here: what a parameter means. Source: Doorkeeper 5.5.0 with the settings of GitLab 14.7: revocation,
//! introspection, token info, malformed input.

use indexmap::IndexMap;

use super::malformed::{Malformed, decode, text};
use super::multipart;
use crate::http::Request;

/// How deep names like `a[b][c]` may nest.
const DEPTH_LIMIT: usize = 100;

/// The value of a parameter.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A name without value (`?a`), or JSON's `null`.
    Null,
    /// Text; JSON's numbers and truth values as their text.
    Text(String),
    /// `a[]=1&a[]=2`.
    List(Vec<Value>),
    /// `a[b]=1`.
    Map(IndexMap<String, Value>),
}

impl Value {
    /// Whether Rails calls it blank: nothing, white space, or empty.
    fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(values) => values.is_empty(),
            Self::Map(values) => values.is_empty(),
        }
    }
}

/// Parameters of one request.
#[derive(Clone, Default)]
pub(super) struct Parameters(IndexMap<String, Value>);

impl Parameters {
    /// Those of the query and the body; where both name one, Rails takes that of the query.
    pub fn of_request(request: &Request) -> Result<Self, Malformed> {
        let query = Self::of_form(request.query.as_bytes())?;
        let mut parameters = Self::of_body(request)?;
        parameters.0.extend(query.0);
        Ok(parameters)
    }

    /// Those of the body alone.
    pub fn of_body(request: &Request) -> Result<Self, Malformed> {
        let content_type = request.headers.get("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/x-www-form-urlencoded" => Self::of_form(&request.body),
            "" if request.method == "POST" => Self::of_form(&request.body),
            "multipart/form-data" => {
                let mut parameters = Self::default();
                for part in multipart::parts(content_type, &request.body) {
                    let value = if part.is_file { Value::Map(IndexMap::new()) } else { Value::Text(text(part.value)?) };
                    parameters.insert(&text(part.name)?, value)?;
                }
                Ok(parameters)
            }
            "application/json" => Self::of_json(&request.body),
            _ => Ok(Self::default()),
        }
    }

    /// Reads `a=1&b[c]=2`; `;` separates as well.
    fn of_form(form: &[u8]) -> Result<Self, Malformed> {
        let mut parameters = Self::default();
        for pair in form.split(|byte| matches!(byte, b'&' | b';')) {
            let pair = pair.trim_ascii_start();
            if pair.is_empty() {
                continue;
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], Value::Text(decode(&pair[at + 1..])?)),
                None => (pair, Value::Null),
            };
            parameters.insert(&decode(name)?, value)?;
        }
        Ok(parameters)
    }

    fn of_json(body: &[u8]) -> Result<Self, Malformed> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let json = serde_json::from_slice(body).map_err(|_| Malformed::Json)?;
        match of_json_value(json)? {
            Value::Map(map) => Ok(Self(map)),
            _ => Ok(Self::default()),
        }
    }

    fn insert(&mut self, name: &str, value: Value) -> Result<(), Malformed> {
        insert(&mut self.0, name, value, DEPTH_LIMIT)
    }

    /// The text of a parameter; a list or a map counts as missing, as in Rails' strong parameters.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// [`Self::text`], unless it is blank.
    pub fn present(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    /// The parameter as code sees it that asks for no particular shape and then looks the value up as text: a list or
    /// a map is something, but equals no value anybody knows. Nothing if it is blank.
    pub fn opaque(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            value if value.is_blank() => None,
            Value::Text(text) => Some(text),
            _ => Some("[structured]"),
        }
    }

    /// Whether the request names the parameter at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A member of a map parameter: `user[login]` is `member("user", "login")`.
    pub fn member(&self, name: &str, key: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Map(map) => match map.get(key)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The texts of a list member: `application[scopes][]`; a single text is a list of one.
    pub fn member_list(&self, name: &str, key: &str) -> Vec<&str> {
        let Some(Value::Map(map)) = self.0.get(name) else { return Vec::new() };
        match map.get(key) {
            Some(Value::List(values)) => values
                .iter()
                .filter_map(|value| match value {
                    Value::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            Some(Value::Text(text)) => vec![text],
            _ => Vec::new(),
        }
    }
}

fn of_json_value(json: serde_json::Value) -> Result<Value, Malformed> {
    Ok(match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Text(truth.to_string()),
        serde_json::Value::Number(number) => Value::Text(number.to_string()),
        serde_json::Value::String(string) => Value::Text(text(string.into_bytes())?),
        serde_json::Value::Array(values) => {
            Value::List(values.into_iter().map(of_json_value).collect::<Result<_, _>>()?)
        }
        serde_json::Value::Object(members) => {
            let mut map = IndexMap::new();
            for (name, value) in members {
                map.insert(text(name.into_bytes())?, of_json_value(value)?);
            }
            Value::Map(map)
        }
    })
}

/// Puts `value` where the nested `name` says, as Rack's query parser does.
fn insert(map: &mut IndexMap<String, Value>, name: &str, value: Value, depth: usize) -> Result<(), Malformed> {
    if depth == 0 {
        return Err(Malformed::Text);
    }
    let bare = name.trim_start_matches(['[', ']']);
    let end = bare.find(['[', ']']).unwrap_or(bare.len());
    let (key, after) = (&bare[..end], bare[end..].trim_start_matches(']'));
    if key.is_empty() {
        return Ok(());
    }
    match after {
        "" => {
            map.insert(key.to_owned(), value);
        }
        "[" => {
            map.insert(name.to_owned(), value);
        }
        "[]" => list(map, key)?.push(value),
        _ if after.starts_with("[]") => {
            let rest = &after[2..];
            let child = rest.strip_prefix('[').and_then(|r| r.strip_suffix(']')).filter(|c| !c.contains(['[', ']']));
            let child = child.unwrap_or(rest);
            let values = list(map, key)?;
            match values.last_mut() {
                Some(Value::Map(last)) if !last.contains_key(child) => insert(last, child, value, depth - 1)?,
                _ => {
                    let mut fresh = IndexMap::new();
                    insert(&mut fresh, child, value, depth - 1)?;
                    values.push(Value::Map(fresh));
                }
            }
        }
        _ => match map.entry(key.to_owned()).or_insert_with(|| Value::Map(IndexMap::new())) {
            Value::Map(inner) => insert(inner, after, value, depth - 1)?,
            _ => return Err(Malformed::Text),
        },
    }
    Ok(())
}

fn list<'a>(map: &'a mut IndexMap<String, Value>, key: &str) -> Result<&'a mut Vec<Value>, Malformed> {
    match map.entry(key.to_owned()).or_insert_with(|| Value::List(Vec::new())) {
        Value::List(values) => Ok(values),
        _ => Err(Malformed::Text),
    }
}

#[cfg(test)]
mod tests;
