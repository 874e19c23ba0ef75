//! Texts in which `{name}` stands for a value that differs from run to run.

use std::collections::BTreeMap;

use regex::Regex;

/// Placeholders that stand for another value each time.
const FLEETING: [&str; 4] = ["http-date", "ms", "signature", "request-id"];

/// The values met so far, by name.
#[derive(Debug, Default)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// `text` with every known value filled in; what is not known becomes a value of 26 letters.
    pub fn fill(&mut self, text: &str) -> String {
        let filled = placeholder().replace_all(text, |found: &regex::Captures<'_>| {
            self.0.entry(found[1].to_owned()).or_insert_with(|| "q".repeat(26)).clone()
        });
        filled.into_owned()
    }

    /// Whether `actual` is `expected`, and if so, what its placeholders stand for from now on.
    pub fn matches(&mut self, expected: &str, actual: &str) -> bool {
        let mut pattern = "(?s)^".to_owned();
        let mut names = Vec::new();
        let mut from = 0;
        for found in placeholder().captures_iter(expected) {
            let (whole, name) = (found.get(0).expect("a match"), &found[1]);
            pattern += &regex::escape(&expected[from..whole.start()]);
            pattern += &match (self.get(name), FLEETING.contains(&name)) {
                (Some(value), false) => regex::escape(value),
                (_, true) => "[^\"&;]+?".to_owned(),
                (None, false) => {
                    names.push(name.to_owned());
                    "([^\"&; ]+?)".to_owned()
                }
            };
            from = whole.end();
        }
        pattern += &regex::escape(&expected[from..]);
        pattern += "$";
        let regex = regex::RegexBuilder::new(&pattern).size_limit(1 << 24).build().expect("a pattern");
        let Some(found) = regex.captures(actual) else { return false };
        for (place, name) in names.iter().enumerate() {
            let value = found[place + 1].to_owned();
            if self.0.insert(name.clone(), value.clone()).is_some_and(|before| before != value) {
                return false;
            }
        }
        true
    }
}

fn placeholder() -> Regex {
    Regex::new(r"\{([a-z]+(?:-[a-z0-9]+)*)\}").expect("a pattern")
}
