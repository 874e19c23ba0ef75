//! The names in an archive, for callers that need nothing else.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::layout::normal;
use gitlab_mattermost_core::backup::{Entry, EntryKind, Part, Survey, config_file};
use gitlab_mattermost_core::diagnosis::BackupEntry;

use super::packed::PackedReader;
use super::tarball::Tarball;

/// The members of a tar archive, at most that many, up to its end or its first damage; none of a file of another kind. What
/// lies in a part of Mattermost under another name has the part's own.
pub(crate) fn archive_members(path: &Path, most: usize) -> Vec<BackupEntry> {
    let mut members = Vec::new();
    let mut survey = Survey::default();
    let Ok(reader) = PackedReader::open(path) else { return Vec::new() };
    let mut archive = Tarball::new(reader);
    while let Ok(Some(member)) = archive.next() {
        if members.len() >= most {
            break;
        }
        let entry = Entry { path: member.path, kind: member.kind, size: member.size };
        survey.note(&entry);
        if survey.wants(&entry) {
            let mut text = Vec::new();
            let read = archive.content().take(config_file::LARGEST).read_to_end(&mut text);
            survey.note_config(&entry.path, read.is_ok() && config_file::read(&text).is_ok());
        }
        let is_folder = entry.kind == EntryKind::Folder;
        members.push((normal(&entry.path), member.size, member.modified, is_folder));
    }
    let layout = survey.layout();
    let is_renamed = |part: &Part| layout.root(*part).is_some_and(|root| !root.ends_with(part.name()));
    let renamed: Vec<Part> = layout.parts().into_iter().filter(is_renamed).collect();
    let known_as = |path: PathBuf| {
        let within = |part: &&Part| layout.root(**part).is_some_and(|root| path.starts_with(root));
        match renamed.iter().find(within) {
            Some(part) => {
                let below = layout.root(*part).and_then(|root| path.strip_prefix(root).ok());
                below.map_or_else(|| path.clone(), |below| Path::new(part.name()).join(below))
            }
            None => path,
        }
    };
    let entry = |(path, size, modified, is_folder)| BackupEntry {
        path: known_as(path).to_string_lossy().into_owned(),
        archive: None,
        size,
        modified: Some(modified),
        is_folder,
    };
    members.into_iter().map(entry).collect()
}
