//! Taking the parts of an inventory that the command line names.

use std::collections::BTreeMap;

use gitlab_mattermost_core::installation::Versions;
use gitlab_mattermost_core::inventory::{
    Attachments, FingerprintKey, Inventory, Mattermost, Settings, VersionSources, WeakKey, server, settings,
};
use gitlab_mattermost_core::omnibus::{DeriveError, chpst_value};

use super::Arguments;
use mattermost_admin::inventory::{database, folder, program};
use mattermost_admin::read_only_database::{ExamineError, Examined};
use mattermost_admin::reading::{self, Files, MOST, Named, Unreadable};

/// Why there is no inventory.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoInventory {
    #[error(
        "nothing to look at; name `--database`, `--config-json`, `--env-dir`, `--gitlab-rb`, `--data-dir` or `--plugins-dir`"
    )]
    Nothing,
    #[error(
        "the settings of which version? give `--mattermost-version`, `--program`, `--gitlab-version` or `--database`"
    )]
    NoVersion,
    #[error(transparent)]
    Program(#[from] program::Silent),
    #[error(transparent)]
    Database(#[from] ExamineError),
    #[error(transparent)]
    Folder(#[from] folder::Unreadable),
    #[error(transparent)]
    File(#[from] Unreadable),
    #[error("the fingerprint key in `{file}` cannot be used")]
    Key { file: String, source: WeakKey },
    #[error("the package refuses the settings in `{file}`")]
    Derive { file: String, source: Box<DeriveError> },
}

impl Arguments {
    pub(super) async fn take(&self) -> Result<Inventory, NoInventory> {
        let has_settings = self.config_json.is_some() || self.env_dir.is_some() || self.gitlab_rb.is_some();
        let folders = [("data", &self.data_dir), ("plugins", &self.plugins_dir)];
        if !has_settings && self.database.is_none() && folders.iter().all(|(_, path)| path.is_none()) {
            return Err(NoInventory::Nothing);
        }
        let mut inventory = Inventory::empty();
        let mut attached = None;
        let key = self.key()?;
        inventory.fingerprint_key = key.as_ref().map(FingerprintKey::id);
        if let Some(address) = &self.database {
            let examined = Examined::open(address, self.table_timeout).await?;
            let taken = database::take(&examined).await?;
            if self.data_dir.is_some() {
                attached = database::attachments(&examined, &taken).await?;
            }
            inventory.database = Some(taken);
        }
        inventory.mattermost = self.server(&inventory).await?;
        if has_settings {
            let version = inventory.mattermost.ok_or(NoInventory::NoVersion)?.version;
            let files = self.files()?;
            let config_json = files.config_json.as_ref().map(|file| &file.json);
            inventory.settings = Some(settings(version, &variables(&files)?, config_json, key.as_ref()));
        }
        for (name, path) in folders {
            if let Some(path) = path {
                inventory.folders.insert(name.to_owned(), folder::take(path)?);
            }
        }
        let in_s3 = inventory.settings.as_ref().is_some_and(Settings::keeps_files_in_s3);
        if let (Some(rows), Some(data), false) = (attached, inventory.folders.get("data"), in_s3) {
            inventory.attachments = Some(Attachments::of(rows, data));
        }
        Ok(inventory)
    }

    fn key(&self) -> Result<Option<FingerprintKey>, NoInventory> {
        let Some(file) = &self.fingerprint_key_file else { return Ok(None) };
        let key = FingerprintKey::new(&reading::bytes(file, "fingerprint key", MOST)?);
        key.map(Some).map_err(|source| NoInventory::Key { file: file.clone(), source })
    }

    /// The server's version by the best source there is.
    async fn server(&self, inventory: &Inventory) -> Result<Option<Mattermost>, NoInventory> {
        let program = match &self.program {
            Some(program) => Some(program::version(program).await?),
            None => None,
        };
        Ok(server(VersionSources {
            program,
            given: self.mattermost_version,
            gitlab: self.gitlab_version,
            database: inventory.database.as_ref().and_then(|it| it.schema.version),
        }))
    }

    /// The files that tell the settings.
    fn files(&self) -> Result<Files, Unreadable> {
        let mut files = reading::read(&Named {
            gitlab_rb: self.gitlab_rb.clone(),
            surroundings: self.surroundings.read()?,
            env_dir: self.env_dir.as_ref().map(|folder| folder.display().to_string()),
            config_json: self.config_json.clone(),
            secrets: None,
            node_json: None,
            versions: Versions { gitlab: self.gitlab_version, mattermost: None },
        })?;
        files.secrets = self.secrets.as_deref().map(reading::secrets).transpose()?;
        Ok(files)
    }
}

/// What the env directory sets, found or derived.
fn variables(files: &Files) -> Result<BTreeMap<String, String>, NoInventory> {
    if let Some(directory) = &files.environment {
        return Ok(directory.variables());
    }
    // What the package would generate is not known; the inventory must not tell a made-up one as set.
    match (files.installation().deployment_with(""), &files.gitlab_rb) {
        (Some(Ok(deployment)), _) => {
            let entries = deployment.env.into_iter().filter(|_| deployment.enabled);
            Ok(entries.filter_map(|(name, entry)| Some((name, chpst_value(&entry.value)?))).collect())
        }
        (Some(Err(error)), Some(file)) => Err(NoInventory::Derive { file: file.name.clone(), source: Box::new(error) }),
        _ => Ok(BTreeMap::new()),
    }
}
