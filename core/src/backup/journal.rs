//! The journal of an unfinished restore, and what the next restore does with it.
//!
//! A restore has one decisive moment: the transaction in which the databases change names. An interrupted restore
//! is undone if that has not happened, and completed if it has; either way the next attempt finds a whole state.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Installation, Part, Stamp};
use crate::hexadecimal;

/// The format this program writes and reads.
pub const FORMAT: u32 = 2;

/// How far a restore has come.
///
/// # Shape
/// In JSON `preparing`, `swapping` or `finished`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The new state is staged beside the old one.
    Preparing,
    /// The new state is ready; database and folders change places.
    Swapping,
    /// The new state is in place; the old one is kept.
    Finished,
}

/// How a part changes places.
///
/// # Shape
/// In JSON `rename`, `inside` or `content`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By its name, in the folder that it lies in.
    Rename,
    /// By the names of what is in it: a folder that is a mount point keeps its own.
    Inside,
    /// By its content: a file that is a mount point keeps its name.
    Content,
}

/// A part that changes places.
///
/// # Shape
/// A JSON object with these fields; unknown ones are refused.
///
/// ```
/// use gitlab_mattermost_core::backup::journal::{Moved, PlaceKind};
/// use gitlab_mattermost_core::backup::{Part, Stamp};
///
/// let stamp = Stamp::parse("2021-08-05-14-30-00").expect("a stamp");
/// let moved = Moved::new(Part::Data, "/srv/chat/data".as_ref(), false, &stamp);
/// assert_eq!(moved.refusal(Some(PlaceKind::Folder), 10, 3), None);
/// assert!(moved.refusal(Some(PlaceKind::File), 10, 3).is_some(), "a file is in its place");
/// assert!(moved.refusal(None, 2, 3).is_some(), "the disk is full");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The part that changes places.
    pub part: Part,
    /// How it changes places.
    pub way: Way,
    /// Where it belongs.
    pub place: PathBuf,
    /// Where the new one is made: in the same folder, or inside a mount point.
    pub scratch: PathBuf,
    /// Where the old one is kept: in the same folder, or inside a mount point.
    pub old: PathBuf,
}

/// The journal of one restore.
///
/// # Shape
/// A JSON object with these fields; unknown ones are refused. Its file is `restore-STAMP.json`.
///
/// ```
/// use gitlab_mattermost_core::backup::journal::{Databases, FORMAT};
/// use gitlab_mattermost_core::backup::{Journal, Recovery, Stage, Stamp};
///
/// let journal = Journal {
///     format: FORMAT,
///     stamp: Stamp::parse("2021-08-05-14-30-00").expect("a stamp"),
///     stage: Stage::Swapping,
///     database: "chat".to_owned(),
///     scratch: "chat_restored".to_owned(),
///     old: Some("chat_before".to_owned()),
///     moved: Vec::new(),
///     stopped: false,
/// };
/// assert_eq!(journal.file_name(), "restore-2021-08-05-14-30-00.json");
/// let (before, after) = ((true, true, false), (false, true, true));
/// let recovery = |(scratch, current, old)| journal.recovery(Databases { scratch, current, old });
/// assert_eq!((recovery(before), recovery(after)), (Recovery::Undo, Recovery::Complete));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// The version of this format.
    pub format: u32,
    /// When the restore began; part of every name it makes.
    pub stamp: Stamp,
    /// How far it came.
    pub stage: Stage,
    /// Mattermost's database.
    pub database: String,
    /// The database that the dump is loaded into.
    pub scratch: String,
    /// What the database before is called afterwards; `None` if there was none.
    pub old: Option<String>,
    /// The parts that change places.
    pub moved: Vec<Moved>,
    /// Whether the server was stopped and has to be started again.
    pub stopped: bool,
}

/// The databases that exist when a journal is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Databases {
    /// The scratch database exists.
    pub scratch: bool,
    /// Mattermost's database exists.
    pub current: bool,
    /// The old one, under its new name, exists.
    pub old: bool,
}

/// What to do about an interrupted restore.
///
/// # Shape
/// Given by [`Journal::recovery`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// The old state is in place: remove what was made beside it.
    Undo,
    /// The new database is in place: move the folders that have not followed yet.
    Complete,
    /// It had finished.
    Nothing,
}

impl Moved {
    /// How a part of this installation changes places in the restore that began at `stamp`.
    pub fn new(part: Part, place: &Path, is_mounted: bool, stamp: &Stamp) -> Self {
        let name = place.file_name().map_or_else(|| part.name().to_owned(), |name| name.to_string_lossy().into_owned());
        let way = match (is_mounted, part.is_file()) {
            (false, _) => Way::Rename,
            (true, true) => Way::Content,
            (true, false) => Way::Inside,
        };
        let (scratch, old) = match way {
            Way::Inside => (place.join(inside(RESTORED, stamp)), place.join(inside(BEFORE, stamp))),
            Way::Rename | Way::Content => (
                place.with_file_name(format!(".{name}.restored-{}", stamp.as_str())),
                place.with_file_name(format!("{name}.before-{}", stamp.as_str())),
            ),
        };
        Self { part, way, place: place.to_owned(), scratch, old }
    }
}

/// What lies in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, a device, a pipe or a socket.
    Other,
}

impl Moved {
    /// Why the part cannot go to its place: something else is `there`, or where it is made there are fewer bytes `free` than
    /// the files `need`.
    pub fn refusal(&self, there: Option<PlaceKind>, free: u64, need: u64) -> Option<String> {
        let (expected, what) =
            if self.part.is_file() { (PlaceKind::File, "a file") } else { (PlaceKind::Folder, "a folder") };
        if there.is_some_and(|kind| kind != expected) {
            return Some(format!("`{}` is not {what}", self.place.display()));
        }
        let above = self.scratch.parent().unwrap_or(Path::new("/")).display();
        (free < need).then(|| format!("`{above}` has {free} free bytes, the files need {need}"))
    }
}

/// Prefix and purposes of what a restore makes inside a part that is a mount point.
const INSIDE: &str = ".mattermost-lab-";
/// What the new part, or database, is made for.
pub const RESTORED: &str = "restored";
const ARRIVING: &str = "arriving";
/// What the old part, or database, is kept as.
pub const BEFORE: &str = "before";

fn inside(purpose: &str, stamp: &Stamp) -> String {
    format!("{INSIDE}{purpose}-{}", stamp.as_str())
}

/// What the new content inside a mount point is called once all of the old one is out of its way.
pub fn arriving(stamp: &Stamp) -> String {
    inside(ARRIVING, stamp)
}

/// Whether a restore made what has this name inside a mount point: it is no part of Mattermost.
///
/// ```
/// use gitlab_mattermost_core::backup::Stamp;
/// use gitlab_mattermost_core::backup::journal::{arriving, is_made_inside};
///
/// let stamp = Stamp::parse("2021-08-05-14-30-00").expect("a stamp");
/// assert!(is_made_inside(&arriving(&stamp)) && !is_made_inside("20210805"));
/// ```
pub fn is_made_inside(name: &str) -> bool {
    let rest = name.strip_prefix(INSIDE);
    rest.and_then(|rest| rest.split_once('-')).is_some_and(|(purpose, stamp)| {
        [RESTORED, ARRIVING, BEFORE].contains(&purpose) && Stamp::parse(stamp).is_some()
    })
}

impl Journal {
    /// Checks that it names only what a restore of this installation makes.
    ///
    /// # Errors
    /// The first thing in it that no restore makes, in words.
    pub fn check(&self, installation: &Installation) -> Result<(), String> {
        let name = &installation.owner.database;
        if self.database != *name {
            return Err(format!("it is of the database `{}`, this one is `{name}`", self.database));
        }
        if self.scratch != database_name(name, RESTORED, &self.stamp) {
            return Err(format!("no restore makes the database `{}`", self.scratch));
        }
        if let Some(old) = self.old.as_ref().filter(|old| **old != database_name(name, BEFORE, &self.stamp)) {
            return Err(format!("no restore keeps the database `{old}`"));
        }
        for (index, moved) in self.moved.iter().enumerate() {
            let twice = self.moved.iter().take(index).any(|it| it.part == moved.part);
            // GitLab's own files and users' files are where the restore was told that they are, these by a configuration that
            // it may have replaced; a part may have moved since, by a link.
            let usual = installation.home.join(moved.part.name());
            let is_told = moved.part == Part::Data || !Part::HOME.contains(&moved.part);
            let told = Some(&*moved.place).filter(|_| is_told);
            let places = [installation.part(moved.part), Some(&*usual), told];
            let known = places.into_iter().flatten().any(|place| {
                let ways = [false, true].map(|mounted| Moved::new(moved.part, place, mounted, &self.stamp));
                ways.contains(moved)
            });
            if twice || !known {
                return Err(format!(
                    "`{}` is no place of this installation's `{}`",
                    moved.place.display(),
                    moved.part.name()
                ));
            }
        }
        Ok(())
    }

    /// The name of the journal's file.
    pub fn file_name(&self) -> String {
        Self::file_name_of(&self.stamp)
    }

    /// The name of the file for a restore of this moment.
    pub fn file_name_of(stamp: &Stamp) -> String {
        format!("{PREFIX}{}{SUFFIX}", stamp.as_str())
    }

    /// Whether a file of this name is a journal.
    pub fn is_file_name(name: &str) -> bool {
        name.strip_prefix(PREFIX)
            .and_then(|rest| rest.strip_suffix(SUFFIX))
            .is_some_and(|it| Stamp::parse(it).is_some())
    }

    /// What to do, going by the databases that are there.
    pub fn recovery(&self, databases: Databases) -> Recovery {
        let committed = !databases.scratch && databases.current && (self.old.is_none() || databases.old);
        match self.stage {
            Stage::Finished => Recovery::Nothing,
            Stage::Swapping if committed => Recovery::Complete,
            Stage::Preparing | Stage::Swapping => Recovery::Undo,
        }
    }
}

const PREFIX: &str = "restore-";
const SUFFIX: &str = ".json";

/// The next rename that brings a part to its place.
///
/// # Shape
/// Given by [`next_move`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextMove {
    /// What is in the place is moved to where the old one is kept.
    KeepOld,
    /// The old one is kept already, and somebody made a new one since: that is kept beside it.
    KeepIntruder,
    /// The new one is moved to the place.
    PutInPlace,
    /// All is done.
    None,
}

/// What to do next for a part, going by what exists.
///
/// ```
/// use gitlab_mattermost_core::backup::journal::{NextMove, next_move};
///
/// assert_eq!(next_move(true, true, false), NextMove::KeepOld);
/// assert_eq!(next_move(true, false, true), NextMove::PutInPlace);
/// assert_eq!(next_move(false, true, true), NextMove::None);
/// ```
pub const fn next_move(scratch: bool, place: bool, old: bool) -> NextMove {
    match (scratch, place, old) {
        (false, ..) => NextMove::None,
        (true, true, false) => NextMove::KeepOld,
        (true, true, true) => NextMove::KeepIntruder,
        (true, false, _) => NextMove::PutInPlace,
    }
}

/// The name for something made for `base` at `stamp`. PostgreSQL takes 63 bytes: a longer `base` is cut, with a sum of the whole
/// in place of its end, so that two databases whose names begin alike never get the same.
///
/// ```
/// use gitlab_mattermost_core::backup::Stamp;
/// use gitlab_mattermost_core::backup::journal::{BEFORE, database_name};
///
/// let stamp = Stamp::parse("2021-08-05-14-30-00").expect("a stamp");
/// assert_eq!(database_name("chat", BEFORE, &stamp), "chat_before_2021-08-05-14-30-00");
/// let [one, other] = ["x".repeat(80), "x".repeat(81)].map(|base| database_name(&base, BEFORE, &stamp));
/// assert!(one.len() == 63 && other.len() == 63 && one != other);
/// ```
pub fn database_name(base: &str, purpose: &str, stamp: &Stamp) -> String {
    const LONGEST: usize = 63;
    let end = format!("_{purpose}_{}", stamp.as_str());
    if base.len() + end.len() <= LONGEST {
        return format!("{base}{end}");
    }
    let sum = hexadecimal::digits(&Sha256::digest(base)[..4]);
    let mut room = LONGEST.saturating_sub(end.len() + 1 + sum.len());
    while !base.is_char_boundary(room) {
        room -= 1;
    }
    format!("{}_{sum}{end}", &base[..room])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(stage: Stage, old: Option<&str>) -> Journal {
        Journal {
            format: FORMAT,
            stamp: Stamp::parse("2021-08-05-14-30-00").unwrap(),
            stage,
            database: "mm".into(),
            scratch: "mm_restored".into(),
            old: old.map(Into::into),
            moved: Vec::new(),
            stopped: false,
        }
    }

    #[test]
    fn the_change_of_the_databases_names_decides() {
        let databases = |scratch, current, old| Databases { scratch, current, old };
        for (stage, old, there, expected) in [
            (Stage::Preparing, Some("o"), databases(false, true, false), Recovery::Undo),
            (Stage::Preparing, Some("o"), databases(true, true, false), Recovery::Undo),
            (Stage::Swapping, Some("o"), databases(true, true, false), Recovery::Undo),
            (Stage::Swapping, Some("o"), databases(false, true, true), Recovery::Complete),
            (Stage::Swapping, None, databases(true, false, false), Recovery::Undo),
            (Stage::Swapping, None, databases(false, true, false), Recovery::Complete),
            (Stage::Swapping, Some("o"), databases(false, true, false), Recovery::Undo),
            (Stage::Finished, Some("o"), databases(false, true, true), Recovery::Nothing),
        ] {
            assert_eq!(journal(stage, old).recovery(there), expected, "{stage:?} {there:?}");
        }
    }

    #[test]
    fn a_note_of_other_places_or_databases_is_told_apart() {
        use crate::backup::Connection;
        let connection = Connection { database: "mm".into(), ..Connection::default() };
        let installation = Installation::in_folder(Path::new("/srv/mm"), connection, PathBuf::new());
        let stamp = Stamp::parse("2021-08-05-14-30-00").unwrap();
        let good = Journal {
            scratch: database_name("mm", "restored", &stamp),
            old: Some(database_name("mm", "before", &stamp)),
            moved: vec![Moved::new(Part::Data, &installation.data, true, &stamp)],
            ..journal(Stage::Finished, None)
        };
        assert_eq!(good.check(&installation), Ok(()));
        type Change = fn(&mut Journal);
        let changes: [Change; 6] = [
            |it| it.old = Some("production".into()),
            |it| it.scratch = "production".into(),
            |it| it.database = "production".into(),
            |it| it.moved[0].old = "/etc/cron.d".into(),
            |it| {
                it.moved[0] =
                    Moved { part: Part::Plugins, ..Moved::new(Part::Plugins, Path::new("/etc"), true, &it.stamp) }
            },
            |it| it.moved.push(it.moved[0].clone()),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut forged = good.clone();
            change(&mut forged);
            assert!(forged.check(&installation).is_err(), "{number}");
        }
    }

    #[test]
    fn what_is_made_inside_a_mount_point_is_told_from_a_users_file() {
        let stamp = Stamp::parse("2021-08-05-14-30-00").unwrap();
        let moved = Moved::new(Part::Data, Path::new("/data"), true, &stamp);
        for path in [&moved.scratch, &moved.old, &arriving(&stamp).into()] {
            assert!(is_made_inside(path.file_name().unwrap().to_str().unwrap()), "{path:?}");
        }
        assert!(!is_made_inside(".mattermost-lab-before-mine") && !is_made_inside("20211123"));
    }

    #[test]
    fn every_part_reaches_its_place_from_any_state_and_nothing_is_overwritten() {
        for state in 0..8_u8 {
            let (had_scratch, mut scratch, mut place, mut old) =
                (state & 1 != 0, state & 1 != 0, state & 2 != 0, state & 4 != 0);
            for _ in 0..3 {
                match next_move(scratch, place, old) {
                    NextMove::KeepOld => {
                        (place, old) = (false, {
                            assert!(!old);
                            true
                        })
                    }
                    NextMove::KeepIntruder => place = false,
                    NextMove::PutInPlace => {
                        (scratch, place) = (false, {
                            assert!(!place);
                            true
                        })
                    }
                    NextMove::None => {}
                }
            }
            assert_eq!(next_move(scratch, place, old), NextMove::None);
            assert!(!had_scratch || place, "{state}");
        }
    }

    #[test]
    fn names_fit_and_keep_their_stamp() {
        let stamp = Stamp::parse("2021-08-05-14-30-00").unwrap();
        assert_eq!(
            database_name("mattermost_production", "before", &stamp),
            "mattermost_production_before_2021-08-05-14-30-00"
        );
        let long = database_name(&"ä".repeat(40), "before", &stamp);
        assert!(long.len() <= 63 && long.ends_with("_before_2021-08-05-14-30-00"), "{long}");
        assert!(Journal::is_file_name(&journal(Stage::Preparing, None).file_name()));
    }
}
