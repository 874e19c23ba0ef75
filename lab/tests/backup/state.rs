//! The whole state of an installation, to be compared: every row, every file with owner and mode.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::installation::ROLE;
use super::server::Server;

/// Everything that must not be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Owner of the database; and per table its owner, number of rows, and a sum of all of them.
    tables: String,
    /// Per path below the home folder its owner, mode and content.
    files: BTreeMap<String, (u32, u32, u32, Vec<u8>)>,
    /// Per path among GitLab's settings its owner, mode and content.
    settings: BTreeMap<String, (u32, u32, u32, Vec<u8>)>,
}

const TABLES: &str = r"
SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database();
SELECT format('SELECT %L, %L, count(*), md5(string_agg(t::text, E''\n'' ORDER BY t::text)) FROM %I.%I t',
  relname, pg_get_userbyid(relowner), nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = 'public' ORDER BY relname \gexec
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1;
";

/// The parts of Mattermost's home that a backup has.
const PARTS: [&str; 4] = ["data", "config.json", "plugins", "client-plugins"];

impl State {
    /// What differs, by name.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let names = |it: &Self| it.files.keys().chain(it.settings.keys()).cloned().collect::<Vec<_>>();
        let named = names(self).into_iter().chain(names(other));
        let files = named.filter(|name| {
            self.files.get(name) != other.files.get(name) || self.settings.get(name) != other.settings.get(name)
        });
        files.chain((self.tables != other.tables).then(|| "tables".to_owned())).collect()
    }

    /// This state with the database and all that is in it given to another role.
    pub fn of_role(&self, role: &str) -> Self {
        Self { tables: self.tables.replace(ROLE, role), ..self.clone() }
    }

    /// The state of this database and these folders.
    pub fn of(server: &Server, database: &str, home: &Path, gitlab: &Path) -> Self {
        let collected = |folder: &Path, parts: &[&str]| {
            let mut files = BTreeMap::new();
            parts.iter().for_each(|part| collect(folder, part, &mut files));
            files
        };
        let settings = collected(gitlab, &["env", "gitlab.rb", "gitlab-secrets.json"]);
        Self { tables: server.sql(database, TABLES), files: collected(home, &PARTS), settings }
    }
}

fn collect(home: &Path, name: &str, files: &mut BTreeMap<String, (u32, u32, u32, Vec<u8>)>) {
    let path = home.join(name);
    // A part may lie elsewhere, and is compared by what is in it there.
    let metadata = if name.contains('/') { fs::symlink_metadata(&path) } else { fs::metadata(&path) };
    let Ok(metadata) = metadata else { return };
    let content = if metadata.is_file() {
        fs::read(&path).unwrap()
    } else if metadata.is_symlink() {
        fs::read_link(&path).unwrap().to_string_lossy().into_owned().into_bytes()
    } else {
        Vec::new()
    };
    files.insert(name.to_owned(), (metadata.uid(), metadata.gid(), metadata.mode(), content));
    if metadata.is_dir() {
        let names = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        // What a restore keeps inside a mount point is none of the part.
        for inside in names.filter(|inside| !inside.starts_with(".mattermost-lab-")) {
            collect(home, &format!("{name}/{inside}"), files);
        }
    }
}

/// Copies a folder with owners and modes.
pub fn copy(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    let status = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}
