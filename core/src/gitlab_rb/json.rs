//! Settings as JSON, for programs that do not read Ruby themselves.
//!
//! Not here: the text that Ruby prints for a value (`inspect`), which keeps what JSON cannot say.

use serde_json::{Map, Number, Value as Json, json};

use super::{HashKey, Settings, Unknown, Value};

impl Settings {
    /// The calls and sections as JSON. `nil` is `null`; a symbol is its text, as is a number that JSON readers cannot
    /// be expected to hold (beyond 64 bits, or not finite).
    ///
    /// # Shape
    /// `{"calls": {"external_url": "http://…"}, "sections": {"mattermost": {"uid": 1234}}}`
    ///
    /// # Errors
    /// The first [`Unknown`] in it: there is no JSON for what only Ruby could tell.
    pub fn to_json(&self) -> Result<Json, Unknown> {
        let calls = self.calls.iter().map(|(name, call)| Ok((name.clone(), value_to_json(&call.value)?)));
        let calls = calls.collect::<Result<Map<_, _>, Unknown>>()?;
        let sections = self
            .sections
            .iter()
            .map(|(name, section)| Ok((name.clone(), value_to_json(&Value::Hash(section.clone()))?)));
        let sections = sections.collect::<Result<Map<_, _>, Unknown>>()?;
        Ok(json!({ "calls": calls, "sections": sections }))
    }
}

fn value_to_json(value: &Value) -> Result<Json, Unknown> {
    Ok(match value {
        Value::Nil => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => match i64::try_from(*number) {
            Ok(number) => Json::from(number),
            Err(_) => Json::String(number.to_string()),
        },
        Value::Float(number) => match Number::from_f64(*number) {
            Some(number) => Json::Number(number),
            None => Json::String(value.to_ruby_text()?),
        },
        Value::Str(_) | Value::Symbol(_) => Json::String(value.to_ruby_text()?),
        Value::Array(array) => {
            let content = array.borrow();
            if let Some(unknown) = &content.unknown {
                return Err(unknown.clone());
            }
            Json::Array(content.items.iter().map(value_to_json).collect::<Result<_, _>>()?)
        }
        Value::Hash(hash) => {
            let content = hash.borrow();
            if let Some(unknown) = &content.unknown {
                return Err(unknown.clone());
            }
            let pairs = content.entries.iter().map(|(key, entry)| Ok((name(key), value_to_json(&entry.value)?)));
            Json::Object(pairs.collect::<Result<Map<_, _>, Unknown>>()?)
        }
        Value::Unknown(unknown) => return Err(unknown.clone()),
    })
}

fn name(key: &HashKey) -> String {
    match key {
        HashKey::Str(text) | HashKey::Symbol(text) | HashKey::Other(text) => text.clone(),
        HashKey::Int(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gitlab_rb::{ReadOptions, read};

    fn json_of(text: &str) -> Result<Json, Unknown> {
        read(text, &ReadOptions::default()).unwrap().to_json()
    }

    #[test]
    fn calls_and_sections_keep_their_values() {
        let text = "external_url 'http://gitlab.example.com'\n\
                    mattermost['env'] = { :A => nil, 'B' => [1, 2.5, true, :tls] }\nmattermost['uid'] = 1234\n";
        let expected = json!({
            "calls": {"external_url": "http://gitlab.example.com"},
            "sections": {"mattermost": {"env": {"A": null, "B": [1, 2.5, true, "tls"]}, "uid": 1234}},
        });
        assert_eq!(json_of(text), Ok(expected));
    }

    #[test]
    fn what_only_ruby_could_tell_has_no_json() {
        assert!(json_of("mattermost['uid'] = File.size('/etc/hostname')\n").is_err());
    }
}
