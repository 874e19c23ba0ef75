//! Placeholders of transcripts: what `{{code}}` stands for in this run.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: its recorded exchanges: equal placeholders stand for equal values,
//! different ones of a family for
//! different values; `{{session}}` and `{{csrf}}` for whatever is valid now.

use std::collections::BTreeMap;

/// What a placeholder may stand for.
enum Kind {
    /// A value that is bound once.
    Value,
    /// A value that is bound anew with every answer.
    Latest,
    /// Anything of this form.
    Shape(fn(&str) -> bool),
}

/// The placeholder of an application's value: `client_id`, or `client_id_other` for the one called `other`.
pub(super) fn placeholder(name: &str, reference: &str) -> String {
    if reference == "mm" { name.to_owned() } else { format!("{name}_{reference}") }
}

/// Values of placeholders.
#[derive(Debug, Default, Clone)]
pub(super) struct Bindings(BTreeMap<String, String>);

impl Bindings {
    /// The value of a placeholder.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Binds a placeholder.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Unbinds a placeholder.
    pub fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Binds a value of a family to the family's next free name: `code`, `code_2`, `code_3`, …; a value that has a name
    /// keeps it.
    pub fn number(&mut self, family: &str, value: &str) {
        for count in 1.. {
            let name = if count == 1 { family.to_owned() } else { format!("{family}_{count}") };
            match self.0.get(&name) {
                Some(bound) if bound == value => return,
                Some(_) => {}
                None => return self.set(&name, value),
            }
        }
    }

    /// `template` with its placeholders replaced; those without value stay.
    pub fn fill(&self, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, name, after)) = next_placeholder(rest) {
            filled.push_str(before);
            match (self.get(name), repeated(name)) {
                (Some(value), _) => filled.push_str(value),
                (None, Some(text)) => filled.push_str(&text),
                (None, None) => filled.push_str(&format!("{{{{{name}}}}}")),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// Whether `actual` is what `template` says; binds the placeholders that had no value.
    pub fn matches(&mut self, template: &str, actual: &str) -> bool {
        let mut bound = self.clone();
        let matched = bound.match_rest(template, actual);
        if matched {
            *self = bound;
        }
        matched
    }

    fn match_rest(&mut self, template: &str, actual: &str) -> bool {
        let Some((before, name, after)) = next_placeholder(template) else { return template == actual };
        let Some(actual) = actual.strip_prefix(before) else { return false };
        let known = match kind(name) {
            Kind::Value => self.get(name).map(str::to_owned).or_else(|| repeated(name)),
            Kind::Latest | Kind::Shape(_) => None,
        };
        if let Some(value) = known {
            return actual.strip_prefix(value.as_str()).is_some_and(|rest| self.match_rest(after, rest));
        }
        let literal = next_placeholder(after).map_or(after, |(literal, _, _)| literal);
        let end = if literal.is_empty() { Some(actual.len()) } else { actual.find(literal) };
        let Some(end) = end else { return false };
        let (value, rest) = actual.split_at(end);
        self.bind(name, value) && self.match_rest(after, rest)
    }

    /// Binds a placeholder that has no value yet; a value that another of its family has is refused.
    fn bind(&mut self, name: &str, value: &str) -> bool {
        match kind(name) {
            Kind::Shape(fits) => fits(value),
            Kind::Latest => {
                self.set(name, value);
                !value.is_empty()
            }
            Kind::Value => {
                let taken = self.0.iter().any(|(other, bound)| family(other) == family(name) && bound == value);
                self.set(name, value);
                !taken && !value.is_empty()
            }
        }
    }
}

/// The text before the first placeholder, its name, and the text after it.
fn next_placeholder(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = template.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name, after))
}

fn kind(name: &str) -> Kind {
    match name {
        "session" | "csrf" => Kind::Latest,
        "date" => Kind::Shape(|value| value.ends_with(" GMT")),
        "timestamp" => Kind::Shape(|value| value.len() == 24 && value.ends_with('Z')),
        "unix_time" => Kind::Shape(|value| value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_digit())),
        _ => Kind::Value,
    }
}

/// `repeat:x:2000` is 2000 times `x`.
fn repeated(name: &str) -> Option<String> {
    let (text, count) = name.strip_prefix("repeat:")?.rsplit_once(':')?;
    Some(text.repeat(count.parse().ok()?))
}

/// `code_2` is of the family `code`.
fn family(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((family, count)) if count.bytes().all(|byte| byte.is_ascii_digit()) => family,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::Bindings;

    #[test]
    fn equal_names_are_equal_values_and_different_ones_different() {
        let mut bindings = Bindings::default();
        assert!(bindings.matches("?code={{code}}&state=s", "?code=abc&state=s"));
        assert!(bindings.matches("{{code}}", "abc") && !bindings.matches("{{code}}", "xyz"));
        assert!(!bindings.matches("{{code_2}}", "abc") && bindings.matches("{{code_2}}", "xyz"));
    }

    #[test]
    fn a_failed_match_binds_nothing() {
        let mut bindings = Bindings::default();
        assert!(!bindings.matches("{{code}}&x", "abc&y"));
        assert_eq!(bindings.get("code"), None);
    }

    #[test]
    fn times_are_matched_by_form() {
        let mut bindings = Bindings::default();
        assert!(bindings.matches("{{timestamp}}", "2022-01-31T08:15:00.000Z"));
        assert!(!bindings.matches("{{timestamp}}", "yesterday") && !bindings.matches("{{unix_time}}", "12"));
    }

    #[test]
    fn filling_repeats_and_leaves_the_unknown() {
        let mut bindings = Bindings::default();
        bindings.set("a", "1");
        assert_eq!(bindings.fill("{{a}}{{repeat:xy:2}}{{b}}"), "1xyxy{{b}}");
    }

    #[test]
    fn numbering_gives_each_value_one_name() {
        let mut bindings = Bindings::default();
        for value in ["x", "y", "x"] {
            bindings.number("code", value);
        }
        assert_eq!(
            (bindings.get("code"), bindings.get("code_2"), bindings.get("code_3")),
            (Some("x"), Some("y"), None)
        );
    }
}
