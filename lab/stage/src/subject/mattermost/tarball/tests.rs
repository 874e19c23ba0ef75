#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::error::Error as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use tempfile::TempDir;

use super::{TarballError, unpack};

/// An archive in the making: entries are taken as they are, right or wrong.
struct Archive(Builder<GzEncoder<Vec<u8>>>);

impl Archive {
    fn new() -> Self {
        Self(Builder::new(GzEncoder::new(Vec::new(), Compression::fast())))
    }

    fn file(self, name: &str, content: &[u8], mode: u32) -> Self {
        self.entry(EntryType::Regular, name, "", content, mode)
    }

    fn link(self, kind: EntryType, name: &str, target: &str) -> Self {
        self.entry(kind, name, target, b"", 0o777)
    }

    fn entry(mut self, kind: EntryType, name: &str, target: &str, content: &[u8], mode: u32) -> Self {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(mode);
        // The methods for names refuse what is tried here.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.as_gnu_mut().unwrap().linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_cksum();
        self.0.append(&header, content).unwrap();
        self
    }

    fn bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap().finish().unwrap()
    }
}

/// A folder with the archive beside the empty folder it is unpacked into.
fn unpacked(bytes: &[u8]) -> (TempDir, PathBuf, Result<(), TarballError>) {
    let folder = TempDir::new().unwrap();
    let (tarball, into) = (folder.path().join("release.tar.gz"), folder.path().join("into"));
    fs::write(&tarball, bytes).unwrap();
    fs::create_dir(&into).unwrap();
    let result = unpack(&tarball, &into);
    (folder, into, result)
}

fn reason(result: Result<(), TarballError>) -> String {
    match result.unwrap_err() {
        TarballError::Refused { entry, reason, .. } => format!("`{entry}` {reason}"),
        error => format!("{error}: {}", error.source().unwrap()),
    }
}

#[test]
fn a_release_is_unpacked_with_its_modes_and_links_but_without_its_plugins() {
    let archive = Archive::new()
        .file("./mattermost/bin/mattermost", b"server", 0o4755)
        .file("mattermost/i18n/en.json", b"[]", 0o644)
        .link(EntryType::Symlink, "mattermost/bin/platform", "mattermost")
        .link(EntryType::Symlink, "mattermost/bin/words", "../i18n/en.json")
        .link(EntryType::Link, "mattermost/bin/again", "mattermost/bin/mattermost")
        .file("mattermost/prepackaged_plugins/jira.tar.gz", &[7; 3000], 0o644)
        .file("mattermost/NOTICE.txt", b"notice", 0o600);
    let (_folder, into, result) = unpacked(&archive.bytes());
    result.unwrap();
    let root = into.join("mattermost");
    let mode = |name| fs::metadata(root.join(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode("bin/mattermost"), mode("i18n/en.json"), mode("NOTICE.txt")), (0o755, 0o644, 0o600));
    for name in ["bin/mattermost", "bin/platform", "bin/again"] {
        assert_eq!(fs::read(root.join(name)).unwrap(), b"server");
    }
    assert_eq!(fs::read(root.join("bin/words")).unwrap(), b"[]");
    assert!(!root.join("prepackaged_plugins").exists());
}

#[test]
fn an_entry_that_leads_out_of_the_folder_is_refused() {
    let out = "leads out of the folder it is unpacked in";
    for name in ["/tmp/evil", "../evil", "mattermost/../../evil"] {
        let (folder, _, result) = unpacked(&Archive::new().file(name, b"evil", 0o644).bytes());
        assert_eq!(reason(result), format!("`{name}` {out}"));
        assert!(!folder.path().join("evil").exists());
    }
}

#[test]
fn a_link_that_leads_out_of_the_folder_is_refused() {
    let out = "is a link that leads out of the folder";
    let cases = [
        (EntryType::Symlink, "a", "/etc/passwd"),
        (EntryType::Symlink, "a", ".."),
        (EntryType::Symlink, "a/b", "../../c"),
        (EntryType::Symlink, "a/b", "c/../../../d"),
        (EntryType::Symlink, "a", ""),
        (EntryType::Link, "a", "/etc/passwd"),
        (EntryType::Link, "a/b", "../c"),
    ];
    for (kind, name, target) in cases {
        let (_folder, _, result) = unpacked(&Archive::new().link(kind, name, target).bytes());
        assert_eq!(reason(result), format!("`{name}` {out}"), "{target}");
    }
}

#[test]
fn nothing_is_written_or_linked_through_a_link() {
    let link = || Archive::new().file("x/y/z", b"", 0o644).link(EntryType::Symlink, "x/link", "y");
    let (_folder, into, result) = unpacked(&link().file("x/link/file", b"evil", 0o644).bytes());
    assert_eq!(reason(result), "`x/link/file` lies behind a link");
    assert!(!into.join("x/y/file").exists());
    let (_folder, _, result) = unpacked(&link().link(EntryType::Link, "hard", "x/link/z").bytes());
    assert_eq!(reason(result), "`hard` is a link that leads out of the folder");
}

#[test]
fn what_is_no_file_folder_or_link_is_refused() {
    for kind in [EntryType::Fifo, EntryType::Char, EntryType::Block] {
        let (_folder, _, result) = unpacked(&Archive::new().link(kind, "thing", "").bytes());
        assert_eq!(reason(result), "`thing` is no file, folder or link");
    }
}

#[test]
fn the_same_file_twice_is_refused() {
    let (_folder, into, result) =
        unpacked(&Archive::new().file("twice", b"one", 0o644).file("twice", b"two", 0o644).bytes());
    assert!(matches!(result, Err(TarballError::NotWritten { .. })), "{result:?}");
    assert_eq!(fs::read(into.join("twice")).unwrap(), b"one");
}

#[test]
fn an_archive_that_is_cut_off_or_damaged_or_none_is_refused() {
    let noise: Vec<u8> = (0..20_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let whole = Archive::new().file("file", &noise, 0o644).bytes();
    let mut damaged = whole.clone();
    let end = damaged.len();
    damaged[end - 6] ^= 1;
    for bytes in [&whole[..whole.len() / 2], &whole[..whole.len() - 4], &damaged, b"PK\x03\x04", b""] {
        let (_folder, _, result) = unpacked(bytes);
        let refused = matches!(result, Err(TarballError::Unreadable { .. }));
        assert!(refused, "{} bytes: {result:?}", bytes.len());
    }
}

#[test]
fn a_name_that_would_fill_the_memory_is_refused_before_it_is_read() {
    let mut archive = Archive::new();
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNULongName);
    header.set_size(1 << 33);
    header.set_cksum();
    archive.0.get_mut().write_all(header.as_bytes()).unwrap();
    archive.0.get_mut().write_all(&vec![b'a'; 4 << 20]).unwrap();
    let (_folder, _, result) = unpacked(&archive.bytes());
    assert!(reason(result).ends_with("it goes on where a file should begin or it should end"));
}
