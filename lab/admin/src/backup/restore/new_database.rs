//! How the new database is made: as the one that is replaced, or as the one that was backed up.

use gitlab_mattermost_core::backup::journal::{RESTORED, database_name};
use gitlab_mattermost_core::backup::properties::{DatabaseProperties, DatabaseSetting, Target, carry_default_rights};
use gitlab_mattermost_core::backup::restore::NewDatabase;
use gitlab_mattermost_core::backup::{DumpSummary, Installation, Stamp};
use serde::Deserialize;

use super::server::Server;
use crate::backup::set::BackupSet;

/// The role that the Linux package gives the database to.
const ROLE: &str = "gitlab_mattermost";

/// The database that is replaced.
#[derive(Debug, Deserialize)]
pub(super) struct Current {
    owner: String,
    encoding: String,
    collate: String,
    ctype: String,
    properties: DatabaseProperties,
}

/// What a new database is made from.
pub(super) struct New<'a> {
    pub(super) installation: &'a Installation,
    pub(super) server: &'a Server,
    pub(super) set: &'a BackupSet,
    pub(super) summary: &'a DumpSummary,
    pub(super) stamp: &'a Stamp,
}

impl New<'_> {
    /// The database, and what of the one before is lost. The role is always Mattermost's own, even if the one before
    /// belonged to another, as the documented restore leaves it.
    pub(super) fn database(&self, current: Option<Current>) -> (NewDatabase, Vec<String>) {
        let backed_up = self.set.manifest.as_ref().map(|manifest| &manifest.database);
        let owner = self.installation.owner.role.clone().or_else(|| current.as_ref().map(|it| it.owner.clone()));
        let owner = owner.unwrap_or_else(|| ROLE.to_owned());
        let mut lost = Vec::new();
        let locale = match (&current, backed_up) {
            (Some(it), _) => Some((it.encoding.clone(), it.collate.clone(), it.ctype.clone())),
            (None, Some(it)) => self.locale((it.encoding.clone(), it.collate.clone(), it.ctype.clone()), &mut lost),
            (None, None) => None,
        };
        let strange: Vec<&str> = self
            .summary
            .section
            .owners
            .iter()
            .filter(|it| **it != owner && !it.starts_with("pg_"))
            .map(String::as_str)
            .collect();
        if !strange.is_empty() {
            lost.push(format!("that objects belong to `{}`: they are all of `{owner}`", strange.join("`, `")));
        }
        let (mut properties, was) = match (backed_up, DatabaseProperties::of_dump(self.summary), current) {
            (Some(known), ..) => (known.properties.clone(), Some(known.owner.clone())),
            (None, Some(told), _) => (told, None),
            (None, None, Some(current)) => (current.properties, Some(current.owner)),
            (None, None, None) => (DatabaseProperties::default(), None),
        };
        if backed_up.is_none() {
            lost.extend(self.summary.section.lost.iter().map(|what| format!("{what}, which the dump has")));
        }
        if let Some(schema) = self.summary.section.schema.as_ref().filter(|schema| *schema != "public")
            && !properties.sets_search_path(&owner)
            && !self.data_source_sets_search_path()
        {
            let (name, value) = ("search_path".to_owned(), format!("\"{}\", public", schema.replace('"', "\"\"")));
            properties.settings.push(DatabaseSetting { role: None, name, value });
        }
        let scratch = database_name(&self.installation.owner.database, RESTORED, self.stamp);
        let roles = |role: &str| self.server.policy.roles.contains(role);
        let mut carrying = properties.carry(&scratch, &owner, was.as_deref(), roles);
        let target = Target {
            owner: &owner,
            was: was.as_deref(),
            version: self.server.version,
            by_superuser: self.server.has_superuser,
        };
        let mut rights = carry_default_rights(self.summary, target, roles);
        carrying.inside.append(&mut rights.inside);
        lost.extend(carrying.lost.drain(..).chain(rights.lost));
        (NewDatabase { owner, locale, carrying }, lost)
    }

    fn data_source_sets_search_path(&self) -> bool {
        self.installation
            .owner
            .variables
            .iter()
            .any(|(name, value)| name == "PGOPTIONS" && value.contains("search_path"))
    }

    /// The locale of the database that was backed up, if this server has it; else the server's own, where it goes with the
    /// encoding.
    fn locale(&self, wanted: (String, String, String), lost: &mut Vec<String>) -> Option<(String, String, String)> {
        let missing: Vec<&str> =
            [&wanted.1, &wanted.2].into_iter().filter(|it| !self.server.has_locale(it)).map(String::as_str).collect();
        if missing.is_empty() {
            return Some(wanted);
        }
        lost.push(format!("the locale `{}`: this server does not have it", missing[0]));
        let own = (wanted.0 == self.server.encoding).then_some(None);
        own.unwrap_or_else(|| Some((wanted.0, "C".to_owned(), "C".to_owned())))
    }
}
