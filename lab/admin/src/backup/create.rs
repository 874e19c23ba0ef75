//! Making a backup: carries out a [`BackupPlan`], step by step.

mod database;
mod settings;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use gitlab_mattermost_core::backup::create::{BackupTask, parts_of};
use gitlab_mattermost_core::backup::manifest::{DatabaseFacts, FORMAT};
use gitlab_mattermost_core::backup::{
    Account, Artefact, ArtefactKind, Check, CheckId, FileIndex, Installation, Limits, Manifest, Outcome, Part, SetName,
    TableRows, name,
};

use self::database::{Dumped, Dumping};
use super::archive::{ArchiveWriter, size_of_tree};
use super::error::{BackupError, failed};
use super::file_store::{self, FileStore};
use super::folder::{self, Folder};
use super::gzip::FileFacts;
use super::lock::Lock;
use super::package::gitlab_version;
use super::progress::Progress;
use super::signature::SigningKey;
use super::snapshot::{Facts, Snapshot};
use super::{account, crash, links, moment, note, process};

pub use gitlab_mattermost_core::backup::create::BackupPlan;

/// A backup that is whole and in its place.
#[derive(Debug)]
pub struct Created {
    /// Its folder.
    pub path: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    /// What is wrong with what was backed up, accepted or not.
    pub findings: Vec<Check>,
}

/// Looks at the installation and plans its backup into the folder `to`.
///
/// # Errors
/// A part that every Mattermost has is missing, or `to` lies inside what is to be backed up.
pub fn plan(
    installation: Installation,
    with_secrets: bool,
    to: &Path,
    accepted: Vec<CheckId>,
) -> Result<BackupPlan, BackupError> {
    let store = FileStore::of(&installation);
    if !folder::exists(&installation.data)? && !store.is_s3() {
        return Err(failed("find", &installation.data)(std::io::ErrorKind::NotFound.into()));
    }
    // Where there is none, the database has to hold the configuration, which shows when its rows have been counted.
    file_store::require_config(&installation.config_json)?;
    if with_secrets && installation.secrets.is_none() {
        return Err(BackupError::Target {
            why: "there is no gitlab-secrets.json to take; name it with `--secrets-file`".to_owned(),
        });
    }
    let to = links::resolve(to, &installation.follow)?;
    for place in [&installation.data, &installation.plugins, &installation.client_plugins] {
        if to.starts_with(place) {
            let why = format!("`{}` lies in `{}`, which is backed up", to.display(), place.display());
            return Err(BackupError::Target { why });
        }
    }
    let mut present = Vec::new();
    for part in Part::HOME {
        if installation.part(part).map_or(Ok(false), folder::exists)? {
            present.push(part);
        }
    }
    let set = free_name(&to)?;
    Ok(BackupPlan { accepted, ..BackupPlan::new(installation, &present, with_secrets, to, set) })
}

/// A name that no backup in the folder `to` has, finished or not.
fn free_name(to: &Path) -> Result<SetName, BackupError> {
    let is_there = |name: &str| folder::exists(&to.join(name));
    let stamp = moment::free(|stamp| {
        let set = SetName { stamp: stamp.clone() };
        Ok(is_there(&set.finished())? || is_there(&set.partial())?)
    })?;
    Ok(SetName { stamp })
}

/// Makes the backup; a plan that signs needs a key.
///
/// # Errors
/// It could not be made; nothing is left that looks like one.
pub fn create(plan: &BackupPlan, key: Option<&SigningKey>, progress: &Progress) -> Result<Created, BackupError> {
    let _lock = Lock::take(&Folder::open(&plan.installation.home)?)?;
    if let Some(journal) = note::unfinished(&plan.installation)? {
        return Err(BackupError::Unfinished { stamp: journal.stamp.as_str().to_owned() });
    }
    let mut making = Making::new(plan, key, progress)?;
    crash::boundary();
    for task in &plan.tasks {
        if let Err(error) = making.carry_out(*task) {
            making.give_up();
            return Err(error);
        }
        crash::boundary();
    }
    progress.finish();
    let manifest = making.manifest.take().ok_or(BackupError::OurBug)?;
    Ok(Created { path: plan.finished(), manifest, findings: making.findings })
}

/// A backup on its way.
struct Making<'a> {
    plan: &'a BackupPlan,
    key: Option<&'a SigningKey>,
    progress: &'a Progress,
    account: Account,
    /// The folder that backups go to, and that of this one, held against others.
    folder: Option<(Folder, Folder, Lock)>,
    snapshot: Option<(Snapshot, Facts)>,
    dumping: Option<Dumping>,
    counting: Option<JoinHandle<Result<Counted, BackupError>>>,
    artefacts: Vec<Artefact>,
    files: FileIndex,
    notes: Vec<String>,
    findings: Vec<Check>,
    /// Whether users' files are kept in S3, and so in no archive.
    is_s3: bool,
    database: Option<(DatabaseFacts, String)>,
    manifest: Option<Manifest>,
}

/// What was asked of the snapshot; it is held until the dump has ended.
struct Counted {
    _snapshot: Snapshot,
    tables: Vec<TableRows>,
}

impl<'a> Making<'a> {
    fn new(plan: &'a BackupPlan, key: Option<&'a SigningKey>, progress: &'a Progress) -> Result<Self, BackupError> {
        Ok(Self {
            plan,
            key,
            progress,
            account: owner(&plan.installation)?,
            folder: None,
            snapshot: None,
            dumping: None,
            counting: None,
            artefacts: Vec::new(),
            files: FileIndex::default(),
            notes: settings::notes_on_files(&plan.installation),
            findings: Vec::new(),
            is_s3: FileStore::of(&plan.installation).is_s3(),
            database: None,
            manifest: None,
        })
    }

    fn carry_out(&mut self, task: BackupTask) -> Result<(), BackupError> {
        match task {
            BackupTask::Prepare => self.prepare(),
            BackupTask::Snapshot => self.open_snapshot(),
            BackupTask::StartDump => self.start_dump(),
            BackupTask::Archive(kind) => self.archive(kind),
            BackupTask::FinishDump => self.finish_dump(),
            BackupTask::Manifest => self.write_manifest(),
            BackupTask::Sign => self.sign(),
            BackupTask::Publish => self.publish(),
        }
    }

    /// Removes what was made so far; a failure in that leaves a folder that the next backup removes.
    fn give_up(&mut self) {
        if let Some(dumping) = self.dumping.take() {
            dumping.cancel();
        }
        if let Some((to, ..)) = self.folder.take() {
            let _ = to.remove(self.plan.set.partial().as_ref());
        }
    }

    fn prepare(&mut self) -> Result<(), BackupError> {
        let to = Folder::make_all(&self.plan.to, 0o755)?;
        for name in to.names()?.iter().filter(|name| SetName::is_partial(&name.to_string_lossy())) {
            // One that is being made by somebody else is held by them.
            if let Ok(_dead) = to.folder(name).and_then(|folder| Lock::take(&folder)) {
                to.remove(name)?;
            }
        }
        crash::boundary();
        if to.look(self.plan.set.finished().as_ref())?.is_some() {
            let why = "another backup has taken its name meanwhile; start it again".to_owned();
            return Err(BackupError::NoBackup { path: self.plan.finished(), why });
        }
        let partial = self.plan.set.partial();
        if !to.make_folder(partial.as_ref())? {
            return Err(BackupError::Busy { path: self.plan.partial() });
        }
        let folder = to.folder(partial.as_ref())?;
        let lock = Lock::take(&folder)?;
        self.folder = Some((to, folder, lock));
        Ok(())
    }

    /// The folder of this backup.
    fn folder(&self) -> Result<&Folder, BackupError> {
        self.folder.as_ref().map(|(_, folder, _)| folder).ok_or(BackupError::OurBug)
    }

    fn open_snapshot(&mut self) -> Result<(), BackupError> {
        let opened = Snapshot::open(&self.plan.installation)?;
        let places = Part::HOME.into_iter().filter_map(|part| self.plan.installation.part(part));
        let files = places.map(size_of_tree).fold(0_u64, u64::saturating_add);
        // A restore would refuse it, and whoever may write there can make a file of holes that is read for years.
        let most = Limits::default().bytes;
        if files > most {
            let why = format!(
                "the files have {files} bytes, and no Mattermost has more than {most}; look for what is not its own"
            );
            return Err(BackupError::Target { why });
        }
        self.progress.begin("backing up", opened.1.table_bytes + files);
        self.snapshot = Some(opened);
        Ok(())
    }

    fn start_dump(&mut self) -> Result<(), BackupError> {
        let (mut snapshot, facts) = self.snapshot.take().ok_or(BackupError::OurBug)?;
        let path = self.plan.file(ArtefactKind::Database);
        let file = self.folder()?.new_file(path.file_name().unwrap_or_default())?;
        self.dumping = Some(Dumping::start(&self.plan.installation, &facts.id, (file, &path), self.progress)?);
        self.database = Some(self.database_facts(facts)?);
        self.counting = Some(std::thread::spawn(move || {
            let tables = snapshot.count_rows()?;
            Ok(Counted { _snapshot: snapshot, tables })
        }));
        Ok(())
    }

    fn database_facts(&self, facts: Facts) -> Result<(DatabaseFacts, String), BackupError> {
        let known = DatabaseFacts {
            name: facts.name,
            owner: facts.owner,
            encoding: facts.encoding,
            collate: facts.collate,
            ctype: facts.ctype,
            server_version: facts.server_version,
            pg_dump: process::version(&self.plan.installation, "pg_dump")?,
            mattermost_version: None,
            tables: Vec::new(),
            properties: facts.properties,
            attachments_without_file: 0,
        };
        Ok((known, facts.at))
    }

    fn archive(&mut self, kind: ArtefactKind) -> Result<(), BackupError> {
        let path = self.plan.file(kind);
        let installation = &self.plan.installation;
        let name = path.file_name().unwrap_or_default();
        let in_home = matches!(kind, ArtefactKind::Files | ArtefactKind::Plugins);
        let reader = Some(&self.account).filter(|_| in_home && account::is_root());
        let mut archive = ArchiveWriter::create(self.folder()?, name, reader, &installation.follow, self.progress)?;
        match kind {
            ArtefactKind::Settings => settings::add_settings(&mut archive, installation)?,
            ArtefactKind::Secrets => settings::add_secrets(&mut archive, installation)?,
            _ => {
                for part in parts_of(kind) {
                    let Some(place) = installation.part(*part) else { continue };
                    if !archive.add_part(*part, place)? {
                        archive.notes.push(format!("there is no `{}`", place.display()));
                    }
                }
            }
        }
        if archive.beyond_reader {
            archive.notes.push(format!(
                "`{}` is for root alone: it holds files that `{}` may not read",
                name.display(),
                self.account.user
            ));
        }
        // The documented restore reads the backup as Mattermost's user; nobody else needs to.
        let is_open = kind != ArtefactKind::Secrets && !archive.beyond_reader;
        self.notes.append(&mut archive.notes);
        if kind == ArtefactKind::Files {
            self.files = std::mem::take(&mut archive.files);
        }
        let entries = archive.entries;
        let facts = archive.finish()?;
        if is_open {
            self.open_to_group(name)?;
        }
        self.add_artefact(kind, facts, entries);
        Ok(())
    }

    fn add_artefact(&mut self, kind: ArtefactKind, facts: FileFacts, entries: u64) {
        let FileFacts { size, sha256, content_size } = facts;
        let file = name::file_name(kind, &self.plan.set.stamp);
        self.artefacts.push(Artefact { kind, file, size, sha256, content_size, entries });
    }

    /// Lets Mattermost's group read a file of the backup.
    fn open_to_group(&self, name: &OsStr) -> Result<(), BackupError> {
        if account::is_root() { self.folder()?.open_to_group(name, self.account.gid, 0o640) } else { Ok(()) }
    }

    fn finish_dump(&mut self) -> Result<(), BackupError> {
        let (Some(dumping), Some(counting), Some((facts, _))) =
            (self.dumping.take(), self.counting.take(), self.database.as_mut())
        else {
            return Err(BackupError::OurBug);
        };
        let Dumped { summary, file, attachments } = dumping.finish()?;
        let counted = counting.join().map_err(|_| BackupError::OurBug)??;
        database::compare(&summary, &counted.tables)?;
        self.files.sort();
        let missing = attachments.iter().filter(|(hash, size)| !self.files.has_hashed(*hash, *size)).count() as u64;
        let is_configured = |it: &TableRows| it.rows > 0 && it.table.rsplit('.').next() == Some("configurations");
        if !self.plan.present.contains(&Part::ConfigJson) && !counted.tables.iter().any(is_configured) {
            let place = &self.plan.installation.config_json;
            return Err(failed("find", place)(std::io::ErrorKind::NotFound.into()));
        }
        if missing > 0 && !self.is_s3 {
            let rows = attachments.len();
            let detail = format!("{missing} of {rows} rows of fileinfo have no file of their size in the data folder");
            self.findings.push(Check::failed_unless(&self.plan.accepted, CheckId::Attachments, detail));
        }
        facts.tables = counted.tables;
        facts.mattermost_version = summary.section.mattermost_version.clone();
        facts.attachments_without_file = missing;
        self.open_to_group(name::file_name(ArtefactKind::Database, &self.plan.set.stamp).as_ref())?;
        self.add_artefact(ArtefactKind::Database, file, 0);
        Ok(())
    }

    fn write_manifest(&mut self) -> Result<(), BackupError> {
        let (database, snapshot_at) = self.database.take().ok_or(BackupError::OurBug)?;
        self.artefacts.sort_by_key(|artefact| artefact.kind);
        let manifest = Manifest {
            format: FORMAT,
            program: concat!("mattermost-lab ", env!("CARGO_PKG_VERSION")).to_owned(),
            stamp: self.plan.set.stamp.clone(),
            snapshot_at,
            finished_at: jiff::Timestamp::now().to_string(),
            gitlab_version: gitlab_version(),
            account: self.account.clone(),
            database,
            artefacts: std::mem::take(&mut self.artefacts),
            accepted: self.findings.iter().filter(|it| it.outcome == Outcome::Accepted).map(|it| it.id).collect(),
            notes: std::mem::take(&mut self.notes),
        };
        self.folder()?.replace(name::MANIFEST.as_ref(), written(&manifest)?.as_bytes())?;
        self.open_to_group(name::MANIFEST.as_ref())?;
        self.manifest = Some(manifest);
        Ok(())
    }

    fn sign(&mut self) -> Result<(), BackupError> {
        let (Some(key), Some(manifest)) = (self.key, &self.manifest) else { return Err(BackupError::OurBug) };
        let signature = key.sign(written(manifest)?.as_bytes(), &self.plan.set.finished())?;
        self.folder()?.replace(name::SIGNATURE.as_ref(), signature.as_bytes())?;
        self.open_to_group(name::SIGNATURE.as_ref())
    }

    fn publish(&mut self) -> Result<(), BackupError> {
        let (to, folder, _) = self.folder.as_ref().ok_or(BackupError::OurBug)?;
        if account::is_root() {
            folder.give_itself(None, Some(self.account.gid))?;
            folder.set_mode(0o750)?;
        }
        folder.sync()?;
        crash::boundary();
        to.rename(self.plan.set.partial().as_ref(), self.plan.set.finished().as_ref())
    }
}

/// A manifest as it is in its file.
fn written(manifest: &Manifest) -> Result<String, BackupError> {
    serde_json::to_string_pretty(manifest).map(|text| text + "\n").map_err(|_| BackupError::OurBug)
}

/// Whom the users' files belong to; where there are none, what is there instead.
fn owner(installation: &Installation) -> Result<Account, BackupError> {
    for place in [&installation.data, &installation.config_json, &installation.home] {
        if let Some(found) = folder::look(place)? {
            return Ok(account::of(&found));
        }
    }
    Err(failed("find", &installation.home)(std::io::ErrorKind::NotFound.into()))
}
