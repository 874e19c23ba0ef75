use std::fs::File;
use std::path::PathBuf;

use gitlab_mattermost_core::backup::Limits;
use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

use super::*;
use crate::backup::listing::{self, Source};
use crate::backup::progress::Progress;

/// Names that meet again and again, some of them in each other.
fn path() -> impl Strategy<Value = String> {
    let name = prop_oneof![Just("a"), Just("b"), Just("20210805"), Just("."), Just("ü")];
    let root = prop_oneof![8 => Just("data"), 1 => Just("./data"), 1 => Just("plugins"), 1 => Just("config.json"), 1 => Just("x")];
    let end =
        prop_oneof![9 => Just(String::new()), 1 => Just("/".to_owned()), 1 => Just(format!("/{}", "n".repeat(256)))];
    (root, prop::collection::vec(name, 0..4), end).prop_map(|(root, names, end)| {
        let names: String = names.iter().map(|name| format!("/{name}")).collect();
        format!("{root}{names}{end}")
    })
}

fn kind() -> impl Strategy<Value = EntryType> {
    prop_oneof![
        6 => Just(EntryType::Regular),
        3 => Just(EntryType::Directory),
        1 => Just(EntryType::Symlink),
        2 => Just(EntryType::Link),
        1 => Just(EntryType::Continuous),
    ]
}

fn archive(entries: &[(String, EntryType, String, Vec<u8>)], to: &Path) {
    let mut builder = Builder::new(File::create(to).unwrap());
    for (path, kind, target, content) in entries {
        let mut header = Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_mode(if content.len() % 7 == 3 { 0o400 } else { 0o755 });
        let content = if kind.is_file() { content.as_slice() } else { &[] };
        header.set_size(content.len() as u64);
        match kind {
            EntryType::Symlink | EntryType::Link => builder.append_link(&mut header, path, target).unwrap(),
            _ => builder.append_data(&mut header, path, content).unwrap(),
        }
    }
    builder.finish().unwrap();
}

proptest! {
    #[test]
    fn prop_what_is_listed_can_be_unpacked_with_every_file_as_it_came_last(
        entries in prop::collection::vec((path(), kind(), path(), prop::collection::vec(any::<u8>(), 0..600)), 0..12)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let file = root.join("archive.tar");
        archive(&entries, &file);
        let source = Source::Archive(file);
        let progress = Progress::new(false);
        let Ok(listing) = listing::explore(&source, Limits::default(), &progress) else { return Ok(()) };
        let places: Vec<(Part, PathBuf)> =
            listing.parts.iter().map(|part| (*part, root.join(format!("new {}", part.name())))).collect();
        let borrowed: Vec<(Part, &Path)> = places.iter().map(|(part, path)| (*part, path.as_path())).collect();
        let mut unpacking = Unpacking::new(&borrowed, None).unwrap();
        let again = listing::read(&source, &listing.layout, listing.limits(), &progress, &mut unpacking);
        let again = again.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert_eq!(again.facts, listing.facts);
        unpacking.finish().map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        for (part, path) in &places {
            prop_assert!(path.exists(), "{:?} was not made", part);
        }
        let last = entries.iter().rev().find(|(path, kind, ..)| kind.is_file() && path == "data/a");
        let is_linked = entries.iter().any(|(path, kind, ..)| *kind == EntryType::Link && path == "data/a");
        if let Some((.., content)) = last.filter(|_| !is_linked && listing.parts.contains(&Part::Data)) {
            let data = listing.layout.root(Part::Data).unwrap();
            if data == Path::new("data") {
                prop_assert_eq!(&std::fs::read(root.join("new data/a")).unwrap(), content);
            }
        }
    }
}
