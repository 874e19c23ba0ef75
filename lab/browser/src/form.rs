//! A form of a page, with the fields it would send.

use scraper::{ElementRef, Html, Selector};
use url::Url;

/// A form as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent.
    pub action: Url,
    /// `get` or `post`.
    pub method: String,
    /// Names and present values of its fields; check boxes only where ticked.
    pub fields: Vec<(String, String)>,
    /// The words on its buttons.
    pub buttons: Vec<String>,
    /// Names and values of the buttons that send theirs when they are pressed, by the words on them.
    named_buttons: Vec<(String, String, String)>,
    /// The names of its fields, by what the page calls them.
    labels: Vec<(String, String)>,
    /// The name of its field for a password, if it has one.
    pub password: Option<String>,
    /// The name of the field for who signs in: the last for a text before the password.
    pub login: Option<String>,
}

impl Form {
    /// The fields to send when a person has typed `typed` into the fields of these names.
    pub fn filled(&self, typed: &[(&str, &str)]) -> Vec<(String, String)> {
        let kept = self.fields.iter().filter(|(name, _)| !typed.iter().any(|(t, _)| t == name)).cloned();
        kept.chain(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
    }

    /// What the button adds to the fields when it is pressed.
    pub(super) fn pressed(&self, button: &str) -> Option<(String, String)> {
        let (_, name, value) = self.named_buttons.iter().find(|(words, ..)| words == button)?;
        Some((name.clone(), value.clone()))
    }

    /// What the button adds that says `button` or has it as its name; without one, or with one that is not there, the first
    /// button with a name.
    pub(super) fn pressed_or_first(&self, button: Option<&str>) -> Option<(String, String)> {
        let wanted = button.and_then(|button| self.button(button));
        let found = wanted.or_else(|| self.buttons.first().cloned().filter(|_| button.is_none()))?;
        self.pressed(&found)
    }

    /// The words on the button that says `button`, or begins with it, or has it as its name.
    pub fn button(&self, button: &str) -> Option<String> {
        let exact = self.buttons.iter().find(|words| *words == button);
        let begins = || self.buttons.iter().find(|words| !button.is_empty() && words.starts_with(button));
        let named = || self.named_buttons.iter().find(|(_, name, _)| name == button).map(|(words, ..)| words);
        exact.or_else(begins).or_else(named).cloned()
    }

    /// The name of the field that is called `called`: by name, or by its label.
    pub fn field(&self, called: &str) -> Option<String> {
        let named = self.fields.iter().map(|(name, _)| name).find(|name| *name == called);
        let labelled = || self.labels.iter().find(|(label, _)| label.trim_end_matches([':', '*', ' ']) == called);
        named.or_else(|| labelled().map(|(_, name)| name)).cloned()
    }

    /// Every form of a page at `base`, in order.
    pub(super) fn all(document: &Html, base: &Url) -> Vec<Self> {
        select(document.root_element(), "form")
            .into_iter()
            .filter_map(|form| Self::read(document, form, base))
            .collect()
    }

    fn read(document: &Html, form: ElementRef<'_>, base: &Url) -> Option<Self> {
        let action = base.join(form.attr("action").unwrap_or_default()).ok()?;
        let method = form.attr("method").unwrap_or("get").to_ascii_lowercase();
        let mut fields = Vec::new();
        let mut buttons = Vec::new();
        let mut named_buttons = Vec::new();
        let (mut login, mut password) = (None, None);
        for element in select(form, "input, textarea, select, button") {
            let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
            let name = element.attr("name").filter(|name| !name.is_empty());
            match (element.value().name(), kind.as_str()) {
                ("input", "password") if password.is_none() => password = name.map(str::to_owned),
                ("input", "" | "text" | "email") if password.is_none() => login = name.map(str::to_owned).or(login),
                _ => {}
            }
            match (element.value().name(), kind.as_str()) {
                ("button", "button" | "reset") | ("input", "button" | "reset" | "image" | "file") => {}
                ("button", _) | ("input", "submit") => {
                    let value = element.attr("value").unwrap_or_default();
                    let is_button = element.value().name() == "button";
                    let on_it = if is_button { words(element) } else { value.trim().to_owned() };
                    named_buttons.extend(name.map(|name| (on_it.clone(), name.to_owned(), value.to_owned())));
                    buttons.push(on_it);
                }
                ("input", "checkbox" | "radio") if element.attr("checked").is_none() => {}
                ("textarea", _) => push(&mut fields, element, element.text().collect()),
                ("select", _) => push(&mut fields, element, chosen(element)),
                _ => push(&mut fields, element, element.attr("value").unwrap_or_default().to_owned()),
            }
        }
        let labels = labels(document, form);
        Some(Self { action, method, fields, buttons, named_buttons, labels, password, login })
    }
}

/// What the page calls the fields of a form, with their names.
fn labels(document: &Html, form: ElementRef<'_>) -> Vec<(String, String)> {
    let inputs = select(form, "input, textarea, select");
    let named = |wanted: &dyn Fn(&ElementRef<'_>) -> bool| {
        inputs.iter().find(|input| wanted(input)).and_then(|input| input.attr("name")).map(str::to_owned)
    };
    let label = |label: ElementRef<'_>| {
        let name = match label.attr("for") {
            Some(id) => named(&|input| input.attr("id") == Some(id)),
            None => select(label, "input, textarea, select").first()?.attr("name").map(str::to_owned),
        };
        Some((words(label), name?))
    };
    select(document.root_element(), "label").into_iter().filter_map(label).collect()
}

fn push(fields: &mut Vec<(String, String)>, element: ElementRef<'_>, value: String) {
    if let Some(name) = element.attr("name").filter(|name| !name.is_empty()) {
        fields.push((name.to_owned(), value));
    }
}

fn chosen(list: ElementRef<'_>) -> String {
    let options = select(list, "option");
    let option = options.iter().find(|o| o.attr("selected").is_some()).or_else(|| options.first());
    option.map_or_else(String::new, |o| o.attr("value").map_or_else(|| words(*o), str::to_owned))
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Elements below `root` that match a constant selector.
pub(super) fn select<'a>(root: ElementRef<'a>, selector: &'static str) -> Vec<ElementRef<'a>> {
    match Selector::parse(selector) {
        Ok(selector) => root.select(&selector).collect(),
        Err(error) => unreachable!("the selector `{selector}` is constant and right: {error}"),
    }
}
