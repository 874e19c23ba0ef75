//! P22 and P25 in a folder with a backup: what is missing, and what lies where it should not.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P22, P25};
use crate::diagnosis::{BackupEntry, BackupFolder, Finding, Place, mask};

/// The erratum on what the documented backup leaves out.
const LEFT_OUT: u8 = 19;
/// Dump and files may be this far apart, in seconds.
const TOGETHER: u64 = 3600;

/// P22: parts that are missing, empty, or of another time.
pub(super) fn parts(case: &Case<'_>) -> Vec<Finding> {
    let Some(folder) = &case.evidence.backup else { return Vec::new() };
    let here = || [Place::file(&folder.name)];
    let has = |is: &dyn Fn(&BackupEntry) -> bool| folder.entries.iter().any(is);
    let mut found = Vec::new();
    let needed: [(&str, bool); 3] = [
        ("a dump of the database", has(&|it| is_dump(it) && it.size > 0)),
        ("the folder data", has(&|it| is_below(it, "data"))),
        ("config.json", has(&|it| file_name(it) == "config.json")),
    ];
    let lacking = missing(&needed);
    if !lacking.is_empty() {
        let gitlab = has(&|it| it.path.ends_with("_gitlab_backup.tar"));
        let why = if gitlab { "; GitLab's own backup, which is there, does not hold it" } else { "" };
        found.push(P22.seen(format!("the backup lacks {}{why}", lacking.join(", "))).at(here()));
    }
    let further: [(&str, bool); 5] = [
        ("the folder plugins", has(&|it| is_below(it, "plugins"))),
        ("the folder client-plugins", has(&|it| is_below(it, "client-plugins"))),
        ("the env directory", has(&|it| file_name(it) == "MM_SQLSETTINGS_DATASOURCE")),
        ("gitlab.rb", has(&|it| file_name(it) == "gitlab.rb")),
        ("gitlab-secrets.json", has(&|it| file_name(it) == "gitlab-secrets.json")),
    ];
    let lacking = missing(&further);
    if !lacking.is_empty() {
        found.push(P22.suspected(format!("the backup lacks {}", lacking.join(", "))).at(here()).erratum(LEFT_OUT));
    }
    found.extend(drift(folder));
    found.extend(lost_files(case, folder));
    found
}

fn missing<'a>(parts: &[(&'a str, bool)]) -> Vec<&'a str> {
    parts.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| *name).collect()
}

/// Dump and files that were not made together.
fn drift(folder: &BackupFolder) -> Option<Finding> {
    // What is packed has the time at which it was written, not that at which it was packed: the archive's own counts.
    let made = |is: &dyn Fn(&BackupEntry) -> bool| {
        folder.entries.iter().filter(|it| is(it)).filter_map(|it| it.modified).max()
    };
    let dump = made(&|it| it.archive.is_none() && is_dump(it))?;
    let files =
        made(&|it| it.archive.is_none() && is_archive(it) && !is_dump(it) && !it.path.contains("_gitlab_backup"))?;
    let apart = dump.abs_diff(files);
    let hours = apart / 3600;
    let evidence = format!("dump and files were made {hours} h apart; rows and files may not fit together");
    (apart > TOGETHER).then(|| P22.suspected(evidence).at([Place::file(&folder.name)]))
}

/// Attached files that the dump speaks of and the backup does not hold.
fn lost_files(case: &Case<'_>, folder: &BackupFolder) -> Option<Finding> {
    let paths: Vec<&String> = case.evidence.databases.iter().flat_map(|database| &database.files).collect();
    let holds = |path: &str| folder.entries.iter().any(|it| it.path.ends_with(path));
    let lost = paths.iter().filter(|path| !holds(path)).count();
    let evidence = format!("of {} attached files in the dump, {lost} are not in the backup", paths.len());
    (lost > 0).then(|| P22.seen(evidence).at([Place::file(&folder.name)]).times(lost as u64))
}

/// P25: a folder in itself, or `config.json` where the server does not look.
pub(super) fn places(case: &Case<'_>) -> Vec<Finding> {
    let Some(folder) = &case.evidence.backup else { return Vec::new() };
    let place = |it: &BackupEntry| {
        let place =
            Place::file(format!("{}/{}", folder.name.trim_end_matches('/'), it.archive.as_deref().unwrap_or(&it.path)));
        if it.archive.is_some() { place.showing(mask::value("", &it.path)) } else { place }
    };
    let nested: Vec<Place> = folder
        .entries
        .iter()
        .filter(|it| {
            let names: Vec<&str> = it.path.split('/').collect();
            let twice = names
                .windows(2)
                .any(|pair| pair[0] == pair[1] && ["data", "plugins", "client-plugins"].contains(&pair[0]));
            // Containers have it so, beside the folder of the users' files.
            let home = it.path.strip_suffix("config/config.json");
            let has_data = |home: &str| {
                let data = format!("{home}data");
                let is_data = |other: &BackupEntry| {
                    let rest = other.path.strip_prefix(&*data);
                    other.archive == it.archive && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                folder.entries.iter().any(is_data)
            };
            twice || home.is_some_and(|home| !has_data(home))
        })
        .map(place)
        .collect();
    if nested.is_empty() {
        return Vec::new();
    }
    vec![P25.seen("the backup has a folder within itself, or config.json one folder too deep").at(nested)]
}

fn file_name(entry: &BackupEntry) -> &str {
    entry.path.rsplit('/').next().unwrap_or_default()
}

fn is_below(entry: &BackupEntry, folder: &str) -> bool {
    let mut names = entry.path.trim_end_matches('/').split('/').rev();
    let last = names.next().unwrap_or_default();
    entry.is_folder && last == folder || names.any(|name| name == folder)
}

fn is_dump(entry: &BackupEntry) -> bool {
    let name = file_name(entry).to_ascii_lowercase();
    !entry.is_folder
        && (name.ends_with(".sql")
            || name.contains(".sql.")
            || name.contains("dbdump")
            || name.ends_with(".dump")
            // The first file of what `pg_dump -Ft` and `-Fd` write.
            || name == "toc.dat")
}

fn is_archive(entry: &BackupEntry) -> bool {
    let name = file_name(entry).to_ascii_lowercase();
    [".tar", ".tar.gz", ".tgz", ".gz"].iter().any(|ending| name.ends_with(ending))
}
