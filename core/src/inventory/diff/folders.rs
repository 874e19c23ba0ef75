//! Folders: files that are missing, changed, or lie elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::pair::{Pair, pairs};
use super::passage::Passage;
use crate::inventory::{Change, File, Folder, Inventory, Judgement, Target};

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
            Pair::Both(File::Link { link, leads_to: Some(Target::NotFollowed) }, _) => {
                findings.not_compared.insert(format!("what {what} leads to, {link}"));
                continue;
            }
            Pair::Both(old, new) if is_same(old, new) => continue,
            _ if plugins.contains(first(path)) => {
                Change::new(Judgement::Expected, "file-renewed", what, "the later server brings later plugins")
            }
            Pair::Both(old @ File::Link { .. }, new) => link(what, old, new),
            Pair::Both(old, new) => Change::new(Judgement::Changed, "file-changed", what, "its content is another")
                .between(told(old), told(new)),
            Pair::Gone(File::Link { link, .. }) if new.files.keys().any(|it| is_below(it, path)) => {
                let why = "the folder itself is in the link's place; its files are compared one by one";
                Change::new(Judgement::Expected, "link-replaced", what, why).from(format!("link to {link}"))
            }
            Pair::Gone(old) => missing(name, what, old, &elsewhere),
            Pair::New(new) => {
                Change::new(Judgement::Changed, "file-added", what, "it was not there before").to(told(new))
            }
        };
        findings.add(change);
    }
}

/// Whether nothing differs that both lists tell of: earlier ones do not tell what links lead to.
fn is_same(old: &File, new: &File) -> bool {
    match (old, new) {
        (File::Link { link: old, leads_to: None }, File::Link { link: new, .. }) => old == new,
        _ => old == new,
    }
}

/// A link that changed, leads to something else, or is no longer a link.
fn link(what: String, old: &File, new: &File) -> Change {
    let content = |file: &File| match file {
        File::Plain { size, sha256 } => Some(Target::File { size: *size, sha256: sha256.clone() }),
        File::Link { leads_to, .. } => leads_to.clone(),
        File::Other { .. } => None,
    };
    let (before, after) = (content(old), content(new));
    let (judgement, rule, why) = match (&before, &after) {
        (Some(Target::Folder | Target::File { .. } | Target::Inside), Some(Target::Nothing)) => {
            (Judgement::Lost, "link-broken", "it leads nowhere")
        }
        (Some(before), Some(after)) if before == after => match new {
            File::Link { .. } => {
                (Judgement::Expected, "link-elsewhere", "what it leads to is the same, in another place")
            }
            _ => {
                (Judgement::Expected, "link-replaced", "the file itself is in the link's place, with the same content")
            }
        },
        _ => (Judgement::Changed, "link-changed", "it is another link, or leads to something else"),
    };
    Change::new(judgement, rule, what, why).between(told(old), told(new))
}

/// Whether a path lies in a folder.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
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
        File::Link { link, leads_to } => match leads_to {
            Some(Target::Nothing) => format!("link to {link}, where nothing is"),
            Some(Target::File { size, .. }) => format!("link to {link}, {size} bytes"),
            _ => format!("link to {link}"),
        },
        File::Other { special } => special.clone(),
    }
}
