//! GitLab's settings as far as they are Mattermost's: what the env directory is made from, without which `config.json`
//! is half the configuration (P14). They are cut out for a backup and put in again by a restore.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{Part, shell};
use crate::gitlab_rb::{HashKey, ReadError, Settings, Span};
use crate::installation::SettingsFile;
use crate::version::Version;

/// The address of GitLab itself, from which those of the sign-in derive.
const EXTERNAL_URL: &str = "external_url";

/// The section of GitLab's secrets that is Mattermost's.
const SECTION: &str = "mattermost";

/// The statements of gitlab.rb that concern Mattermost, as they are written there, in their order.
///
/// `external_url` is among them, because the addresses of the sign-in derive from it, and what the sections
/// `mattermost` and `mattermost_nginx` say, with their URL; nothing of the rest.
///
/// ```
/// use gitlab_mattermost_core::backup::settings::mattermost_part;
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
///
/// let text = "gitlab_rails['time_zone'] = 'UTC'\nmattermost['enable'] = true\n";
/// let part = mattermost_part(text, &read(text, &ReadOptions::default())?);
/// assert!(part.contains("mattermost['enable'] = true") && !part.contains("time_zone"));
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
pub fn mattermost_part(source: &str, settings: &Settings) -> String {
    let spans = spans(settings, true);
    spans.iter().map(|span| format!("{}\n", text_at(source, *span))).collect()
}

/// Mattermost's section of GitLab's secrets, as a file of secrets.
pub fn mattermost_secrets(secrets: &Value) -> String {
    let section = secrets.get(SECTION).cloned().unwrap_or_default();
    format!("{:#}\n", Value::Object(Map::from_iter([(SECTION.to_owned(), section)])))
}

/// Why settings or secrets cannot be put into those that are there.
///
/// # Shape
/// One variant per cause; displayed, one line that holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One of them is no settings file that can be read.
    #[error("the {which} cannot be read")]
    Settings {
        /// The file: the present settings, those of the backup, or the result.
        which: &'static str,
        /// Why not.
        source: Box<ReadError>,
    },
    /// A statement of Mattermost shares its line with something else.
    #[error(
        "line {line} of the present settings has more in it than a statement of Mattermost; take that out by hand first"
    )]
    SharedLine {
        /// Line, from 1.
        line: usize,
    },
    /// The result would not say of Mattermost what the backup says.
    #[error("the present settings would still say something else of Mattermost; take its statements out by hand first")]
    NotTheSame,
    /// One of the files of secrets is no object of JSON. What it is is not told: it is secret.
    #[error("the {which} are not an object of JSON")]
    Secrets {
        /// The file: the present secrets, or those of the backup.
        which: &'static str,
    },
}

/// gitlab.rb with Mattermost's statements replaced by those of a backup.
///
/// # Shape
/// Given by [`merge`]; `text` reads back to the backup's settings of Mattermost.
pub struct Merged {
    /// All of it.
    pub text: String,
    /// What was done to the present one.
    pub edit: Edit,
}

/// How the present gitlab.rb becomes the new one; it holds no text of either.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    /// The lines that are taken out, from 1.
    pub without: Vec<RangeInclusive<usize>>,
    /// Whether the present `external_url` stays and that of the backup is left out: it is GitLab's own address.
    pub keeps_url: bool,
    /// Files that are not there yet and consist of what the backup has.
    pub absent: Vec<Part>,
}

impl Edit {
    /// The commands that make `scratch` of `present` and the backup's `archive`.
    pub fn commands(&self, present: &str, archive: &str, scratch: &str) -> Vec<String> {
        let ranges =
            self.without.iter().map(|it| format!("{},{}d", it.start(), it.end())).collect::<Vec<_>>().join(";");
        let scratch = shell::word(scratch);
        let backed_up = shell::line(["tar", "-zxOf", archive, "gitlab.rb"]);
        let url = if self.keeps_url { " | sed '/^external_url /d'" } else { "" };
        vec![
            format!("{} > {scratch}", shell::line(["sed", &ranges, present])),
            format!("{backed_up}{url} >> {scratch}"),
        ]
    }
}

/// Puts Mattermost's statements of a backup in the place of those of `present`; everything else stays as it is. Both are
/// read as the package of `gitlab` reads them.
///
/// # Errors
/// By variant of [`MergeError`]: what cannot be told apart by whole lines is left to a person.
///
/// ```
/// use gitlab_mattermost_core::backup::settings::merge;
/// use gitlab_mattermost_core::version::DOCUMENTED;
///
/// let present = "gitlab_rails['time_zone'] = 'UTC'\nmattermost['enable'] = false\n";
/// let merged = merge(present, "mattermost['enable'] = true\n", DOCUMENTED)?;
/// assert_eq!(merged.text, "gitlab_rails['time_zone'] = 'UTC'\nmattermost['enable'] = true\n");
/// # Ok::<(), gitlab_mattermost_core::backup::settings::MergeError>(())
/// ```
pub fn merge(present: &str, backed_up: &str, gitlab: Version) -> Result<Merged, MergeError> {
    let read = |which: &'static str, text: &str| {
        let file = SettingsFile::read(which, text, Default::default(), gitlab);
        // Code that cannot be seen is no statement of Mattermost's.
        let file = file.map_err(|source| MergeError::Settings { which, source: Box::new(source) });
        file.map(|file| file.settings.into_seen())
    };
    let keeps_url = read("present settings", present)?.call(EXTERNAL_URL).is_some();
    let statements = |text: &str, settings: &Settings| -> Vec<String> {
        spans(settings, !keeps_url).into_iter().map(|span| text_at(text, span).to_owned()).collect()
    };
    let wanted = statements(backed_up, &read("settings of the backup", backed_up)?);
    let mut left: Vec<(usize, &str)> = (1..).zip(present.split_inclusive('\n')).collect();
    let mut taken = Vec::new();
    // What a later statement overrides shows only once that one is gone.
    loop {
        let text: String = left.iter().map(|(_, line)| *line).collect();
        let spans = spans(&read("present settings", &text)?, false);
        if spans.is_empty() {
            break;
        }
        let lines: Vec<RangeInclusive<usize>> = spans
            .iter()
            .map(|span| whole_lines(&text, *span))
            .collect::<Result<_, _>>()
            .map_err(|index| MergeError::SharedLine { line: left.get(index).map_or(0, |(line, _)| *line) })?;
        let mut index = 0;
        left.retain(|(line, _)| {
            let goes = lines.iter().any(|range| range.contains(&index));
            index += 1;
            taken.extend(goes.then_some(*line));
            !goes
        });
    }
    let mut text: String = left.iter().map(|(_, line)| *line).collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    wanted.iter().for_each(|statement| {
        text.push_str(statement);
        text.push('\n');
    });
    if statements(&text, &read("result", &text)?) != wanted {
        return Err(MergeError::NotTheSame);
    }
    Ok(Merged { text, edit: Edit { without: ranges(taken), keeps_url, absent: Vec::new() } })
}

/// GitLab's secrets with Mattermost's section replaced by that of a backup.
///
/// # Errors
/// [`MergeError::Secrets`].
///
/// ```
/// use gitlab_mattermost_core::backup::settings::{mattermost_secrets, merge_secrets};
///
/// let backed_up = serde_json::json!({"mattermost": {"gitlab_id": "old"}, "gitlab_rails": {"db_key_base": "x"}});
/// let part = mattermost_secrets(&backed_up);
/// assert!(!part.contains("db_key_base"));
/// let merged = merge_secrets(r#"{"mattermost": {"gitlab_id": "new"}, "gitlab_rails": {"a": "b"}}"#, &part)?;
/// let merged: serde_json::Value = serde_json::from_str(&merged)?;
/// assert_eq!(merged["mattermost"]["gitlab_id"], "old");
/// assert_eq!(merged["gitlab_rails"]["a"], "b");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn merge_secrets(present: &str, backed_up: &str) -> Result<String, MergeError> {
    let object = |which: &'static str, text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(MergeError::Secrets { which }),
    };
    let mut secrets = object("present secrets", present)?;
    let section = object("secrets of the backup", backed_up)?.remove(SECTION);
    secrets.insert(SECTION.to_owned(), section.ok_or(MergeError::Secrets { which: "secrets of the backup" })?);
    Ok(format!("{:#}\n", Value::Object(secrets)))
}

/// Where Mattermost's statements stand, in their order, each once.
fn spans(settings: &Settings, with_url: bool) -> Vec<Span> {
    let calls =
        settings.calls.iter().filter(|(name, _)| (with_url && *name == EXTERNAL_URL) || name.starts_with("mattermost"));
    let mut spans: Vec<Span> = calls.map(|(_, assigned)| assigned.span).collect();
    for (name, section) in &settings.sections {
        let of_mattermost = name.starts_with("mattermost");
        for (key, entry) in &section.borrow().entries {
            if of_mattermost || (name == "gitlab_rails" && matches!(key, HashKey::Str(key) if key == "mattermost_host"))
            {
                spans.extend(entry.span);
            }
        }
    }
    spans.sort_unstable();
    let mut end = 0;
    // A statement that sets two keys is there once; one inside another is part of it.
    spans.retain(|span| {
        let is_new = span.start >= end;
        end = end.max(span.end);
        is_new
    });
    spans
}

fn text_at(source: &str, span: Span) -> &str {
    source.get(span.start..span.end).unwrap_or_default().trim_end()
}

/// The lines, from 0, that a statement has for itself, but for a comment; else the first that it shares.
fn whole_lines(text: &str, span: Span) -> Result<RangeInclusive<usize>, usize> {
    let line_of = |position: usize| text.bytes().take(position).filter(|byte| *byte == b'\n').count();
    let end = span.start + text_at(text, span).len();
    let (first, last) = (line_of(span.start), line_of(end));
    let before = text.get(..span.start).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let after = text.get(end..).unwrap_or_default().split('\n').next().unwrap_or_default().trim_start();
    if !before.trim().is_empty() {
        Err(first)
    } else if !(after.is_empty() || after.starts_with('#')) {
        Err(last)
    } else {
        Ok(first..=last)
    }
}

fn ranges(mut lines: Vec<usize>) -> Vec<RangeInclusive<usize>> {
    lines.sort_unstable();
    let mut ranges: Vec<RangeInclusive<usize>> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some(range) if range.end() + 1 == line => *range = *range.start()..=line,
            _ => ranges.push(line..=line),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::DOCUMENTED;

    const BACKED_UP: &str = "external_url 'http://old.example.com'\nmattermost_external_url 'http://mattermost.example.com'\n\
                             mattermost['env'] = {\n  'A' => 'b'\n}\n";

    fn merged(present: &str) -> Result<Merged, MergeError> {
        merge(present, BACKED_UP, DOCUMENTED)
    }

    #[test]
    fn mattermosts_statements_are_replaced_and_the_rest_stays() {
        let present = "# GitLab\nexternal_url 'https://gitlab.example.com'\nmattermost['enable'] = true\n\
                       mattermost['env'] = {\n  'OLD' => 'x',\n} # to be changed\n\n\
                       gitlab_rails['mattermost_host'] = 'http://x'\ngitlab_rails['time_zone'] = 'UTC'";
        let merged = merged(present).unwrap();
        assert_eq!(
            merged.text,
            "# GitLab\nexternal_url 'https://gitlab.example.com'\n\ngitlab_rails['time_zone'] = 'UTC'\n\
             mattermost_external_url 'http://mattermost.example.com'\nmattermost['env'] = {\n  'A' => 'b'\n}\n"
        );
        assert_eq!(merged.edit, Edit { without: vec![3..=6, 8..=8], keeps_url: true, absent: Vec::new() });
        let commands = merged.edit.commands("/etc/gitlab/gitlab.rb", "/b/s.gz", "/etc/gitlab/.new");
        assert_eq!(
            commands,
            [
                "sed '3,6d;8,8d' /etc/gitlab/gitlab.rb > /etc/gitlab/.new",
                "tar -zxOf /b/s.gz gitlab.rb | sed '/^external_url /d' >> /etc/gitlab/.new"
            ]
        );
    }

    #[test]
    fn a_file_without_an_address_takes_that_of_the_backup() {
        for present in ["", "gitlab_rails['time_zone'] = 'UTC'\n"] {
            let merged = merged(present).unwrap();
            assert_eq!(merged.text, format!("{present}{BACKED_UP}"));
            assert!(merged.edit.without.is_empty() && !merged.edit.keeps_url);
        }
    }

    #[test]
    fn a_statement_that_another_one_overrides_goes_too() {
        let merged = merged("mattermost['enable'] = false\nmattermost['enable'] = true\n").unwrap();
        assert!(!merged.text.contains("enable"), "{}", merged.text);
        assert_eq!(merged.edit.without, [1..=2]);
    }

    #[test]
    fn what_cannot_be_told_apart_by_lines_is_left_to_a_person() {
        for (present, expected) in [
            ("x = 1\nmattermost['enable'] = true if x == 1\n", "line 2 of the present settings has more in it"),
            ("mattermost['enable'] = true; nginx['enable'] = true\n", "line 1 of the present settings has more in it"),
            ("mattermost['enable'] = \n", "the present settings cannot be read"),
        ] {
            let error = merged(present).map(|it| it.text).unwrap_err();
            assert!(error.to_string().contains(expected), "{present}: {error}");
        }
    }

    #[test]
    fn only_mattermosts_section_of_the_secrets_changes() {
        let present = r#"{"gitlab_rails": {"a": "1"}, "mattermost": {"gone": true}, "z": {}}"#;
        let backed_up =
            mattermost_secrets(&serde_json::json!({"mattermost": {"gitlab_id": "1"}, "gitlab_rails": {"a": "2"}}));
        let merged: Value = serde_json::from_str(&merge_secrets(present, &backed_up).unwrap()).unwrap();
        assert_eq!(merged, serde_json::json!({"gitlab_rails": {"a": "1"}, "mattermost": {"gitlab_id": "1"}, "z": {}}));
        for (present, backed_up) in [("[]", "{}"), ("{}", "{}"), ("{", "{\"mattermost\": {}}")] {
            assert!(merge_secrets(present, backed_up).is_err(), "{present} {backed_up}");
        }
    }
}
