//! The collations of a dump: those that the server has to have, and those that the dump makes.

use super::token::{QualifiedName, Token, Tokens};
use crate::backup::shell;

/// What a collation can be made of.
const OPTIONS: [&str; 7] = ["provider", "locale", "lc_collate", "lc_ctype", "deterministic", "rules", "version"];

/// A collation that a dump makes.
///
/// # Shape
/// Opaque: found by [`DumpScanner`](super::DumpScanner), asked by [`NewCollation::probe`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCollation {
    /// Its name.
    pub name: String,
    /// What it is made of, as it is written.
    options: Vec<(&'static str, String)>,
}

impl NewCollation {
    /// What follows `CREATE COLLATION`; `None` if it is of another form than `pg_dump`'s.
    fn read(mut rest: Tokens<'_>) -> Option<Self> {
        let name = rest.qualified()?.name;
        let mut options = Vec::new();
        rest.sign('(').then_some(())?;
        loop {
            let option = rest.name()?;
            let option = OPTIONS.into_iter().find(|it| *it == option)?;
            rest.sign('=').then_some(())?;
            let value = match rest.text() {
                Some(text) => shell::sql_text(&text),
                None => plain(rest.next()?)?.to_owned(),
            };
            options.push((option, value));
            if !rest.sign(',') {
                break;
            }
        }
        (rest.sign(')') && rest.is_end()).then_some(Self { name, options })
    }

    /// A statement that a server which can have it carries out without a trace.
    pub fn probe(&self) -> String {
        // A version is of the server that the dump is from.
        let options = self.options.iter().filter(|(name, _)| *name != "version");
        let options: Vec<String> = options.map(|(name, value)| format!("{name} = {value}")).collect();
        format!("BEGIN; CREATE COLLATION pg_temp.probe ({}); ROLLBACK", options.join(", "))
    }
}

/// A word that is one to every reader: what is said with it is said to a server in a superuser's name.
fn plain(token: Token<'_>) -> Option<&str> {
    let Token::Word(word) = token else { return None };
    word.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()).then_some(word)
}

/// Whether this goes on `CREATE COLLATION` as `pg_dump` writes it.
pub(super) fn is_one(rest: Tokens<'_>) -> bool {
    NewCollation::read(rest).is_some()
}

/// The collation that a statement makes.
pub(super) fn made(text: &str) -> Option<NewCollation> {
    let mut tokens = Tokens::of(text);
    tokens.phrase("CREATE COLLATION").then(|| NewCollation::read(tokens)).flatten()
}

/// The collations that a statement names, but for those of schemas of users.
pub(super) fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    // Nearly all statements name none.
    if !text.contains("COLLATE") {
        return names;
    }
    let mut tokens = Tokens::of(text);
    while let Some(token) = tokens.next() {
        if !matches!(token, Token::Word(word) if word == "COLLATE") {
            continue;
        }
        let mut after = tokens.clone();
        match after.qualified() {
            Some(QualifiedName { schema, name }) if schema.as_deref().is_none_or(|it| it == "pg_catalog") => {
                names.push(name);
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collations_of_the_server_are_told_from_those_of_the_dump() {
        let table = "CREATE TABLE public.t (a text COLLATE pg_catalog.\"de_DE.utf8\", b text COLLATE public.mine, \
                     c text DEFAULT 'COLLATE x');";
        assert_eq!(named(table), ["de_DE.utf8"]);
        let collation = made("CREATE COLLATION public.mine (provider = libc, locale = 'de_DE.utf8', version='2.36');");
        let probe = "BEGIN; CREATE COLLATION pg_temp.probe (provider = libc, locale = 'de_DE.utf8'); ROLLBACK";
        assert_eq!(collation.map(|it| (it.name.clone(), it.probe())), Some(("mine".to_owned(), probe.to_owned())));
        for other in [
            "CREATE COLLATION public.mine FROM pg_catalog.\"C\"; DROP TABLE x;",
            "CREATE COLLATION public.mine (provider = \"icu); DROP TABLE x; --\", locale = 'de');",
            "CREATE COLLATION public.mine (provider = \"icu)\n\\! id\n\", locale = 'de');",
            "CREATE COLLATION public.mine (provider = icu$x, locale = 'de');",
        ] {
            assert_eq!(made(other), None, "{other}");
        }
    }
}
