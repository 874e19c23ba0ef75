//! Folders: files that are missing, changed, or lie elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::pair::{Pair, pairs};
use super::passage::Passage;
use crate::inventory::{Change, File, Folder, Inventory, Judgement};

/// The folder whose files a later server brings with it.
const PLUGINS: &str = "plugins";

pub(super) fn compare(before: &Inventory, after: &Inventory, passage: &Passage, findings: &mut Findings) {
    for (name, pair) in pairs(&before.folders, &after.folders) {
        match pair {
            Pair::Both(old, new) => folder(name, old, new, name == PLUGINS && passage.upgrade.is_some(), findings),
            Pair::Gone(_) => {
                findings.not_compared.insert(format!("folder {name}"));
            }
            // What was not looked at before cannot have been lost.
            Pair::New(_) => {}
        }
    }
}

fn folder(name: &str, old: &Folder, new: &Folder, renewed: bool, findings: &mut Findings) {
    let added = new.files.iter().filter(|(path, _)| !old.files.contains_key(*path));
    let elsewhere: BTreeMap<&str, &str> =
        added.filter_map(|(path, file)| Some((digest(file)?, path.as_str()))).collect();
    // A plugin that is there before and after may have other files; one that is gone was not renewed.
    let plugins = |folder: &Folder| folder.files.keys().map(|path| first(path).to_owned()).collect::<BTreeSet<_>>();
    let plugins = if renewed { plugins(new) } else { BTreeSet::new() };
    for (path, pair) in pairs(&old.files, &new.files) {
        let what = format!("file {name}/{path}");
        let change = match pair {
            Pair::Both(old, new) if old == new => continue,
            _ if plugins.contains(first(path)) => {
                Change::new(Judgement::Expected, "file-renewed", what, "the later server brings later plugins")
            }
            Pair::Both(old, new) => Change::new(Judgement::Changed, "file-changed", what, "its content is another")
                .between(told(old), told(new)),
            Pair::Gone(old) => missing(name, what, old, &elsewhere),
            Pair::New(new) => {
                Change::new(Judgement::Changed, "file-added", what, "it was not there before").to(told(new))
            }
        };
        findings.add(change);
    }
}

fn missing(name: &str, what: String, file: &File, elsewhere: &BTreeMap<&str, &str>) -> Change {
    match digest(file).and_then(|digest| elsewhere.get(digest)) {
        Some(place) => {
            let why = "the server looks for it at its old place (P25)";
            let change = Change::new(Judgement::Lost, "file-elsewhere", what, why);
            change.between(told(file), format!("{name}/{place}"))
        }
        None => Change::new(Judgement::Lost, "file-missing", what, "it is gone").from(told(file)),
    }
}

/// The first name of a path.
fn first(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

fn digest(file: &File) -> Option<&str> {
    match file {
        File::Plain { size: 0, .. } | File::Link { .. } | File::Other { .. } => None,
        File::Plain { sha256, .. } => Some(sha256),
    }
}

fn told(file: &File) -> String {
    match file {
        File::Plain { size, .. } => format!("{size} bytes"),
        File::Link { link } => format!("link to {link}"),
        File::Other { special } => special.clone(),
    }
}
