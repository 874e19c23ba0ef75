//! The ports on which the package's other services listen.

use std::sync::LazyLock;

use crate::gitlab_rb::{Settings, Span, Value};
use crate::version::Version;

/// A port that a service of the package listens on.
///
/// # Shape
/// `span` is a place in the settings file that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenPort {
    /// The service, in words: "the web service puma".
    pub service: &'static str,
    /// The port.
    pub port: u16,
    /// Where the settings file sets it; `None` for the package's default.
    pub span: Option<Span>,
}

#[derive(Debug)]
struct Row {
    service: &'static str,
    section: &'static str,
    key: &'static str,
    port: u16,
    since: Option<Version>,
    until: Option<Version>,
    enabled_by: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let rows = include_str!("../../data/package-ports.csv").lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let [service, section, key, port, since, until, enabled_by] = fields.as_slice() else { return None };
        let version = |text: &str| text.parse().ok();
        Some(Row {
            service,
            section,
            key,
            port: port.parse().ok()?,
            since: version(since),
            until: version(until),
            enabled_by,
        })
    });
    rows.collect()
});

/// The ports on which other services listen beside Mattermost, by the settings of GitLab `version`; none of a service
/// of which only Ruby could tell whether it runs.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
/// use gitlab_mattermost_core::omnibus::taken_ports;
///
/// let settings = read("puma['port'] = 8065", &ReadOptions::default())?;
/// let taken = taken_ports(&settings, "14.7.0".parse()?);
/// assert!(taken.iter().any(|it| it.port == 8065 && it.span.is_some()), "Mattermost's own port");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn taken_ports(settings: &Settings, version: Version) -> Vec<TakenPort> {
    let in_version = |row: &&Row| row.since.is_none_or(|it| version >= it) && row.until.is_none_or(|it| version < it);
    ROWS.iter().filter(in_version).filter(|row| row.runs(settings)).filter_map(|row| row.taken(settings)).collect()
}

impl Row {
    fn runs(&self, settings: &Settings) -> bool {
        let enable = |section: &str| settings.value(section, "enable").unwrap_or(Value::Nil);
        let on = |section: &str| enable(section).truthy() == Some(true);
        let off = |section: &str| !matches!(enable(section), Value::Nil) && enable(section).truthy() != Some(true);
        let called = |name: &str| settings.call(name).is_some_and(|it| it.value.truthy() == Some(true));
        let with_gitlab = !off("gitlab_rails") && !off(self.section);
        match self.enabled_by {
            "default" => with_gitlab && !called("roles"),
            "monitoring" => with_gitlab && !off("prometheus_monitoring") && !called("roles"),
            "registry" => !off(self.section) && (on(self.section) || called("registry_external_url")),
            "pages" => !off(self.section) && (on(self.section) || called("pages_external_url")),
            _ => on(self.section),
        }
    }

    fn taken(&self, settings: &Settings) -> Option<TakenPort> {
        let given = settings.get(self.section, self.key).filter(|entry| !matches!(entry.value, Value::Nil));
        let (port, span) = match given {
            None => (self.port, None),
            Some(entry) => {
                let text = entry.value.to_ruby_text().ok()?;
                (text.rsplit(':').next()?.parse().ok()?, entry.span)
            }
        };
        Some(TakenPort { service: self.service, port, span })
    }
}
