//! Taking the parts of an inventory that the command line names.

use std::collections::BTreeMap;

use gitlab_mattermost_core::gitlab_rb::ReadError;
use gitlab_mattermost_core::installation::SettingsFile;
use gitlab_mattermost_core::inventory::{FingerprintKey, Inventory, Mattermost, Origin, WeakKey, settings};
use gitlab_mattermost_core::omnibus::{self, Context, DeriveError, Secrets, SecretsError, chpst_value};
use gitlab_mattermost_core::upgrade::Bundled;
use gitlab_mattermost_core::upgrade::tables::releases;
use gitlab_mattermost_core::version::Version;
use serde_json::Value as Json;

use super::super::settings_file::{Unreadable, read_settings_text, read_text};
use super::Arguments;
use mattermost_admin::inventory::{database, env_directory, folder, program};
use mattermost_admin::read_only_database::{ExamineError, Examined};

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
    EnvDirectory(#[from] env_directory::Unreadable),
    #[error(transparent)]
    File(#[from] Unreadable),
    #[error("the fingerprint key in `{file}` cannot be used")]
    Key { file: String, source: WeakKey },
    #[error("`{file}` is not JSON: the fault is in line {line}, column {column}")]
    NotJson { file: String, line: usize, column: usize },
    #[error("the secrets file `{file}` does not fit")]
    Secrets { file: String, source: SecretsError },
    #[error("cannot read the settings in `{file}`")]
    Settings { file: String, source: Box<ReadError> },
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
        let key = self.key()?;
        inventory.fingerprint_key = key.as_ref().map(FingerprintKey::id);
        if let Some(address) = &self.database {
            let examined = Examined::open(address, self.table_timeout).await?;
            inventory.database = Some(database::take(&examined).await?);
        }
        inventory.mattermost = self.server(&inventory).await?;
        if has_settings {
            let version = inventory.mattermost.ok_or(NoInventory::NoVersion)?.version;
            let config_json = self.config_json.as_deref().map(read_json).transpose()?;
            let env = self.variables()?;
            inventory.settings = Some(settings(version, &env, config_json.as_ref(), key.as_ref()));
        }
        for (name, path) in folders {
            if let Some(path) = path {
                inventory.folders.insert(name.to_owned(), folder::take(path)?);
            }
        }
        Ok(inventory)
    }

    fn key(&self) -> Result<Option<FingerprintKey>, NoInventory> {
        let Some(file) = &self.fingerprint_key_file else { return Ok(None) };
        let key = FingerprintKey::new(&read_text(file)?);
        key.map(Some).map_err(|source| NoInventory::Key { file: file.clone(), source })
    }

    /// The server's version by the best source there is.
    async fn server(&self, inventory: &Inventory) -> Result<Option<Mattermost>, NoInventory> {
        let from = |origin| move |version| Mattermost { version, origin };
        if let Some(program) = &self.program {
            return Ok(Some(program::version(program).await.map(from(Origin::Program))?));
        }
        let database = inventory.database.as_ref().and_then(|it| it.schema.version);
        let given = self.mattermost_version.map(from(Origin::Given));
        let bundled = || self.gitlab_version.and_then(bundled).map(from(Origin::GitlabRelease));
        Ok(given.or_else(bundled).or_else(|| database.map(from(Origin::Database))))
    }

    /// What the env directory sets, found or derived.
    fn variables(&self) -> Result<BTreeMap<String, String>, NoInventory> {
        if let Some(folder) = &self.env_dir {
            return Ok(env_directory::read(folder)?);
        }
        let (Some(file), Some(gitlab_version)) = (&self.gitlab_rb, self.gitlab_version) else {
            return Ok(BTreeMap::new());
        };
        let read = SettingsFile::read(file.as_str(), read_settings_text(file)?, BTreeMap::new(), gitlab_version)
            .map_err(|source| NoInventory::Settings { file: file.clone(), source: Box::new(source) })?;
        let context = Context {
            secrets: self.secrets.as_deref().map(read_secrets).transpose()?,
            // What the package would generate is not known; the inventory must not tell a made-up one as set.
            generated_secret: String::new(),
            ..Context::of(gitlab_version)
        };
        let deployment = omnibus::derive(&read.settings, &context)
            .map_err(|source| NoInventory::Derive { file: file.clone(), source: Box::new(source) })?;
        let entries = deployment.env.into_iter().filter(|_| deployment.enabled);
        Ok(entries.filter_map(|(name, entry)| Some((name, chpst_value(&entry.value)?))).collect())
    }
}

/// The Mattermost that a GitLab release ships, where that is known exactly.
fn bundled(gitlab: Version) -> Option<Version> {
    match releases().iter().find(|release| release.gitlab == gitlab)?.mattermost {
        Bundled::Exactly(version) => Some(version),
        Bundled::Between { .. } | Bundled::Nothing => None,
    }
}

fn read_json(file: &str) -> Result<Json, NoInventory> {
    let text = read_text(file)?;
    serde_json::from_str(&text).map_err(|error| NoInventory::NotJson {
        file: file.to_owned(),
        line: error.line(),
        column: error.column(),
    })
}

fn read_secrets(file: &str) -> Result<Secrets, NoInventory> {
    let text = read_text(file)?;
    Secrets::read(&text).map_err(|source| NoInventory::Secrets { file: file.to_owned(), source })
}
