//! How a Ruby value came to Mattermost through GitLab 10.8: printed into `config.json` by a template, read back as JSON.

use serde_json::Value as Json;

use super::setting::{Form, LandingType};
use crate::gitlab_rb::{Unknown, Value};

/// Why nothing came to Mattermost.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NoLanding {
    /// Only Ruby could tell the value.
    Unknown(Unknown),
    /// The template aborted: this class has no such method.
    NoMethod { class: &'static str, method: &'static str },
    /// The printed value is no JSON, so Mattermost could not read the file at all.
    BrokenFile,
    /// The value is `null`, so Mattermost used its default.
    Default,
    /// An element of the list holds the separator of lists.
    Separator,
}

/// The text that a variable must have to set what `value` set in 10.8.
pub(super) fn land(value: &Value, kind: LandingType, form: Form) -> Result<String, NoLanding> {
    let printed = print(value, form)?;
    // DIFFERENCE: nothing was escaped, so a backslash in a setting began a JSON escape and a quote ended the text.
    let json: Json = serde_json::from_str(&printed).map_err(|_| NoLanding::BrokenFile)?;
    if kind == LandingType::List {
        return joined(&json);
    }
    match json {
        Json::Null => Err(NoLanding::Default),
        Json::String(text) => Ok(text),
        Json::Bool(on) => Ok(on.to_string()),
        Json::Number(number) => Ok(as_variable(&number, kind)),
        Json::Array(_) | Json::Object(_) => Err(NoLanding::BrokenFile),
    }
}

fn print(value: &Value, form: Form) -> Result<String, NoLanding> {
    let text = |value: &Value| value.to_ruby_text().map_err(NoLanding::Unknown);
    match form {
        Form::Quoted => Ok(format!("\"{}\"", text(value)?)),
        Form::Bare | Form::Json => text(value),
        Form::Elements => match value {
            Value::Array(array) => {
                let content = array.borrow();
                let elements: Result<Vec<String>, NoLanding> =
                    content.items.iter().map(|element| Ok(format!("\"{}\"", text(element)?))).collect();
                Ok(format!("[{}]", elements?.join(",")))
            }
            Value::Unknown(unknown) => Err(NoLanding::Unknown(unknown.clone())),
            other => Err(NoLanding::NoMethod { class: other.class_name(), method: "map" }),
        },
    }
}

/// A number as the text of a variable: the file's reader cut fractions off and took any number for a switch, which the
/// reader of variables does not.
fn as_variable(number: &serde_json::Number, kind: LandingType) -> String {
    match (kind, number.as_i64(), number.as_f64()) {
        (LandingType::Int, None, Some(fraction)) => format!("{:.0}", fraction.trunc()),
        (LandingType::Bool, Some(0 | 1), _) => number.to_string(),
        (LandingType::Bool, _, Some(size)) => (size != 0.0).to_string(),
        _ => number.to_string(),
    }
}

/// The elements with single spaces between them, as Mattermost from 5.30 (GitLab 13.8) on splits lists.
fn joined(list: &Json) -> Result<String, NoLanding> {
    let Json::Array(elements) = list else { return Err(NoLanding::BrokenFile) };
    let texts: Option<Vec<&str>> = elements.iter().map(Json::as_str).collect();
    let texts = texts.ok_or(NoLanding::BrokenFile)?;
    if texts.len() > 1 && texts.iter().any(|text| text.contains(' ')) {
        return Err(NoLanding::Separator);
    }
    Ok(texts.join(" "))
}
