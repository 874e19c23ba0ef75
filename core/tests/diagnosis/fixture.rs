//! Evidence out of a folder of fixtures; see `tests/data/diagnosis/README.md` for the names of the files.
#![allow(clippy::disallowed_methods, reason = "fixtures are read from their folder")]

use std::fs;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::diagnosis::{
    BackupEntry, BackupFolder, Database, DumpReader, Evidence, Log, LogReader, TextFile, migrations_of,
};
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
use gitlab_mattermost_core::installation::{EnvDirectory, JsonFile, SettingsFile, Versions};
use serde_json::Value;

/// The folder of all fixtures.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnosis")
}

/// The folders in a folder, by name.
pub fn folders(path: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The name of a folder.
pub fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// The text of a file, if it is there.
pub fn text(folder: &Path, file: &str) -> Option<String> {
    fs::read_to_string(folder.join(file)).ok()
}

/// The env directory of a fixture, if it has one.
pub fn environment(folder: &Path) -> Option<EnvDirectory> {
    let folder = folder.join("env");
    folder.is_dir().then(|| {
        let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
        let file =
            |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap());
        EnvDirectory { name: "env".to_owned(), files: entries.map(file).collect() }
    })
}

/// What a fixture's folder holds.
pub fn evidence(folder: &Path) -> Evidence {
    let versions: Value = text(folder, "versions.json").map_or(Value::Null, |it| serde_json::from_str(&it).unwrap());
    let version = |key: &str| versions.get(key).map(|version| version.as_str().unwrap().parse().unwrap());
    let installed = Versions { gitlab: version("gitlab"), mattermost: version("mattermost") };
    let mut databases: Vec<Database> = text(folder, "dump.sql").map(|it| dump("dump.sql", &it)).into_iter().collect();
    databases.extend(text(folder, "migrations.csv").map(|it| migrations_of("migrations.csv", &it).unwrap()));
    Evidence {
        installed,
        target: Versions { gitlab: version("target_gitlab"), mattermost: version("target_mattermost") },
        gitlab_rb: text(folder, "gitlab.rb").map(|it| settings(&it, installed)),
        environment: environment(folder),
        config_json: text(folder, "config.json").map(|it| json("config.json", &it)),
        secrets: text(folder, "gitlab-secrets.json").map(|it| json("gitlab-secrets.json", &it)),
        node: text(folder, "node.json").map(|it| json("node.json", &it)),
        logs: text(folder, "mattermost.log").map(|it| log("mattermost.log", it.as_bytes())).into_iter().collect(),
        databases,
        backup: text(folder, "backup.csv").map(|it| backup(&it)),
        script: text(folder, "script.sh").map(|text| TextFile { name: "script.sh".to_owned(), text }),
        document: text(folder, "document.md").map(|text| TextFile { name: "document.md".to_owned(), text }),
    }
}

/// A settings file, read.
pub fn settings(text: &str, installed: Versions) -> SettingsFile {
    let default = ReadOptions::default();
    let gitlab_version = installed.gitlab.unwrap_or(default.gitlab_version);
    let settings = read(text, &ReadOptions { gitlab_version, ..default }).unwrap();
    SettingsFile { name: "gitlab.rb".to_owned(), text: text.to_owned(), settings }
}

/// A JSON file, read.
pub fn json(name: &str, text: &str) -> JsonFile {
    JsonFile { name: name.to_owned(), text: text.to_owned(), json: serde_json::from_str(text).unwrap() }
}

/// A log, looked through.
pub fn log(name: &str, bytes: &[u8]) -> Log {
    let mut reader = LogReader::new(name);
    bytes.split(|byte| *byte == b'\n').for_each(|line| reader.line(line));
    reader.finish()
}

/// A dump, looked through.
pub fn dump(name: &str, text: &str) -> Database {
    let mut reader = DumpReader::new(name);
    reader.piece(text.as_bytes());
    reader.finish()
}

fn backup(text: &str) -> BackupFolder {
    let entry = |row: &str| {
        let fields: Vec<&str> = row.split(',').collect();
        let [path, archive, size, modified, folder] = fields.as_slice() else { panic!("five fields: {row}") };
        BackupEntry {
            path: (*path).to_owned(),
            archive: (!archive.is_empty()).then(|| (*archive).to_owned()),
            size: size.parse().unwrap(),
            modified: Some(modified.parse().unwrap()),
            is_folder: *folder == "1",
        }
    };
    BackupFolder { name: "backup".to_owned(), entries: text.lines().skip(1).map(entry).collect() }
}
