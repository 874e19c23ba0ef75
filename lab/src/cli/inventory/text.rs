//! Inventories and their differences, for people.

use std::fmt::Write as _;

use gitlab_mattermost_core::inventory::{Change, Diff, File, Inventory, Judgement, Settings};
use gitlab_mattermost_core::mattermost_config::Layer;
use gitlab_mattermost_ground::visible::one_line;

/// How many differences of one rule are told one by one.
const MOST: usize = 20;

/// What an inventory holds, in a few lines.
pub(super) fn overview(inventory: &Inventory) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    if let Some(server) = inventory.mattermost {
        let _ = writeln!(text, "Mattermost {}", server.version);
    }
    if let Some(settings) = &inventory.settings {
        text += &overview_of_settings(settings);
    }
    if let Some(database) = &inventory.database {
        let rows: u64 = database.tables.values().map(|table| table.rows).sum();
        let _ = writeln!(
            text,
            "database: PostgreSQL {}, {} tables, {rows} rows",
            database.postgresql,
            database.tables.len()
        );
        if let Some(version) = database.schema.version {
            let _ = writeln!(text, "  schema of Mattermost {version}");
        }
        if let Some(last) = database.schema.migrations.last() {
            let _ = writeln!(
                text,
                "  {} migrations, the last is {} {}",
                database.schema.migrations.len(),
                last.number,
                one_line(&last.name)
            );
        }
        for (method, users) in database.users.iter().flatten() {
            let _ = writeln!(
                text,
                "  users by {}: {} active, {} deactivated",
                one_line(method),
                users.active,
                users.deactivated
            );
        }
        for (name, table) in database.tables.iter().filter(|(_, table)| table.rows > 0) {
            let _ = writeln!(text, "  {:>12} {}", table.rows, one_line(name));
        }
    }
    for (name, folder) in &inventory.folders {
        let sizes = folder.files.values().map(|file| if let File::Plain { size, .. } = file { *size } else { 0 });
        let _ = writeln!(text, "{name}: {} files, {} bytes", folder.files.len(), sizes.sum::<u64>());
    }
    if let Some(attachments) = &inventory.attachments {
        let _ = writeln!(text, "attachments: {} of {} without their file", attachments.missing, attachments.rows);
    }
    text
}

fn overview_of_settings(settings: &Settings) -> String {
    if let Some(reason) = &settings.refused {
        return format!("settings: the server would not start: {}\n", one_line(reason));
    }
    let of = |layer| settings.entries.values().filter(move |entry| entry.layer == layer).count();
    let changed = settings.entries.values().filter(|entry| !entry.at_default).count();
    let mut text = format!(
        "settings: {}, {changed} not at their default; {} from variables, {} from config.json\n",
        settings.entries.len(),
        of(Layer::Environment),
        of(Layer::File),
    );
    let unknown = settings.unknown_keys.len() + settings.other_variables.len();
    if unknown > 0 {
        let _ = writeln!(text, "  {unknown} keys and variables that no known setting reads");
    }
    text
}

/// Differences, the worst first; of very many of a kind the first only.
pub(super) fn differences(diff: &Diff) -> String {
    let mut text = format!("{}\n", diff.verdict);
    let mut rest = diff.changes.as_slice();
    while let Some(first) = rest.first() {
        let (group, others) = rest.split_at(rest.iter().take_while(|it| it.judgement == first.judgement).count());
        let _ = writeln!(text, "\n{}", heading(first.judgement));
        text += &grouped(group);
        rest = others;
    }
    let mut notes = |title: &str, what: &[String]| {
        if !what.is_empty() {
            let _ = writeln!(text, "\n{title}");
            for it in what {
                let _ = writeln!(text, "  {}", one_line(it));
            }
        }
    };
    notes("Not compared: the second inventory does not tell of", &diff.not_compared);
    notes("Compared by presence and length only, as there is no common fingerprint key", &diff.loosely_compared);
    text
}

fn grouped(changes: &[Change]) -> String {
    let mut text = String::new();
    let mut told: Vec<(&str, usize)> = Vec::new();
    for change in changes {
        let place = told.iter().position(|(rule, _)| *rule == change.rule).unwrap_or_else(|| {
            told.push((change.rule, 0));
            told.len() - 1
        });
        told[place].1 += 1;
        if told[place].1 <= MOST {
            text += &line(change);
        }
    }
    for (rule, count) in told.into_iter().filter(|(_, count)| *count > MOST) {
        let _ = writeln!(text, "  and {} more of {rule}; `--format json` tells all", count - MOST);
    }
    text
}

fn line(change: &Change) -> String {
    let values = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!(": {} -> {}", one_line(before), one_line(after)),
        (Some(only), None) | (None, Some(only)) => format!(": {}", one_line(only)),
        (None, None) => String::new(),
    };
    format!("  {}{values}\n      {}: {}\n", one_line(&change.what), change.rule, change.why)
}

const fn heading(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Lost => "Lost",
        Judgement::Changed => "Changed, and nothing known explains it",
        Judgement::Accepted => "Accepted by name",
        Judgement::Expected => "Changed as expected",
    }
}
