//! Reduces a page to what transcripts record of it: title, headings, messages, lists, forms.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: its recorded exchanges.

use serde_json::{Map, Value, json};

use super::html::{Piece, Tag, pieces};

/// A form of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Form {
    /// Where it is sent.
    pub action: String,
    method: String,
    /// Names and values of its fields except checkboxes.
    pub fields: Vec<(String, String)>,
    checkboxes: Vec<(String, String)>,
    /// What its button says.
    pub submit: String,
}

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Reduction {
    title: String,
    headings: Vec<String>,
    preformatted: String,
    items: Vec<String>,
    flash_alert: String,
    flash_notice: String,
    /// Where its script sends the browser.
    pub redirect_to: Option<String>,
    /// The anti-forgery token in its head.
    pub csrf: Option<String>,
    application_id: Option<String>,
    secret: Option<String>,
    applications: Vec<String>,
    authorized: Vec<String>,
    /// Its forms, in order.
    pub forms: Vec<Form>,
    inside_form: bool,
}

/// The field of a form that holds an anti-forgery token.
const TOKEN_FIELD: &str = "authenticity_token";

/// The part of a page that a text belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    Heading,
    Preformatted,
    Item,
    Alert,
    Notice,
    Application,
    Authorized,
    Script,
}

/// Reads a page.
pub(super) fn reduce(html: &str) -> Reduction {
    let mut page = Reduction::default();
    let mut open: Vec<(String, Place, String)> = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag) => {
                page.note(&tag);
                if let Some(place) = place(&tag) {
                    open.push((tag.name, place, String::new()));
                }
            }
            Piece::Text(text) => {
                for (_, _, gathered) in &mut open {
                    gathered.push_str(&text);
                    gathered.push(' ');
                }
            }
            Piece::Close(name) => {
                if name == "form" {
                    page.inside_form = false;
                }
                if let Some(at) = open.iter().rposition(|(open, _, _)| *open == name) {
                    let (_, place, text) = open.remove(at);
                    page.put(place, &text);
                }
            }
        }
    }
    page
}

fn place(tag: &Tag) -> Option<Place> {
    match tag.name.as_str() {
        "title" => Some(Place::Title),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(Place::Heading),
        "pre" => Some(Place::Preformatted),
        "li" => Some(Place::Item),
        "script" => Some(Place::Script),
        "tr" if tag.has_class("application") => Some(Place::Application),
        "tr" if tag.has_class("authorized") => Some(Place::Authorized),
        _ if tag.has_class("flash-alert") => Some(Place::Alert),
        _ if tag.has_class("flash-notice") => Some(Place::Notice),
        _ => None,
    }
}

impl Reduction {
    /// Notes what a tag says by itself.
    fn note(&mut self, tag: &Tag) {
        let value = || tag.get("value").unwrap_or_default().to_owned();
        match tag.get("id") {
            Some("application_id") => self.application_id = Some(value()),
            Some("secret") => self.secret = Some(value()),
            _ => {}
        }
        match tag.name.as_str() {
            "meta" if tag.get("name") == Some("csrf-token") => self.csrf = tag.get("content").map(str::to_owned),
            "form" => {
                let attribute = |name| tag.get(name).unwrap_or_default().to_owned();
                self.forms.push(Form { action: attribute("action"), method: attribute("method"), ..Form::default() });
                self.inside_form = true;
            }
            "input" | "textarea" | "button" if self.inside_form => self.note_field(tag),
            _ => {}
        }
    }

    fn note_field(&mut self, tag: &Tag) {
        let Some(form) = self.forms.last_mut() else { return };
        let name = tag.get("name").unwrap_or_default().to_owned();
        let value = tag.get("value").unwrap_or_default().to_owned();
        match (tag.name.as_str(), tag.get("type")) {
            ("button", _) | ("input", Some("submit")) => form.submit = value,
            (_, Some("checkbox")) => form.checkboxes.push((name, value)),
            _ => form.fields.push((name, value)),
        }
    }

    /// Keeps the text of a part that has ended.
    fn put(&mut self, place: Place, text: &str) {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match place {
            Place::Title => self.title = words,
            Place::Heading => self.headings.push(words),
            Place::Preformatted => self.preformatted = words,
            Place::Item => self.items.push(words),
            Place::Alert => self.flash_alert = words,
            Place::Notice => self.flash_notice = words,
            Place::Application => self.applications.push(words),
            Place::Authorized => self.authorized.push(words),
            Place::Script => self.redirect_to = script_target(text).or(self.redirect_to.take()),
        }
    }

    /// An anti-forgery token: that of the head, or else the one in a form.
    pub fn token(&self) -> Option<String> {
        let fields = self.forms.iter().flat_map(|form| &form.fields);
        let in_form = || fields.into_iter().find(|(name, value)| name == TOKEN_FIELD && !value.is_empty());
        self.csrf.clone().or_else(|| in_form().map(|(_, value)| value.clone()))
    }

    /// The form that transcripts have.
    pub fn to_json(&self) -> Value {
        let mut json = Map::new();
        let mut put = |name: &str, value: Value| {
            let is_empty = match &value {
                Value::Null => true,
                Value::String(text) => text.is_empty(),
                Value::Array(values) => values.is_empty(),
                _ => false,
            };
            if !is_empty {
                json.insert(name.to_owned(), value);
            }
        };
        put("title", json!(self.title));
        put("heading", json!(self.headings.join(" ")));
        put("pre", json!(self.preformatted));
        put("items", json!(self.items));
        put("flash_alert", json!(self.flash_alert));
        put("flash_notice", json!(self.flash_notice));
        put("redirect_to", json!(self.redirect_to));
        put("csrf_meta", json!(self.csrf));
        put("application_id", json!(self.application_id));
        put("secret", json!(self.secret));
        put("application", json!(self.applications));
        put("authorized", json!(self.authorized));
        put("forms", Value::Array(self.forms.iter().map(Form::to_json).collect()));
        Value::Object(json)
    }
}

impl Form {
    fn to_json(&self) -> Value {
        let fields: Map<String, Value> =
            self.fields.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        let mut json = json!({"action": self.action, "method": self.method, "fields": fields, "submit": self.submit});
        if !self.checkboxes.is_empty() {
            json["checkboxes"] = json!(self.checkboxes);
        }
        json
    }
}

/// The address that `window.location = "…"` names.
fn script_target(script: &str) -> Option<String> {
    let (_, after) = script.split_once("window.location")?;
    let literal =
        after.trim_start().strip_prefix(".href").unwrap_or(after).trim_start().strip_prefix('=')?.trim_start();
    let quote = literal.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    if quote == '\'' {
        return literal[1..].split_once('\'').map(|(target, _)| target.to_owned());
    }
    let mut values = serde_json::Deserializer::from_str(literal).into_iter::<String>();
    values.next()?.ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::reduce;

    #[test]
    fn a_consent_page_is_reduced_to_its_forms() {
        let page = reduce(
            r#"<title>T</title><meta name="csrf-token" content="c"><h3>Authorize <b>X</b></h3><ul><li>a</li></ul>
            <form action="/a" method="post"><input type="hidden" name="s" value="1&amp;2"><input type="checkbox" name="b" value="1">
            <textarea name="t">ignored</textarea><input type="submit" name="commit" value="Deny"></form><input name="outside">"#,
        );
        assert_eq!(
            page.to_json(),
            json!({"title": "T", "heading": "Authorize X", "items": ["a"], "csrf_meta": "c", "forms": [{
                "action": "/a", "method": "post", "fields": {"s": "1&2", "t": ""}, "checkboxes": [["b", "1"]], "submit": "Deny",
            }]})
        );
    }

    #[test]
    fn a_token_is_found_in_the_head_or_in_a_form() {
        let field = r#"<form><input type="hidden" name="authenticity_token" value="f"></form>"#;
        assert_eq!(reduce(field).token().as_deref(), Some("f"));
        let both = format!(r#"<meta name="csrf-token" content="m">{field}"#);
        assert_eq!(reduce(&both).token().as_deref(), Some("m"));
        assert_eq!(reduce("<form><input name=\"q\"></form>").token(), None);
    }

    #[test]
    fn the_target_of_a_script_is_found() {
        for script in [r#"window.location = "http://a/?b=\u003c";"#, "window.location.href='http://a/?b=<'"] {
            let page = reduce(&format!("<script>{script}</script>"));
            assert_eq!(page.redirect_to.as_deref(), Some("http://a/?b=<"), "{script}");
        }
    }
}
