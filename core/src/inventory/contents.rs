//! The parts of an inventory, as they are written to its file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::version::Version;

/// Version of the file's form, which `lab/schemas/inventory.schema.json` describes.
pub const FORMAT_VERSION: u32 = 1;

/// What an installation holds. A part that was not looked at is absent.
///
/// # Shape
/// Two inventories of the same things are equal: nothing in one tells when it was taken.
///
/// ```
/// use gitlab_mattermost_core::inventory::Inventory;
///
/// let inventory: Inventory = serde_json::from_str(r#"{"format_version": 1}"#)?;
/// assert_eq!(inventory, Inventory::empty());
/// assert!(serde_json::from_str::<Inventory>(r#"{"format_version": 1, "folder": {}}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The server, if its version is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mattermost: Option<Mattermost>,
    /// Tells the key of the fingerprints from others without telling the key; absent if there are no fingerprints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint_key: Option<String>,
    /// The settings with which the server runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// The database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<Database>,
    /// Folders by their use: `data`, `plugins`.
    #[serde(default)]
    pub folders: BTreeMap<String, Folder>,
    /// Whether the users' files that the database knows are there; absent where not both were looked at, or they are in S3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Attachments>,
}

impl Inventory {
    /// An inventory of which no part was looked at.
    pub fn empty() -> Self {
        Self {
            format_version: FORMAT_VERSION,
            mattermost: None,
            fingerprint_key: None,
            settings: None,
            database: None,
            folders: BTreeMap::new(),
            attachments: None,
        }
    }
}

/// The server's version.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mattermost {
    /// Its release.
    pub version: Version,
    /// Who says so.
    pub origin: Origin,
}

/// Where a version is known from.
///
/// # Shape
/// In JSON `given`, `program`, `gitlab-release` or `database`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The person who asked.
    Given,
    /// The server's program.
    Program,
    /// The GitLab release it comes with.
    GitlabRelease,
    /// The database, which names the last release that changed its tables: the server may be a later one.
    Database,
}

/// A database of Mattermost.
///
/// # Shape
/// A JSON object with these fields; `users` is left out if empty. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// The server's own words for its version: `15.18`.
    pub postgresql: String,
    /// What tells the hash of the checksums from others: two databases hash alike if this is equal.
    pub hash: String,
    /// The state of the schema.
    pub schema: Schema,
    /// Users by their sign-in method; absent where there is no table of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<BTreeMap<String, Users>>,
    /// Tables by name.
    pub tables: BTreeMap<String, Table>,
}

/// The state of a database's schema.
///
/// # Shape
/// A JSON object with these fields; `version` and `dirty` are left out if empty; `migrations` may be missing when it
/// is read. Unknown fields are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// `Version` of the table `systems`, which tells the schema up to Mattermost 6.3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The rows of `db_migrations` (from 6.4), in order.
    #[serde(default)]
    pub migrations: Vec<Migration>,
    /// Whether `schema_migrations` (5.36 to 6.3) says that a migration broke off; absent without that table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dirty: Option<bool>,
}

/// A migration that was applied.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// Its number.
    pub number: i64,
    /// Its name: `create_teams`.
    pub name: String,
}

/// Users with one sign-in method.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Users {
    /// Those who may sign in.
    pub active: u64,
    /// Those who were deactivated.
    pub deactivated: u64,
}

impl Users {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.active.saturating_add(self.deactivated)
    }
}

/// A table.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// How many rows it has.
    pub rows: u64,
    /// The columns of its primary key, in order; empty without one.
    pub key: Vec<String>,
    /// Columns by name.
    pub columns: BTreeMap<String, Column>,
    /// Names of its indexes.
    pub indexes: BTreeSet<String>,
}

/// A column.
///
/// # Shape
/// A JSON object with `type` and `checksum`. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its type as PostgreSQL writes it: `character varying(26)`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Sum over all rows of a hash of the row's key and this column's value: whatever the order of the rows, it tells
    /// whether every row has the value it had.
    pub checksum: String,
}

/// A folder's files by their path in it, with `/` between names; what is no UTF-8 stands as `\xNN`.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Everything in it but folders.
    pub files: BTreeMap<String, File>,
}

/// Something in a folder.
///
/// # Shape
/// In JSON `{"size": …, "sha256": …}`, `{"link": …, "leads_to": …}` or `{"special": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum File {
    /// A file.
    Plain {
        /// Its size in bytes.
        size: u64,
        /// SHA-256 of its content, in hexadecimal digits.
        sha256: String,
    },
    /// A symbolic link. What is in a folder outside that it leads to is listed below it.
    Link {
        /// Where it points to.
        link: String,
        /// What is there; absent in lists that did not look.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leads_to: Option<Target>,
    },
    /// Neither: a socket, a pipe or a device.
    Other {
        /// What it is instead: a pipe, a socket, a device.
        special: String,
    },
}

/// What a link leads to.
///
/// # Shape
/// In JSON `"inside"`, `"folder"`, `{"file": {"size": …, "sha256": …}}`, `"nothing"` or `"not-followed"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Target {
    /// Something in the same folder, which is listed under its own name.
    Inside,
    /// A folder outside.
    Folder,
    /// A file outside.
    File {
        /// Its size in bytes.
        size: u64,
        /// SHA-256 of its content, in hexadecimal digits.
        sha256: String,
    },
    /// The link leads to nothing.
    Nothing,
    /// It was not looked at: the link is of an account that is neither root's nor the reader's.
    NotFollowed,
}

/// The rows of `fileinfo`, and which of them have no file.
///
/// # Shape
/// A JSON object with these fields; unknown ones are refused.
///
/// ```
/// use gitlab_mattermost_core::inventory::{Attachments, File, Folder};
///
/// let file = File::Plain { size: 3, sha256: "00".to_owned() };
/// let data = Folder { files: [("a.png".to_owned(), file)].into() };
/// let found = Attachments::of([("a.png".to_owned(), 3), ("b.png".to_owned(), 3)], &data);
/// assert_eq!((found.rows, found.missing_paths), (2, vec!["b.png".to_owned()]));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    /// How many rows there are.
    pub rows: u64,
    /// How many of them have no file of their size.
    pub missing: u64,
    /// The first thousand of those, by path, as files of folders are named.
    pub missing_paths: Vec<String>,
}
