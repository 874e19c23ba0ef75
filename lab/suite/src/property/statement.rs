//! What a random settings file is made of: statements and their values, which print as Ruby.

use std::fmt;

use gitlab_mattermost_core::gitlab_rb::print::print_string;

/// A line of a settings file.
#[derive(Debug, Clone)]
pub(super) enum Statement {
    Setting { key: String, value: Literal },
    Env(Vec<(String, Literal)>),
    Call { name: &'static str, url: &'static str },
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { key, value } => write!(f, "mattermost[{}] = {value}", print_string(key)),
            Self::Env(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| format!("{} => {value}", print_string(name)));
                write!(f, "mattermost['env'] = {{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
            Self::Call { name, url } => write!(f, "{name} {}", print_string(url)),
        }
    }
}

/// A value as Ruby.
#[derive(Debug, Clone)]
pub(super) enum Literal {
    Bare(&'static str),
    Text(&'static str),
    List(Vec<Literal>),
    Map(Vec<(&'static str, Literal)>),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare(ruby) => f.write_str(ruby),
            Self::Text(text) => f.write_str(&print_string(text)),
            Self::List(items) => {
                write!(f, "[{}]", items.iter().map(Self::to_string).collect::<Vec<_>>().join(", "))
            }
            Self::Map(pairs) if pairs.is_empty() => f.write_str("{}"),
            Self::Map(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| format!("{} => {value}", print_string(name)));
                write!(f, "{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }
}
