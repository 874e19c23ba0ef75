//! When a backup is whole: the judgement of every check.

use std::collections::BTreeMap;

use super::check::LISTED;
use super::dump::policy::always_left_out;
use super::dump::section::{LATER_TABLES, TABLES};
use super::dump::token::canonical;
use super::{ArtefactKind, Check, CheckId, ConfigFacts, ConfigFault, DumpSummary, Manifest, Part, TableRows};

/// The differences between two counts of rows, one sentence per table.
///
/// ```
/// use gitlab_mattermost_core::backup::TableRows;
/// use gitlab_mattermost_core::backup::verification::row_differences;
///
/// let table = |table: &str, rows| TableRows { table: table.to_owned(), rows };
/// assert!(row_differences(&[table("public.posts", 3)], &[table("\"public\".\"posts\"", 3)]).is_empty());
/// assert_eq!(row_differences(&[table("public.posts", 3)], &[table("public.posts", 2)]).len(), 1);
/// ```
pub fn row_differences(expected: &[TableRows], found: &[TableRows]) -> Vec<String> {
    // Releases differ in which names they quote.
    let named = |tables: &[TableRows]| -> BTreeMap<String, u64> {
        tables.iter().map(|it| (canonical(&it.table), it.rows)).collect()
    };
    let (all_expected, all_found) = (named(expected), named(found));
    let changed = expected.iter().filter_map(|table| match all_found.get(&canonical(&table.table)) {
        Some(rows) if *rows == table.rows => None,
        Some(rows) => Some(format!("`{}` has {rows} of {} rows", table.table, table.rows)),
        None => Some(format!("`{}` with {} rows is missing", table.table, table.rows)),
    });
    let more = found.iter().filter(|table| !all_expected.contains_key(&canonical(&table.table)));
    changed.chain(more.map(|table| format!("`{}` was not there", table.table))).collect()
}

/// The checks of a dump that was read to its end.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::DumpSummary;
/// use gitlab_mattermost_core::backup::verification::judge_dump;
/// use gitlab_mattermost_core::backup::{CheckId, Outcome};
///
/// let checks = judge_dump(&DumpSummary::default(), None);
/// let whole = checks.iter().find(|check| check.id == CheckId::DumpWhole).expect("a check");
/// assert_eq!(whole.outcome, Outcome::Failed, "it is empty");
/// ```
pub fn judge_dump(summary: &DumpSummary, manifest: Option<&Manifest>) -> Vec<Check> {
    let rows = match manifest {
        Some(manifest) => Check::of(
            CheckId::RowCounts,
            &row_differences(&manifest.database.tables, summary.tables()),
            format!("{} rows", summary.rows()),
        ),
        None => Check::not_made(CheckId::RowCounts, format!("no counts to compare its {} rows with", summary.rows())),
    };
    vec![judge_whole(summary), judge_mattermost(summary), judge_safe(summary), rows]
}

/// The check that a dump begins and ends as one does, with rows that fit their tables.
fn judge_whole(summary: &DumpSummary) -> Check {
    let id = CheckId::DumpWhole;
    let section = &summary.section;
    match (summary.has_header, summary.has_trailer) {
        (false, _) if summary.bytes == 0 => {
            return Check::failed(id, "it is empty: the command that should have filled it failed");
        }
        (false, _) if summary.is_of_mysql => {
            return Check::failed(
                id,
                "it is a dump of MySQL, and the Mattermost of the package has PostgreSQL: move the data there first, with \
                 `pgloader` as Mattermost's guide to migration has it, and take a dump of that",
            );
        }
        (false, _) => {
            let begins = summary.before.first().map(|line| format!("; it begins with `{line}`")).unwrap_or_default();
            return Check::failed(id, format!("it does not begin with \"PostgreSQL database dump\"{begins}"));
        }
        (true, false) => return Check::failed(id, "it does not end with \"PostgreSQL database dump complete\""),
        (true, true) => {}
    }
    let mut complaints = Vec::new();
    if let Some(row) = &section.wrong_row {
        let more =
            if section.wrong_rows > 1 { format!(", as have {} more", section.wrong_rows - 1) } else { String::new() };
        complaints.push(format!("{row}{more}"));
    }
    if !section.made_twice.is_empty() {
        let names = section.made_twice.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join("`, `");
        complaints.push(format!("it makes `{names}` twice: two dumps in one file"));
    }
    if section.is_mattermost() && !section.makes_keys {
        complaints.push("it makes no keys and no indexes: the section `post-data` is not in it".to_owned());
    }
    let around =
        [("before", &summary.before), ("behind", &summary.after)].map(|(place, lines)| foreign_lines(place, lines));
    Check::of(id, &complaints, format!("{} tables{}", summary.tables().len(), around.concat()))
}

/// What is said of lines around a dump, which are none of it.
fn foreign_lines(place: &str, lines: &[String]) -> String {
    let [first, others @ ..] = lines else { return String::new() };
    let named = others.iter().take(LISTED - 1).fold(format!("`{first}`"), |named, line| format!("{named}, `{line}`"));
    let more = match lines.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let plural = if others.is_empty() { "line" } else { "lines" };
    format!("; left out, of another program, {} {plural} {place} it: {named}{more}", lines.len())
}

/// The check that all of a dump is what `pg_dump` writes.
fn judge_safe(summary: &DumpSummary) -> Check {
    let refusals: Vec<String> = summary.refusals.iter().map(ToString::to_string).collect();
    let left_out = always_left_out(&summary.section);
    let mut good = "nothing but what `pg_dump` writes".to_owned();
    if !left_out.is_empty() {
        good = format!("{good}; a restore leaves out: {}", left_out.join("; "));
    }
    Check::of(CheckId::DumpSafe, &refusals, good)
}

/// The check that a dump is of Mattermost, and of all of it.
fn judge_mattermost(summary: &DumpSummary) -> Check {
    let id = CheckId::Mattermost;
    let section = &summary.section;
    let missing: Vec<&str> = TABLES.into_iter().filter(|table| !section.has_rows_of(table)).collect();
    let not_made: Vec<&str> = TABLES.into_iter().filter(|table| !section.makes(table)).collect();
    let is_later = section.mattermost_version.as_deref().is_some_and(has_later_tables);
    let lost: Vec<&str> = LATER_TABLES.into_iter().filter(|it| is_later && !section.has_rows_of(it)).collect();
    if !summary.rivals.is_empty() {
        let names = summary.rivals.join("`, `");
        let why = format!("it holds more than one Mattermost, `{}` and `{names}`: give a dump of one", section.name());
        return Check::failed(id, why);
    }
    if summary.is_without_database {
        let why =
            "it holds roles and no database, as `pg_dumpall --globals-only` has it: give the dump of the database";
        return Check::failed(id, why);
    }
    if summary.tables().is_empty() {
        return Check::failed(id, "it holds no rows: it is of an empty database, or of the schema alone");
    }
    if not_made.len() == TABLES.len() && missing.is_empty() {
        return Check::failed(id, "it holds rows and makes no tables: it was made with `--data-only`");
    }
    if missing.is_empty() && not_made.is_empty() && !lost.is_empty() {
        return Check::failed(id, format!("the rows of `{}` are not in it: it is of a part", lost.join("`, `")));
    }
    let absent = if missing.is_empty() { &not_made } else { &missing };
    match (absent.is_empty(), &section.mattermost_version) {
        (true, Some(version)) => match &section.database {
            Some(database) => Check::passed(id, format!("Mattermost {version}, in the database `{database}` of it")),
            None => Check::passed(id, format!("Mattermost {version}")),
        },
        (true, None) => Check::failed(id, "its table `systems` tells no version: no Mattermost ever ran on it"),
        (false, _) => {
            let why = if missing.is_empty() { "the tables" } else { "the rows of" };
            let names = absent.join("`, `");
            Check::failed(id, format!("{why} `{names}` are not in it: it is of another program, or of a part"))
        }
    }
}

/// Whether a Mattermost of this version has them.
fn has_later_tables(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default()) >= (3, 5)
}

/// What became of the rows of `fileinfo`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttachmentsFound {
    /// How many there are.
    pub rows: u64,
    /// How many of them have no file of their size.
    pub missing: u64,
    /// The first few of those.
    pub names: Vec<String>,
}

/// The check that every row of `fileinfo` has its file.
///
/// Files that were lost already when the backup was made are still a finding, unless they were accepted then.
///
/// ```
/// use gitlab_mattermost_core::backup::Outcome;
/// use gitlab_mattermost_core::backup::dump::DumpSummary;
/// use gitlab_mattermost_core::backup::verification::{AttachmentsFound, judge_attachments};
///
/// let check = judge_attachments(&DumpSummary::default(), &AttachmentsFound::default(), None);
/// assert_eq!(check.outcome, Outcome::NotChecked, "the dump has no rows of fileinfo");
/// ```
pub fn judge_attachments(summary: &DumpSummary, found: &AttachmentsFound, manifest: Option<&Manifest>) -> Check {
    let id = CheckId::Attachments;
    let rows = found.rows;
    let known = manifest.map_or(0, |manifest| manifest.database.attachments_without_file);
    let accepted = manifest.map_or(&[][..], |manifest| &manifest.accepted);
    let unreadable = summary.section.unreadable_attachments;
    if summary.section.has_unread_attachments() {
        return Check::not_made(id, "the rows of fileinfo do not tell which column is which");
    }
    if !summary.section.has_rows_of("fileinfo") {
        return Check::not_made(id, "the dump has no rows of fileinfo to look at");
    }
    if unreadable > 0 {
        return Check::failed(id, format!("{unreadable} rows of fileinfo cannot be read"));
    }
    match found.missing {
        0 => Check::passed(id, format!("{rows} rows of fileinfo, each with its file")),
        count => {
            let names = found.names.iter().take(LISTED).cloned().collect::<Vec<_>>().join("`, `");
            let since = if count == known { ", as when the backup was made" } else { "" };
            let detail = format!(
                "{count} of {rows} rows of fileinfo have no file of their size{since}: `{names}`; `--accept attachments` \
                 takes it so"
            );
            Check::failed_unless(if count == known { accepted } else { &[] }, id, detail)
        }
    }
}

/// What is known of the parts of a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartsFound {
    /// Each part that was found, and in what.
    pub parts: Vec<(Part, String)>,
    /// Whether anything but a dump was given.
    pub any_given: bool,
    /// Whether the configuration is in the database.
    pub config_in_database: bool,
    /// Whether users' files are kept in S3, and so in no folder.
    pub files_in_s3: bool,
    /// What was named and holds nothing of Mattermost.
    pub without_parts: Vec<String>,
}

/// The check that what Mattermost needs is there, and each part once.
///
/// ```
/// use gitlab_mattermost_core::backup::verification::{PartsFound, judge_parts};
/// use gitlab_mattermost_core::backup::{Outcome, Part};
///
/// let in_archive = |part| (part, "data.gz".to_owned());
/// let found = |parts| PartsFound { parts, any_given: true, ..PartsFound::default() };
/// let both = vec![in_archive(Part::Data), in_archive(Part::ConfigJson)];
/// assert_eq!(judge_parts(&found(both)).outcome, Outcome::Passed);
/// assert_eq!(judge_parts(&found(vec![in_archive(Part::Data)])).outcome, Outcome::Failed);
/// ```
pub fn judge_parts(found: &PartsFound) -> Check {
    let id = CheckId::Parts;
    if !found.any_given {
        return Check::not_made(
            id,
            "no files were given: this is the database alone, and data, config.json and plugins stay as they are",
        );
    }
    let has = |part: Part| found.parts.iter().any(|(it, _)| *it == part);
    let mut complaints: Vec<String> =
        found.without_parts.iter().map(|name| format!("`{name}` holds no part of Mattermost")).collect();
    for (part, is_elsewhere) in [(Part::Data, found.files_in_s3), (Part::ConfigJson, found.config_in_database)] {
        if !has(part) && !is_elsewhere {
            complaints.push(format!("`{}` is in no archive", part.name()));
        }
    }
    for (index, (part, name)) in found.parts.iter().enumerate() {
        if let Some((_, other)) = found.parts.iter().take(index).find(|(it, _)| it == part) {
            let part = part.name();
            complaints.push(format!("`{part}` is in `{other}` and in `{name}`; choose with `--dump` and `--files`"));
        }
    }
    let mut good = format!("{} parts", found.parts.len());
    for (is_so, words) in [
        (!has(Part::ConfigJson), "the configuration is in the database"),
        (!has(Part::Data), "users' files are in S3, which is not in the backup"),
        (!has(Part::Plugins), "plugins are not in the backup (P22)"),
    ] {
        if is_so {
            good.push_str("; ");
            good.push_str(words);
        }
    }
    Check::of(id, &complaints, good)
}

/// The check of the configuration that was found, if any was.
///
/// ```
/// use gitlab_mattermost_core::backup::verification::judge_config;
/// use gitlab_mattermost_core::backup::{ConfigFacts, ConfigFault, Outcome};
///
/// assert_eq!(judge_config(Some(&Ok(ConfigFacts::default()))).outcome, Outcome::Passed);
/// assert_eq!(judge_config(Some(&Err(ConfigFault::Empty))).outcome, Outcome::Failed);
/// assert_eq!(judge_config(None).outcome, Outcome::NotChecked);
/// ```
pub fn judge_config(found: Option<&Result<ConfigFacts, ConfigFault>>) -> Check {
    let id = CheckId::ConfigJson;
    match found {
        Some(Ok(_)) => Check::passed(id, "a configuration of Mattermost"),
        Some(Err(fault)) => Check::failed(id, format!("`config.json` is none of Mattermost: {fault}")),
        None => Check::not_made(id, "there is none"),
    }
}

/// The check that dump and files belong together; `days` are those in the names of dump and files.
///
/// ```
/// use gitlab_mattermost_core::backup::Outcome;
/// use gitlab_mattermost_core::backup::verification::judge_moment;
///
/// let check = judge_moment(None, Some(("2021-08-05", "2021-08-09")));
/// assert_eq!(check.outcome, Outcome::NotChecked);
/// assert!(check.detail.contains("2021-08-09"));
/// ```
pub fn judge_moment(manifest: Option<&Manifest>, days: Option<(&str, &str)>) -> Check {
    let id = CheckId::SameMoment;
    match (manifest, days) {
        (Some(manifest), _) => {
            Check::passed(id, format!("the files were read after the snapshot of {}", manifest.snapshot_at))
        }
        (None, Some((dump, files))) if dump != files => Check::not_made(
            id,
            format!("the dump is of {dump}, the files are of {files}; what came between the two is not seen"),
        ),
        (None, Some((day, _))) => {
            Check::not_made(id, format!("the names tell the day alone, {day}; what came between the two is not seen"))
        }
        (None, None) => Check::not_made(id, "the names tell no day"),
    }
}

/// What is known of a signature: `signed_with` is the key that it is of, if it was looked for. A wrong one is no finding, but
/// the end.
pub fn judge_signature(manifest: Option<&Manifest>, signed_with: Option<&str>) -> Check {
    const WITHOUT: &str =
        "no `--key` was given: the other checks find damage, not somebody who could rewrite the manifest, too";
    let id = CheckId::Signature;
    let Some(manifest) = manifest else { return Check::not_made(id, "there is no manifest that could be signed") };
    let of = |key| Check::passed(id, format!("of the key {key}, for the backup of {}", manifest.stamp.as_str()));
    signed_with.map_or_else(|| Check::not_made(id, WITHOUT), of)
}

/// The check of sizes and sums; `found` has size and SHA-256 of each file that was read.
///
/// ```
/// use gitlab_mattermost_core::backup::Outcome;
/// use gitlab_mattermost_core::backup::verification::{judge_checksums, judge_signature};
///
/// assert_eq!(judge_checksums(None, &[]).outcome, Outcome::NotChecked, "without a manifest there are no sums");
/// assert_eq!(judge_signature(None, Some("a key")).outcome, Outcome::NotChecked);
/// ```
pub fn judge_checksums(manifest: Option<&Manifest>, found: &[(ArtefactKind, u64, String)]) -> Check {
    let id = CheckId::Checksums;
    let Some(manifest) = manifest else {
        return Check::not_made(id, "no sums to compare with");
    };
    let complaints: Vec<String> = manifest
        .artefacts
        .iter()
        .filter_map(|artefact| match found.iter().find(|(kind, ..)| *kind == artefact.kind) {
            None => Some(format!("`{}` is missing or cannot be read to its end", artefact.file)),
            Some((_, size, _)) if *size != artefact.size => {
                Some(format!("`{}` has {size} bytes instead of {}", artefact.file, artefact.size))
            }
            Some((_, _, sum)) if *sum != artefact.sha256 => Some(format!("`{}` was changed", artefact.file)),
            Some(_) => None,
        })
        .collect();
    Check::of(id, &complaints, format!("{} files", manifest.artefacts.len()))
}
