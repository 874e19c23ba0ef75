//! `ALTER DEFAULT PRIVILEGES`: rights on what a role is going to make.
//!
//! They belong to a role and a database. A dump is loaded as a role of its own, so they are given afterwards, to the role that
//! everything belongs to then: read word by word here, and written anew.

use super::token::Tokens;
use crate::backup::shell;

/// What rights are of.
const KINDS: [&str; 7] = ["TABLES", "SEQUENCES", "FUNCTIONS", "ROUTINES", "TYPES", "SCHEMAS", "LARGE OBJECTS"];

/// Rights, each with the first server that knows it.
const RIGHTS: [(&str, u32); 12] = [
    ("ALL", 0),
    ("SELECT", 0),
    ("INSERT", 0),
    ("UPDATE", 0),
    ("DELETE", 0),
    ("TRUNCATE", 0),
    ("REFERENCES", 0),
    ("TRIGGER", 0),
    ("USAGE", 0),
    ("EXECUTE", 0),
    ("CREATE", 0),
    ("MAINTAIN", 170_000),
];

/// The first server that has default rights on large objects.
const KNOWS_LARGE_OBJECTS: u32 = 180_000;

/// One such statement.
///
/// # Shape
/// Opaque but for its roles: found by [`DumpScanner`](super::DumpScanner), written anew by [`DefaultRights::statement`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultRights {
    /// The role that makes things; the role that runs the statement if `None`.
    pub maker: Option<String>,
    schema: Option<String>,
    is_grant: bool,
    /// `GRANT OPTION FOR`, or `WITH GRANT OPTION`.
    is_about_granting: bool,
    rights: Vec<&'static str>,
    kind: &'static str,
    /// The roles that get the right or lose it; everybody if `None`.
    pub receivers: Vec<Option<String>>,
}

impl DefaultRights {
    /// What follows `ALTER DEFAULT PRIVILEGES`; `None` if it is anything else.
    pub(super) fn read(mut rest: Tokens<'_>) -> Option<Self> {
        let mut name_after = |phrases: &[&str]| match phrases.iter().any(|phrase| rest.phrase(phrase)) {
            true => rest.name().map(|name| Some(name.into_owned())),
            false => Some(None),
        };
        let maker = name_after(&["FOR ROLE", "FOR USER"])?;
        let schema = name_after(&["IN SCHEMA"])?;
        let is_grant = rest.phrase("GRANT");
        if !is_grant && !rest.phrase("REVOKE") {
            return None;
        }
        let mut is_about_granting = !is_grant && rest.phrase("GRANT OPTION FOR");
        let mut rights = Vec::new();
        loop {
            rights.push(RIGHTS.into_iter().map(|(right, _)| right).find(|right| rest.phrase(right))?);
            rest.phrase("PRIVILEGES");
            if !rest.sign(',') {
                break;
            }
        }
        let kind = rest.phrase("ON").then(|| KINDS.into_iter().find(|kind| rest.phrase(kind))).flatten()?;
        if !rest.phrase(if is_grant { "TO" } else { "FROM" }) {
            return None;
        }
        let mut receivers = Vec::new();
        loop {
            let is_everybody = rest.word(&["PUBLIC"]);
            receivers.push(if is_everybody { None } else { Some(rest.name()?.into_owned()) });
            if !rest.sign(',') {
                break;
            }
        }
        is_about_granting |= is_grant && rest.phrase("WITH GRANT OPTION");
        let it = Self { maker, schema, is_grant, is_about_granting, rights, kind, receivers };
        rest.is_end().then_some(it)
    }

    /// The first server that knows all of it.
    pub fn since(&self) -> u32 {
        let right = |name: &&str| RIGHTS.iter().find(|(it, _)| it == name).map_or(0, |(_, since)| *since);
        let kind = if self.kind == "LARGE OBJECTS" { KNOWS_LARGE_OBJECTS } else { 0 };
        self.rights.iter().map(right).max().unwrap_or_default().max(kind)
    }

    /// The statement for these roles.
    pub fn statement(&self, maker: &str, receivers: &[Option<String>]) -> String {
        let schema = self.schema.as_deref().map(|schema| format!(" IN SCHEMA {}", shell::sql_name(schema)));
        let roles: Vec<String> =
            receivers.iter().map(|role| role.as_deref().map_or_else(|| "PUBLIC".to_owned(), shell::sql_name)).collect();
        let (what, option, to, end) = match (self.is_grant, self.is_about_granting) {
            (true, false) => ("GRANT", "", "TO", ""),
            (true, true) => ("GRANT", "", "TO", " WITH GRANT OPTION"),
            (false, false) => ("REVOKE", "", "FROM", ""),
            (false, true) => ("REVOKE", " GRANT OPTION FOR", "FROM", ""),
        };
        format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {}{} {what}{option} {} ON {} {to} {}{end}",
            shell::sql_name(maker),
            schema.unwrap_or_default(),
            self.rights.join(", "),
            self.kind,
            roles.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<DefaultRights> {
        DefaultRights::read(Tokens::of(text))
    }

    #[test]
    fn what_is_read_is_written_anew_for_other_roles() {
        let text = " FOR ROLE a IN SCHEMA \"Odd\" GRANT SELECT,INSERT ON TABLES  TO b, PUBLIC WITH GRANT OPTION;";
        let rights = read(text).unwrap();
        assert_eq!(
            rights.statement("mm\"user", &[Some("c".to_owned()), None]),
            "ALTER DEFAULT PRIVILEGES FOR ROLE \"mm\"\"user\" IN SCHEMA \"Odd\" GRANT SELECT, INSERT ON TABLES TO \"c\", PUBLIC \
             WITH GRANT OPTION"
        );
        let revoked = read(" FOR ROLE a REVOKE ALL ON FUNCTIONS  FROM PUBLIC;").unwrap();
        assert_eq!(
            revoked.statement("b", &revoked.receivers),
            "ALTER DEFAULT PRIVILEGES FOR ROLE \"b\" REVOKE ALL ON FUNCTIONS FROM PUBLIC"
        );
        assert_eq!(read(" GRANT SELECT,MAINTAIN ON TABLES TO b;").unwrap().since(), 170_000);
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            " FOR ROLE a GRANT SELECT ON TABLES TO b; DROP TABLE x;",
            " FOR ROLE a GRANT pg_monitor TO b;",
            " FOR ROLE a GRANT SELECT ON TABLES TO b GRANTED BY c;",
            " FOR ROLE 'a' GRANT SELECT ON TABLES TO b;",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
