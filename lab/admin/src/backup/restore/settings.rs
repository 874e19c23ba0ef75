//! Settings and secrets that are put back on request: files that hold more than Mattermost's part of them, and the env
//! directory. How one file is put into the other is not its job (`core::backup::settings`).

use std::fs;
use std::io::{Read, Write as _};
use std::os::unix::fs::{PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::journal::Moved;
use gitlab_mattermost_core::backup::restore::Choices;
use gitlab_mattermost_core::backup::settings::{Edit, merge, merge_secrets};
use gitlab_mattermost_core::backup::{Account, Entry, Installation, Part};

use crate::backup::account;
use crate::backup::error::{BackupError, failed};
use crate::backup::folder::{self, Folder, Found, Place};
use crate::backup::listing::{self, Attributes, Destination};
use crate::backup::package::installed_gitlab;
use crate::backup::progress::Progress;
use crate::backup::verify::{Archive, Proof};

/// Larger files of settings are none that this program puts into others, in bytes.
const LARGEST: u64 = 4 << 20;

/// What a restore does to settings.
#[derive(Default)]
pub(super) struct NewSettings {
    /// How gitlab.rb is changed.
    pub(super) edit: Edit,
    files: Vec<NewFile>,
}

/// A file that takes the place of another.
struct NewFile {
    part: Part,
    /// What was there when it was made.
    present: Option<String>,
    text: String,
    account: Option<Account>,
    mode: u32,
}

/// Makes the new files in memory; nothing is written yet.
pub(super) fn prepare(
    installation: &Installation,
    choices: Choices,
    proof: &Proof,
    progress: &Progress,
) -> Result<NewSettings, BackupError> {
    let mut new = NewSettings::default();
    for (part, chosen) in [(Part::GitlabRb, choices.settings), (Part::Secrets, choices.secrets)] {
        let (Some(archive), Some(place)) = (proof.with_part(part), installation.part(part)) else { continue };
        if !chosen {
            continue;
        }
        let backed_up = text_in(archive, part, progress)?;
        let (present, found) = read(place)?.unzip();
        new.edit.absent.extend(present.is_none().then_some(part));
        let refused = |source| BackupError::Merge { path: place.to_owned(), source: Box::new(source) };
        let text = if part == Part::GitlabRb {
            let merged = merge(present.as_deref().unwrap_or_default(), &backed_up, installed_gitlab());
            let merged = merged.map_err(refused)?;
            new.edit = Edit { absent: std::mem::take(&mut new.edit.absent), ..merged.edit };
            merged.text
        } else {
            merge_secrets(present.as_deref().unwrap_or("{}"), &backed_up).map_err(refused)?
        };
        let mode = found.filter(|_| part != Part::Secrets).map_or(0o600, |found| found.mode & 0o777);
        new.files.push(NewFile { part, present, text, account: owner_of(place)?, mode });
    }
    Ok(new)
}

/// Whom what takes this place belongs to: as what is there, else as the folder above.
pub(super) fn owner_of(place: &Path) -> Result<Option<Account>, BackupError> {
    let there = match folder::look(place)? {
        Some(found) => found,
        None => Folder::open(place.parent().unwrap_or(Path::new("/")))?.look_at_itself()?,
    };
    account::receiver(account::of(&there))
}

impl NewSettings {
    /// Writes the new files of these parts beside those that they replace.
    ///
    /// # Errors
    /// One cannot be written, or what it was made of has changed since.
    pub(super) fn write(&self, moved: &[&Moved]) -> Result<(), BackupError> {
        for new in &self.files {
            let Some(moved) = moved.iter().find(|it| it.part == new.part) else { continue };
            if read(&moved.place)?.map(|(text, _)| text) != new.present {
                let why = format!("`{}` was changed while the restore was made ready", moved.place.display());
                return Err(BackupError::Target { why });
            }
            let path = &moved.scratch;
            let place = Place::open(path)?;
            let mut file = place.above.new_file(&place.name)?;
            if let Some(account) = &new.account {
                fchown(&file, Some(account.uid), Some(account.gid)).map_err(failed("hand over", path))?;
            }
            let written = file
                .set_permissions(fs::Permissions::from_mode(new.mode))
                .and_then(|()| file.write_all(new.text.as_bytes()))
                .and_then(|()| file.sync_all());
            written.map_err(failed("write", path))?;
            place.above.sync()?;
        }
        Ok(())
    }
}

/// The text of a settings file, and what else is known of it; `None` if it is not there.
fn read(path: &Path) -> Result<Option<(String, Found)>, BackupError> {
    if !folder::exists(path)? {
        return Ok(None);
    }
    let place = Place::open(path)?;
    place.above.text(&place.name, LARGEST)
}

/// The file of this part in an archive.
fn text_in(archive: &Archive, part: Part, progress: &Progress) -> Result<String, BackupError> {
    let Archive { source, listing } = archive;
    let mut member = Member { part, text: String::new(), archive: source.path().to_owned() };
    listing::read(source, &listing.layout, listing.limits(), progress, &mut member)?;
    Ok(member.text)
}

/// Takes the one file that is looked for.
struct Member {
    part: Part,
    text: String,
    archive: PathBuf,
}

impl Destination for Member {
    fn take(
        &mut self,
        part: Part,
        _: &Path,
        _: &Entry,
        _: Attributes,
        content: &mut dyn Read,
    ) -> Result<(), BackupError> {
        if part != self.part {
            return Ok(());
        }
        self.text.clear();
        content.take(LARGEST).read_to_string(&mut self.text).map(drop).map_err(failed("read", &self.archive))
    }
}
