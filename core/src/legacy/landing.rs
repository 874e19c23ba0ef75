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
        // Adding zero takes the sign off a negative zero.
        (LandingType::Int, None, Some(fraction)) => format!("{:.0}", fraction.trunc() + 0.0),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(value: Value) -> Result<String, NoLanding> {
        land(&value, LandingType::String, Form::Quoted)
    }

    #[test]
    fn text_goes_through_json_unescaped() {
        for (ruby, landed) in [
            ("plain", Ok("plain")),
            (r"C:\new", Ok("C:\new")),
            (r"a\\b", Ok(r"a\b")),
            ("é ü", Ok("é ü")),
            (r#"say "hi""#, Err(NoLanding::BrokenFile)),
            ("two\nlines", Err(NoLanding::BrokenFile)),
            (r"C:\data", Err(NoLanding::BrokenFile)),
            (r#"a", "b": "c"#, Err(NoLanding::BrokenFile)),
        ] {
            assert_eq!(quoted(Value::text(ruby)), landed.map(str::to_owned), "{ruby}");
        }
    }

    #[test]
    fn any_value_between_quotes_is_text() {
        let landed = [Value::Int(587), Value::Bool(true), Value::Nil, Value::Symbol("tls".into()), Value::Float(1.5)]
            .map(|value| quoted(value).unwrap());
        assert_eq!(landed, ["587", "true", "", "tls", "1.5"]);
        assert_eq!(quoted(Value::array(vec![Value::text("a")])), Err(NoLanding::BrokenFile));
    }

    #[test]
    fn a_bare_value_must_be_json_of_its_own() {
        let number = |value| land(&value, LandingType::Int, Form::Bare);
        assert_eq!(number(Value::Int(1000)), Ok("1000".into()));
        assert_eq!(number(Value::text("12")), Ok("12".into()));
        assert_eq!(number(Value::Float(10.5)), Ok("10".into()));
        assert_eq!(number(Value::Float(-0.5)), Ok("0".into()));
        assert_eq!(number(Value::text("null")), Err(NoLanding::Default));
        for broken in [Value::Nil, Value::text(""), Value::text("ten"), Value::text("010"), Value::array(vec![])] {
            assert_eq!(number(broken.clone()), Err(NoLanding::BrokenFile), "{broken:?}");
        }
        let switch = |value| land(&value, LandingType::Bool, Form::Bare);
        assert_eq!(switch(Value::text("false")), Ok("false".into()));
        assert_eq!((switch(Value::Int(1)), switch(Value::Int(2))), (Ok("1".into()), Ok("true".into())));
        assert_eq!(switch(Value::text("yes")), Err(NoLanding::BrokenFile));
    }

    #[test]
    fn lists_are_joined_by_spaces_which_no_element_may_hold() {
        let list = |texts: &[&str]| Value::array(texts.iter().map(|text| Value::text(*text)).collect());
        for form in [Form::Elements, Form::Bare] {
            let land = |value: &Value| land(value, LandingType::List, form);
            assert_eq!(land(&list(&["a", "b"])), Ok("a b".into()));
            assert_eq!(land(&list(&[])), Ok(String::new()));
            assert_eq!(land(&list(&["user=x host=y", "b"])), Err(NoLanding::Separator));
        }
        let text = Value::text("postgres://x@r1/mm");
        assert_eq!(
            land(&text, LandingType::List, Form::Elements),
            Err(NoLanding::NoMethod { class: "String", method: "map" })
        );
        assert_eq!(land(&text, LandingType::List, Form::Bare), Err(NoLanding::BrokenFile));
    }
}
