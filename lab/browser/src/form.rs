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
}

impl Form {
    /// The fields to send when a person has typed `typed` into the fields of these names.
    pub fn filled(&self, typed: &[(&str, &str)]) -> Vec<(String, String)> {
        let kept = self.fields.iter().filter(|(name, _)| !typed.iter().any(|(t, _)| t == name)).cloned();
        kept.chain(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
    }

    /// Every form of a page at `base`, in order.
    pub(super) fn all(document: &Html, base: &Url) -> Vec<Self> {
        select(document.root_element(), "form").into_iter().filter_map(|form| Self::read(form, base)).collect()
    }

    fn read(form: ElementRef<'_>, base: &Url) -> Option<Self> {
        let action = base.join(form.attr("action").unwrap_or_default()).ok()?;
        let method = form.attr("method").unwrap_or("get").to_ascii_lowercase();
        let mut fields = Vec::new();
        let mut buttons = Vec::new();
        for element in select(form, "input, textarea, select, button") {
            let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
            match (element.value().name(), kind.as_str()) {
                ("button", "button" | "reset") | ("input", "button" | "reset" | "image" | "file") => {}
                ("button", _) => buttons.push(words(element)),
                ("input", "submit") => buttons.push(element.attr("value").unwrap_or_default().trim().to_owned()),
                ("input", "checkbox" | "radio") if element.attr("checked").is_none() => {}
                ("textarea", _) => push(&mut fields, element, element.text().collect()),
                ("select", _) => push(&mut fields, element, chosen(element)),
                _ => push(&mut fields, element, element.attr("value").unwrap_or_default().to_owned()),
            }
        }
        Some(Self { action, method, fields, buttons })
    }
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
