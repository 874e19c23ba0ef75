//! Finding the parts of Mattermost in an archive or a folder by what they hold, not by what they are called.
//!
//! Users' files lie in folders of days with teams in them, a `config.json` has Mattermost's sections, a folder of plugins
//! has `plugin.json` in each of its folders, the env directory has variables of Mattermost. Names decide only where
//! content says nothing: an installation without an attachment, or without a plugin.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::layout::{Layout, Root, Spelling, normal};
use super::{Entry, EntryKind, Part};

/// More places than this of one kind are not kept.
const MOST: usize = 4096;

/// What lies above places of one kind, and how much was found there.
type Places = BTreeMap<PathBuf, u64>;

/// What was seen of an archive's entries.
///
/// # Shape
/// Opaque: told every entry with [`Survey::note`], then asked for the [`Layout`].
///
/// ```
/// use gitlab_mattermost_core::backup::{Entry, EntryKind, Part, Survey};
///
/// let mut survey = Survey::default();
/// let path = format!("srv/files/20210805/teams/noteam/channels/{0}/users/{0}/{0}/a.png", "a".repeat(26));
/// survey.note(&Entry { path: path.into(), kind: EntryKind::File, size: 3 });
/// assert_eq!(survey.layout().root(Part::Data), Some("srv/files".as_ref()));
/// ```
#[derive(Debug, Default)]
pub struct Survey {
    /// Above folders of days with teams in them, and above the other things that only Mattermost keeps.
    stores: Places,
    /// Above folders of days.
    days: Places,
    /// Folders called `data`.
    data: Places,
    /// Above folders with a `plugin.json`.
    plugins: Places,
    /// Folders called `plugins`.
    plugins_by_name: Places,
    /// Folders called `client-plugins`, or `plugins` in `client`.
    client_plugins: Places,
    /// Folders with variables of Mattermost.
    variables: Places,
    /// Files called `config.json`, and whether they are Mattermost's.
    configs: BTreeMap<PathBuf, bool>,
    /// Files called `gitlab.rb` and `gitlab-secrets.json`.
    settings: Vec<(Part, PathBuf)>,
    /// Data folders of PostgreSQL.
    clusters: BTreeSet<PathBuf>,
    /// Dumps of databases.
    dumps: Vec<PathBuf>,
    dotted: bool,
    absolute: bool,
    relative: bool,
}

impl Survey {
    /// Notes an entry down.
    pub fn note(&mut self, entry: &Entry) {
        let path = entry.path.as_path();
        self.absolute |= path.is_absolute();
        self.relative |= path.is_relative();
        self.dotted |= path.as_os_str().as_encoded_bytes().starts_with(b"./");
        let path = normal(path);
        let names: Vec<&str> = path.components().map(|it| it.as_os_str().to_str().unwrap_or_default()).collect();
        let above = |count: usize| path.components().take(count).collect::<PathBuf>();
        let is_file = matches!(entry.kind, EntryKind::File | EntryKind::HardLink(_));
        for (at, name) in names.iter().enumerate() {
            let (next, last) = (names.get(at + 1).copied(), at + 1 == names.len());
            if is_day(name) && next.is_some() {
                add(&mut self.days, above(at));
                if next == Some("teams") {
                    add(&mut self.stores, above(at));
                }
                break;
            }
            if is_kept_by_mattermost(names.get(at..).unwrap_or_default()) {
                add(&mut self.stores, above(at));
                break;
            }
            // Where `data` is a link, what it stands for is missing, which has to be said.
            let is_link = matches!(entry.kind, EntryKind::Link(_)) && *name == Part::Data.name();
            if !last || entry.kind == EntryKind::Folder || is_link {
                match *name {
                    "data" => add(&mut self.data, above(at + 1)),
                    "client-plugins" => add(&mut self.client_plugins, above(at + 1)),
                    "plugins" if at > 0 && names.get(at - 1) == Some(&"client") => {
                        add(&mut self.client_plugins, above(at + 1));
                    }
                    "plugins" => add(&mut self.plugins_by_name, above(at + 1)),
                    _ => {}
                }
            }
        }
        if is_file {
            self.note_file(&path, &names);
        }
    }

    fn note_file(&mut self, path: &Path, names: &[&str]) {
        let above = |count: usize| path.components().take(names.len().saturating_sub(count)).collect::<PathBuf>();
        let Some(name) = names.last() else { return };
        match *name {
            "plugin.json" | "plugin.yaml" if names.len() > 1 => add(&mut self.plugins, above(2)),
            "PG_VERSION" if self.clusters.len() < MOST => drop(self.clusters.insert(above(1))),
            "gitlab.rb" if self.settings.len() < MOST => self.settings.push((Part::GitlabRb, path.to_owned())),
            "gitlab-secrets.json" if self.settings.len() < MOST => self.settings.push((Part::Secrets, path.to_owned())),
            name if name.starts_with("MM_") => add(&mut self.variables, above(1)),
            name if is_dump_name(name) && self.dumps.len() < MOST => self.dumps.push(path.to_owned()),
            _ => {}
        }
    }

    /// Whether the content of an entry tells what it is.
    pub fn wants(&self, entry: &Entry) -> bool {
        entry.kind == EntryKind::File
            && self.configs.len() < MOST
            && entry.path.file_name().is_some_and(|name| name == Part::ConfigJson.name())
    }

    /// Notes down whether a file called `config.json` is Mattermost's.
    pub fn note_config(&mut self, path: &Path, is_mattermosts: bool) {
        self.configs.insert(normal(path), is_mattermosts);
    }

    /// The dumps outside of the parts.
    pub fn dumps(&self, layout: &Layout) -> Vec<PathBuf> {
        let roots: Vec<&Path> = layout.parts().into_iter().filter_map(|part| layout.root(part)).collect();
        let is_outside = |path: &&PathBuf| !roots.iter().any(|root| path.starts_with(root));
        self.dumps.iter().filter(is_outside).cloned().collect()
    }

    /// Where the parts are.
    pub fn layout(&self) -> Layout {
        let data = self.find_data();
        let config = self.find_config(data.as_deref());
        let mut homes: Vec<PathBuf> = Vec::new();
        homes.extend(data.as_deref().and_then(Path::parent).map(Path::to_owned));
        homes.extend(config.as_deref().and_then(home_of_config));
        // Without attachments the folder is known by its name alone, beside what is known by its content.
        let data = data.or_else(|| self.data_by_name(&homes));
        if homes.is_empty() {
            homes.extend(data.as_deref().and_then(Path::parent).map(Path::to_owned));
        }
        let outside = |path: &PathBuf| !data.as_ref().is_some_and(|data| path.starts_with(data));
        let is_clients = |path: &PathBuf| self.client_plugins.contains_key(path);
        let plugins =
            best(self.plugins.iter().filter(|(path, _)| outside(path) && !is_clients(path)), &homes, "plugins")
                .or_else(|| beside(&self.plugins_by_name, &homes, &outside));
        homes.extend(plugins.as_deref().and_then(Path::parent).map(Path::to_owned));
        let clients = beside(&self.client_plugins, &homes, &outside).or_else(|| {
            let mut all = self.client_plugins.keys().filter(|path| outside(path));
            all.next().filter(|_| all.next().is_none()).cloned()
        });
        let variables = best(self.variables.iter().filter(|(path, _)| outside(path)), &[], "env");
        let of_gitlab = |part: Part| {
            let found = self.settings.iter().filter(|(it, path)| *it == part && outside(path)).map(|(_, path)| path);
            found.min_by_key(|path| path.components().count()).cloned()
        };
        let roots = [
            (Part::Data, data.clone()),
            (Part::ConfigJson, config),
            (Part::Plugins, plugins),
            (Part::ClientPlugins, clients),
            (Part::Env, variables),
            (Part::GitlabRb, of_gitlab(Part::GitlabRb)),
            (Part::Secrets, of_gitlab(Part::Secrets)),
        ];
        let roots = roots.into_iter().filter_map(|(part, path)| Some(Root { part, path: path? })).collect();
        let spelling = match self {
            Self { absolute: true, relative: false, .. } => Spelling::Absolute,
            Self { dotted: true, .. } => Spelling::Dotted,
            _ => Spelling::Plain,
        };
        Layout::new(roots, spelling)
    }

    /// The users' files, by what is in them.
    fn find_data(&self) -> Option<PathBuf> {
        let known = |places: &Places| {
            let is_own = |path: &PathBuf| !self.clusters.iter().any(|cluster| path.starts_with(cluster));
            outermost(places).filter(|(path, _)| is_own(path)).max_by_key(|(path, count)| {
                (is_called(path, "data"), *count, std::cmp::Reverse(path.components().count()))
            })
        };
        let by_days = || known(&self.days).filter(|(path, _)| is_called(path, "data"));
        let (path, _) = known(&self.stores).or_else(by_days)?;
        // What is kept in a `data` in `data` is a part of it, unless that is all there is.
        Some(path)
    }

    fn data_by_name(&self, homes: &[PathBuf]) -> Option<PathBuf> {
        let own: Places = self.data.clone().into_iter().filter(|(path, _)| !self.clusters.contains(path)).collect();
        let shortest = || own.keys().min_by_key(|path| path.components().count()).cloned();
        beside(&own, homes, &|_| true).or_else(shortest)
    }

    fn find_config(&self, data: Option<&Path>) -> Option<PathBuf> {
        let home = data.and_then(Path::parent);
        let own = |path: &Path| {
            let in_data = data.is_some_and(|data| path.starts_with(data));
            let in_plugin =
                self.plugins.keys().any(|plugins| path.starts_with(plugins) && path.parent() != Some(plugins));
            !in_data && (!in_plugin || home_of_config(path).as_deref() == home)
        };
        let rank = |(path, is_mattermosts): &(&PathBuf, &bool)| {
            let is_beside = home.is_some() && home_of_config(path).as_deref() == home;
            (**is_mattermosts, is_beside, std::cmp::Reverse(path.components().count()))
        };
        self.configs.iter().filter(|(path, _)| own(path)).max_by_key(rank).map(|(path, _)| path.clone())
    }
}

/// The home that a `config.json` belongs to: the folder that it lies in, or, of containers, the one above its `config`.
fn home_of_config(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    Some(if is_called(folder, "config") { folder.parent()? } else { folder }.to_owned())
}

/// The place with the most in it; one in a home and one of that name come first.
fn best<'a>(places: impl Iterator<Item = (&'a PathBuf, &'a u64)>, homes: &[PathBuf], name: &str) -> Option<PathBuf> {
    let is_beside = |path: &Path| path.parent().is_some_and(|above| homes.iter().any(|home| home == above));
    places.max_by_key(|(path, count)| (is_beside(path), is_called(path, name), **count)).map(|(path, _)| path.clone())
}

/// The place that lies in a home, directly or, as a client's, in a folder of it.
fn beside(places: &Places, homes: &[PathBuf], own: &dyn Fn(&PathBuf) -> bool) -> Option<PathBuf> {
    let lies_in = |path: &PathBuf| {
        let above = path.parent().map(|it| if is_called(it, "client") { it.parent().unwrap_or(it) } else { it });
        above.is_some_and(|above| homes.iter().any(|home| home == above))
    };
    places.keys().find(|path| own(path) && lies_in(path)).cloned()
}

/// The places that lie in no other, with all that was found in and below them.
fn outermost(places: &Places) -> impl Iterator<Item = (PathBuf, u64)> {
    let mut outer: Vec<(PathBuf, u64)> = Vec::new();
    // A folder comes before what is in it.
    for (path, count) in places {
        match outer.last_mut() {
            Some((last, sum)) if path.starts_with(&*last) => *sum += count,
            _ => outer.push((path.clone(), *count)),
        }
    }
    outer.into_iter()
}

fn add(places: &mut Places, place: PathBuf) {
    if places.len() < MOST || places.contains_key(&place) {
        *places.entry(place).or_default() += 1;
    }
}

fn is_called(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|it| it == name)
}

/// `20210805`: the folder of a day's files.
fn is_day(name: &str) -> bool {
    let number = |from: usize, to: usize| name.get(from..to).and_then(|it| it.parse::<u32>().ok()).unwrap_or_default();
    name.len() == 8
        && name.bytes().all(|byte| byte.is_ascii_digit())
        && (2000..2200).contains(&number(0, 4))
        && (1..=12).contains(&number(4, 6))
        && (1..=31).contains(&number(6, 8))
}

/// An id of Mattermost's: 26 letters and digits.
fn is_id(name: &str) -> bool {
    name.len() == 26 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Pictures of users, teams and emoji, which a file store has beside its days.
fn is_kept_by_mattermost(names: &[&str]) -> bool {
    match names {
        ["users", id, picture] => is_id(id) && picture.starts_with("profile"),
        ["teams", id, "teamIcon.png"] | ["emoji", id, "image"] => is_id(id),
        ["teams", id, "channels", ..] => is_id(id),
        ["brand", "image.png"] => true,
        _ => false,
    }
}

/// Whether a file is called as dumps of databases are.
///
/// ```
/// use gitlab_mattermost_core::backup::survey::is_dump_name;
/// assert!(is_dump_name("mattermost_dbdump_2021-08-05.sql.gz") && !is_dump_name("data.tar.gz"));
/// ```
pub fn is_dump_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_sql = name.ends_with(".sql") || name.contains(".sql.");
    let is_called = (name.contains("dbdump") || name.contains("pg_dump") || name.contains("pgdump"))
        && !name.ends_with(".log")
        && !name.ends_with(".sh");
    is_sql || is_called || name.ends_with(".dump") || name.ends_with(".pgdump")
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "abcdefghijklmnopqrstuvwxyz";

    fn surveyed(paths: &[&str]) -> Survey {
        let mut survey = Survey::default();
        for path in paths {
            let kind = if path.ends_with('/') { EntryKind::Folder } else { EntryKind::File };
            let entry = Entry { path: path.into(), kind, size: 1 };
            survey.note(&entry);
            if survey.wants(&entry) {
                survey.note_config(&entry.path, !path.contains("other"));
            }
        }
        survey
    }

    fn found(paths: &[&str]) -> Vec<(Part, String)> {
        let layout = surveyed(paths).layout();
        layout.parts().into_iter().map(|part| (part, layout.root(part).unwrap().display().to_string())).collect()
    }

    fn file(root: &str) -> String {
        format!("{root}/20210805/teams/noteam/channels/{USER}/users/{USER}/{USER}/a.png")
    }

    #[test]
    fn the_parts_are_found_wherever_they_lie() {
        use Part::{ClientPlugins, ConfigJson, Data, Env, GitlabRb, Plugins, Secrets};
        type Case = (Vec<String>, Vec<(Part, &'static str)>);
        let cases: Vec<Case> = vec![
            (vec![file("data"), "config.json".into()], vec![(Data, "data"), (ConfigJson, "config.json")]),
            (
                vec!["./data/".into(), "./config.json".into(), "./plugins/".into(), "./logs/x".into()],
                vec![(Data, "data"), (ConfigJson, "config.json"), (Plugins, "plugins")],
            ),
            (
                vec![
                    "volumes/db/var/lib/postgresql/data/PG_VERSION".into(),
                    file("volumes/app/mattermost/data"),
                    "volumes/app/mattermost/config/config.json".into(),
                    "volumes/app/mattermost/plugins/com.x/plugin.json".into(),
                    "volumes/app/mattermost/client/plugins/com.x/main.js".into(),
                ],
                vec![
                    (Data, "volumes/app/mattermost/data"),
                    (ConfigJson, "volumes/app/mattermost/config/config.json"),
                    (Plugins, "volumes/app/mattermost/plugins"),
                    (ClientPlugins, "volumes/app/mattermost/client/plugins"),
                ],
            ),
            (vec![file("files/of/users")], vec![(Data, "files/of/users")]),
            (vec![file(".").replace("./", "")], vec![(Data, "")]),
            (vec![file("data/data")], vec![(Data, "data/data")]),
            (vec![file("data"), file("data/data")], vec![(Data, "data")]),
            (
                vec![
                    file("home/data"),
                    "other/config.json".into(),
                    "home/plugins/com.x/plugin.json".into(),
                    "home/plugins/com.x/config.json".into(),
                    "home/config.json".into(),
                ],
                vec![(Data, "home/data"), (ConfigJson, "home/config.json"), (Plugins, "home/plugins")],
            ),
            (
                vec!["etc/gitlab/gitlab.rb".into(), "etc/gitlab/gitlab-secrets.json".into(), "opt/x/env/MM_A".into()],
                vec![
                    (Env, "opt/x/env"),
                    (GitlabRb, "etc/gitlab/gitlab.rb"),
                    (Secrets, "etc/gitlab/gitlab-secrets.json"),
                ],
            ),
            (vec!["repositories/x.bundle".into(), "db/database.sql.gz".into()], vec![]),
            (vec![file("data"), file("data.old"), file("data.old/x")], vec![(Data, "data")]),
            (vec![format!("store/users/{USER}/profile.png")], vec![(Data, "store")]),
        ];
        for (paths, expected) in cases {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let expected: Vec<(Part, String)> = expected.iter().map(|(part, path)| (*part, (*path).into())).collect();
            assert_eq!(found(&paths), expected, "{paths:?}");
        }
    }

    #[test]
    fn dumps_beside_the_parts_are_found_and_those_that_users_sent_are_not() {
        let survey =
            surveyed(&["data/20210805/dump.sql", "mattermost_dbdump_2021-08-05.sql.gz", "./db.dump", "dump.sh"]);
        let dumps = survey.dumps(&survey.layout());
        assert_eq!(dumps, [PathBuf::from("mattermost_dbdump_2021-08-05.sql.gz"), "db.dump".into()]);
    }
}
