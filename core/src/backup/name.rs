//! What the files of a backup are called.
//!
//! # Source
//! The document's own commands: `mattermost_dbdump_2021-08-05.sql.gz` and `mattermost_data_2021-08-09.gz`.

use serde::{Deserialize, Serialize};

use super::ArtefactKind;

/// The manifest's name in every set.
pub const MANIFEST: &str = "mattermost_backup.json";

/// The name of the manifest's signature, as `minisign -S` names it.
pub const SIGNATURE: &str = "mattermost_backup.json.minisig";

/// A point in time as the names carry it, in UTC.
///
/// # Shape
/// `2021-08-05-14-30-00`; rejected: `2021-8-5`.
///
/// ```
/// use gitlab_mattermost_core::backup::Stamp;
///
/// assert_eq!(Stamp::parse("2021-08-05-14-30-00").expect("a stamp").day(), "2021-08-05");
/// assert!(Stamp::parse("2021-8-5").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(String);

impl Stamp {
    /// A stamp from its text; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = b"dddd-dd-dd-dd-dd-dd";
        let fits = text.len() == shape.len()
            && text.bytes().zip(shape).all(|(b, s)| if *s == b'd' { b.is_ascii_digit() } else { b == *s });
        fits.then(|| Self(text.to_owned()))
    }

    /// The day alone, as the document's names carry it.
    pub fn day(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a set, the folder with one backup, is called.
///
/// ```
/// use gitlab_mattermost_core::backup::{SetName, Stamp};
///
/// let set = SetName { stamp: Stamp::parse("2021-08-05-14-30-00").expect("a stamp") };
/// assert_eq!(set.finished(), "mattermost_backup_2021-08-05-14-30-00");
/// assert!(SetName::is_partial(&set.partial()) && !SetName::is_partial(&set.finished()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetName {
    /// When it was made.
    pub stamp: Stamp,
}

const SET: &str = "mattermost_backup_";
const PARTIAL: &str = ".partial";

impl SetName {
    /// The folder's name once the backup is whole.
    pub fn finished(&self) -> String {
        format!("{SET}{}", self.stamp.as_str())
    }

    /// The folder's name while the backup is written: nothing that looks for backups takes it for one.
    pub fn partial(&self) -> String {
        format!(".{}{PARTIAL}", self.finished())
    }

    /// Whether a folder of this name is a backup that is being, or never was, finished.
    pub fn is_partial(name: &str) -> bool {
        let stamp = name.strip_prefix('.').and_then(|rest| rest.strip_prefix(SET)?.strip_suffix(PARTIAL));
        stamp.is_some_and(|stamp| Stamp::parse(stamp).is_some())
    }
}

/// What the file with this part of a backup is called.
pub fn file_name(kind: ArtefactKind, stamp: &Stamp) -> String {
    let day = stamp.day();
    match kind {
        ArtefactKind::Database => format!("mattermost_dbdump_{day}.sql.gz"),
        ArtefactKind::Files => format!("mattermost_data_{day}.gz"),
        ArtefactKind::Plugins => format!("mattermost_plugins_{day}.gz"),
        ArtefactKind::Settings => format!("mattermost_settings_{day}.gz"),
        ArtefactKind::Secrets => format!("mattermost_secrets_{day}.gz"),
    }
}

/// The part of a backup that a file of this name holds, and the day in its name.
///
/// ```
/// use gitlab_mattermost_core::backup::name::{file_name, read_file_name};
/// use gitlab_mattermost_core::backup::{ArtefactKind, Stamp};
///
/// let stamp = Stamp::parse("2021-08-05-14-30-00").expect("a stamp");
/// let name = file_name(ArtefactKind::Database, &stamp);
/// assert_eq!(name, "mattermost_dbdump_2021-08-05.sql.gz");
/// assert_eq!(read_file_name(&name), Some((ArtefactKind::Database, "2021-08-05")));
/// assert_eq!(read_file_name("dump.sql.gz"), None);
/// ```
pub fn read_file_name(name: &str) -> Option<(ArtefactKind, &str)> {
    ArtefactKind::ALL.into_iter().find_map(|kind| {
        let (before, after) = match kind {
            ArtefactKind::Database => ("mattermost_dbdump_", ".sql.gz"),
            ArtefactKind::Files => ("mattermost_data_", ".gz"),
            ArtefactKind::Plugins => ("mattermost_plugins_", ".gz"),
            ArtefactKind::Settings => ("mattermost_settings_", ".gz"),
            ArtefactKind::Secrets => ("mattermost_secrets_", ".gz"),
        };
        Some((kind, name.strip_prefix(before)?.strip_suffix(after)?))
    })
}

/// Endings of archives' names.
const ARCHIVES: [&str; 10] =
    [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz"];

/// Whether a file is called as archives are.
pub fn is_archive_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ARCHIVES.iter().any(|ending| name.ends_with(ending))
}

/// The name that the parts of a file begin with that was split, if this is the name of one.
///
/// # Shape
/// `dump.sql.gz.` of `dump.sql.gz.aa`, as `split` makes it, and of `dump.sql.gz.001`.
pub fn whole_of_part(name: &str) -> Option<&str> {
    let letters = name.len() - name.bytes().rev().take_while(u8::is_ascii_lowercase).count();
    let digits = name.len() - name.bytes().rev().take_while(u8::is_ascii_digit).count();
    let endings = [".gz", ".zst", ".xz", ".bz2", ".tgz", ".tar", ".sql", ".dump"];
    [letters, digits].into_iter().find_map(|end| {
        let (whole, part) = (name.get(..end)?, name.get(end..)?);
        let stem = whole.trim_end_matches(['.', '-', '_']).trim_end_matches(".part");
        let is_part = part.len() == 2 || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()));
        let is_ending = endings.iter().any(|ending| ending.strip_prefix('.') == Some(part));
        (is_part && !is_ending && endings.iter().any(|ending| stem.ends_with(ending))).then_some(whole)
    })
}

/// The day that is written in a file's name, whatever stands around it.
///
/// # Shape
/// `2021-08-05` of `mattermost_data_2021-08-05T02:30.tar.gz` and of `data-20210805.tgz`.
///
/// ```
/// use gitlab_mattermost_core::backup::name::{day_in, is_archive_name};
///
/// assert_eq!(day_in("data-20210805.tgz").as_deref(), Some("2021-08-05"));
/// assert_eq!(day_in("data.tgz"), None);
/// assert!(is_archive_name("data-20210805.tgz") && !is_archive_name("data.sql.gz"));
/// ```
pub fn day_in(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let day_at = |start: usize, separator: Option<u8>| {
        let width = if separator.is_some() { 10 } else { 8 };
        let text = name.get(start..start + width)?;
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        if start.checked_sub(1).is_some_and(digit) || (separator.is_none() && digit(start + width)) {
            return None;
        }
        let part = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
        let (year, month, day) = match separator {
            Some(it) if text.as_bytes().get(4) == Some(&it) && text.as_bytes().get(7) == Some(&it) => {
                (part(0, 4)?, part(5, 7)?, part(8, 10)?)
            }
            Some(_) => return None,
            None => (part(0, 4)?, part(4, 6)?, part(6, 8)?),
        };
        let is_day = (2000..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        is_day.then(|| format!("{year:04}-{month:02}-{day:02}"))
    };
    let at = |start| [Some(b'-'), Some(b'_'), Some(b'.'), None].into_iter().find_map(|it| day_at(start, it));
    (0..name.len()).find_map(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_documents_and_are_read_back() {
        let stamp = Stamp::parse("2021-08-05-14-30-00").unwrap();
        assert_eq!(file_name(ArtefactKind::Database, &stamp), "mattermost_dbdump_2021-08-05.sql.gz");
        assert_eq!(file_name(ArtefactKind::Files, &stamp), "mattermost_data_2021-08-05.gz");
        for kind in ArtefactKind::ALL {
            assert_eq!(read_file_name(&file_name(kind, &stamp)), Some((kind, "2021-08-05")));
        }
        assert_eq!(read_file_name("mattermost_data_2021-08-05.zip"), None);
    }

    #[test]
    fn the_day_in_a_name_is_found_whatever_stands_around_it() {
        for (name, day) in [
            ("mattermost_data_2021-08-05.tar.gz", Some("2021-08-05")),
            ("mattermost_dbdump_2021-08-05_00-00.sql.gz", Some("2021-08-05")),
            ("mattermost_dbdump_2021-08-05T02:30:00+02:00.sql.gz", Some("2021-08-05")),
            ("data-20210805.tgz", Some("2021-08-05")),
            ("data_20210805023000.tgz", None),
            ("data_2021_08_05.tgz", Some("2021-08-05")),
            ("1628164800_2021_08_05_14.1.2_gitlab_backup.tar", Some("2021-08-05")),
            ("mattermost_data_2021-13-05.gz", None),
            ("datä.gz", None),
        ] {
            assert_eq!(day_in(name).as_deref(), day, "{name}");
        }
        assert!(is_archive_name("data.TAR.gz") && !is_archive_name("dump.sql.gz"));
    }

    #[test]
    fn a_part_of_a_file_that_was_split_is_told() {
        for (name, whole) in [
            ("dump.sql.gz.aa", Some("dump.sql.gz.")),
            ("dump.sql.gz.part-ab", Some("dump.sql.gz.part-")),
            ("data.tar.001", Some("data.tar.")),
            ("data.tgz_00", Some("data.tgz_")),
            ("dump.sql.gz", None),
            ("dump.sql.xz", None),
            ("dump.sql.gz.old1", None),
            ("dump.sql.gz.1", None),
            ("dump.sql.bak", None),
            ("mattermost_dbdump_2021-08-05.sql", None),
            ("aa", None),
        ] {
            assert_eq!(whole_of_part(name), whole, "{name}");
        }
    }

    #[test]
    fn an_unfinished_set_is_told_from_a_finished_one() {
        let name = SetName { stamp: Stamp::parse("2021-08-05-14-30-00").unwrap() };
        assert!(SetName::is_partial(&name.partial()) && !SetName::is_partial(&name.finished()));
        assert!(!SetName::is_partial(".mattermost_backup_mine.partial"));
        assert_eq!(Stamp::parse("2021-8-5"), None);
    }
}
