//! The keys that the package reads in its sections for Mattermost, and those in a file that it does not.
//!
//! From GitLab 12.3 on the package passes over an unknown key without a word.

use std::sync::LazyLock;

use super::configuration::{Configuration, setting_name};
use crate::gitlab_rb::distance;
use crate::version::Version;

const SECTIONS: [&str; 2] = ["mattermost", "mattermost_nginx"];
/// Keys that tune the service's logs, which any section may have.
const OF_LOGS: [&str; 3] = ["svlogd_", "udp_log_", "logrotate_"];

#[derive(Debug)]
struct Row {
    section: &'static str,
    key: &'static str,
    since: Option<Version>,
    until: Option<Version>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let rows = include_str!("../../data/package-section-keys.csv").lines().skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let (section, key) = (fields.next()?, fields.next()?);
        let mut version = || fields.next().and_then(|text| text.parse().ok());
        Some(Row { section, key, since: version(), until: version() })
    });
    rows.collect()
});

impl Row {
    fn holds_in(&self, version: Version) -> bool {
        self.since.is_none_or(|since| version >= since) && self.until.is_none_or(|until| version < until)
    }
}

/// Warns of every key that nothing reads, with the key that was probably meant.
pub(super) fn warn_of_unread(configuration: &mut Configuration) {
    for section in SECTIONS {
        let unread: Vec<(String, _)> = configuration
            .entries(section)
            .filter(|(_, slot)| slot.origin.span().is_some())
            .filter(|(key, _)| !is_read(section, key, configuration.table.version))
            .map(|(key, slot)| (key.clone(), slot.origin.span()))
            .collect();
        for (key, span) in unread {
            let version = configuration.table.version;
            let what = format!("GitLab {version} reads no `{}`", setting_name(section, &key));
            configuration.warn("unread_key", what + &advice(section, &key, version), span);
        }
    }
}

fn is_read(section: &str, key: &str, version: Version) -> bool {
    OF_LOGS.iter().any(|prefix| key.starts_with(prefix))
        || ROWS.iter().any(|row| row.section == section && row.key == key && row.holds_in(version))
}

/// What to do about a key that is not read: the releases that do, or a key like it.
fn advice(section: &str, key: &str, version: Version) -> String {
    let of_section = || ROWS.iter().filter(|row| row.section == section);
    if let Some(row) = of_section().find(|row| row.key == key) {
        return match (row.since, row.until) {
            (Some(since), _) if version < since => format!("; it exists from GitLab {since} on"),
            (_, Some(until)) => format!("; it exists only before GitLab {until}"),
            _ => String::new(),
        };
    }
    let near = of_section().filter(|row| row.holds_in(version)).map(|row| (distance(key, row.key), row.key)).min();
    match near {
        Some((edits, nearest)) if edits <= 1 + key.chars().count() / 5 => format!("; did you mean `{nearest}`?"),
        _ => String::new(),
    }
}
