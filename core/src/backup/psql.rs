//! What releases of psql can be trusted with, as they load a dump.

use super::DumpSummary;

/// The first releases that know `\restrict`, by major version; later majors all do (P24).
const RESTRICT: [(u32, u32); 5] = [(13, 22), (14, 19), (15, 14), (16, 10), (17, 6)];

/// The first one that reads a function's body which is not in quotes.
const KNOWS_BODIES: u32 = 14;

/// A release of psql.
///
/// # Shape
/// `15.18 (Debian 15.18-0+deb12u1)`, as `psql --version` has it behind `psql (PostgreSQL) `.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::DumpSummary;
/// use gitlab_mattermost_core::backup::psql::PsqlVersion;
///
/// let dump = DumpSummary { may_hide_commands: true, ..DumpSummary::default() };
/// assert!(PsqlVersion::new("15.13").refusal(&dump).is_some());
/// assert_eq!(PsqlVersion::new("15.14 (Debian 15.14-0+deb12u1)").refusal(&dump), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PsqlVersion(String);

impl PsqlVersion {
    /// The release that calls itself so.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The first two numbers.
    fn numbers(&self) -> (u32, u32) {
        let mut numbers = self.0.split(|c: char| !c.is_ascii_digit()).map(|it| it.parse().unwrap_or_default());
        (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default())
    }

    /// The first number.
    pub fn major(&self) -> u32 {
        self.numbers().0
    }

    /// Whether it knows `\restrict`: after that it takes nothing but SQL.
    pub fn knows_restrict(&self) -> bool {
        let (major, minor) = self.numbers();
        RESTRICT.iter().find(|(it, _)| *it == major).map_or(major > 17, |(_, first)| minor >= *first)
    }

    /// Why it cannot load this dump. Commands to psql may run any program; one that can be restricted takes none.
    pub fn refusal(&self, dump: &DumpSummary) -> Option<String> {
        let psql = &self.0;
        if dump.has_bodies && self.major() < KNOWS_BODIES {
            return Some(format!(
                "this dump has functions whose bodies psql {psql} cannot read; use psql {KNOWS_BODIES} or a later one"
            ));
        }
        (dump.may_hide_commands && !self.knows_restrict()).then(|| {
            format!(
                "this dump has statements that could make psql {psql} run programs; use psql 13.22, 14.19, 15.14, 16.10, 17.6 \
                 or a later one, which can be told to take nothing but SQL"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_trusted_from_its_minor_version_on() {
        for (text, knows) in [("15.13", false), ("15.14 (Debian)", true), ("12.22", false), ("18beta1", true)] {
            assert_eq!(PsqlVersion::new(text).knows_restrict(), knows, "{text}");
        }
        let dump = DumpSummary { has_bodies: true, ..DumpSummary::default() };
        assert!(PsqlVersion::new("13.22").refusal(&dump).is_some());
        assert_eq!(PsqlVersion::new("15.13").refusal(&dump), None);
        let dump = DumpSummary { may_hide_commands: true, ..dump };
        assert!(PsqlVersion::new("15.13").refusal(&dump).is_some());
    }
}
