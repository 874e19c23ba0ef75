//! The manifest: what a backup says of itself, so that it can be checked without the installation it came from.

use serde::{Deserialize, Serialize};

use super::installation::Account;
use super::properties::DatabaseProperties;
use super::{ArtefactKind, CheckId, Stamp, TableRows};

/// The format this program writes and the newest it reads.
pub const FORMAT: u32 = 1;

/// One file of a backup.
///
/// # Shape
/// A JSON object with these fields; unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artefact {
    /// What it holds.
    pub kind: ArtefactKind,
    /// Its name in the set.
    pub file: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// Size of its content, decompressed, in bytes.
    pub content_size: u64,
    /// How many files and folders it holds; 0 for the database.
    pub entries: u64,
}

/// The facts about the database.
///
/// # Shape
/// A JSON object with these fields; unknown ones are refused, `properties` may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseFacts {
    /// Its name.
    pub name: String,
    /// The role that owns it.
    pub owner: String,
    /// Its encoding: `UTF8`.
    pub encoding: String,
    /// Its collation, `LC_COLLATE`.
    pub collate: String,
    /// Its character classification, `LC_CTYPE`.
    pub ctype: String,
    /// The server's `server_version`.
    pub server_version: String,
    /// `pg_dump --version`.
    pub pg_dump: String,
    /// `Systems.Version`, where Mattermost wrote one.
    pub mattermost_version: Option<String>,
    /// The rows of every table, counted in the dump's own snapshot.
    pub tables: Vec<TableRows>,
    /// What belongs to it and is in no dump.
    #[serde(default)]
    pub properties: DatabaseProperties,
    /// How many rows of `fileinfo` had no file of the right size when the backup was made.
    pub attachments_without_file: u64,
}

/// What a backup says of itself.
///
/// # Shape
/// `lab/schemas/backup-manifest.schema.json`.
///
/// ```
/// use gitlab_mattermost_core::backup::Manifest;
/// use gitlab_mattermost_core::backup::manifest::ManifestError;
///
/// assert!(matches!(Manifest::read("{}"), Err(ManifestError::Shape(_))));
/// assert!(matches!(Manifest::read(r#"{"format": 99}"#), Err(ManifestError::Later { found: 99 })));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format.
    pub format: u32,
    /// The program that wrote it.
    pub program: String,
    /// The time in the set's name.
    pub stamp: Stamp,
    /// When the database was looked at, RFC 3339. Everything in the dump is of this moment; files were read after it, so
    /// that every file a row speaks of was there.
    pub snapshot_at: String,
    /// When the last file was written, RFC 3339.
    pub finished_at: String,
    /// GitLab's version, where the Linux package tells it.
    pub gitlab_version: Option<String>,
    /// The account that owned the files.
    pub account: Account,
    /// The database.
    pub database: DatabaseFacts,
    /// The files of the set.
    pub artefacts: Vec<Artefact>,
    /// Checks whose findings were accepted when it was made: files of `fileinfo` that were lost already.
    #[serde(default)]
    pub accepted: Vec<CheckId>,
    /// What a reader should know: parts that were not there, files that changed while they were read.
    pub notes: Vec<String>,
}

/// Why a text is no manifest that can be worked with.
///
/// # Shape
/// One variant per cause; displayed, one line.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is not JSON of the manifest's shape.
    #[error("it is not the manifest of a backup")]
    Shape(#[from] serde_json::Error),
    /// It is of a later format.
    #[error("its format is {found}, this program reads up to {FORMAT}; use a newer one")]
    Later {
        /// The format it claims.
        found: u32,
    },
    /// A name in it would lead out of the set, or two parts claim the same place.
    #[error("it names the file `{file}`, which is not a name a backup's file can have")]
    File {
        /// The name.
        file: String,
    },
    /// Database or files are missing from it.
    #[error("it lists no {part}")]
    Incomplete {
        /// What is missing.
        part: &'static str,
    },
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// By variant of [`ManifestError`].
    pub fn read(text: &str) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_str(text)?;
        if format > FORMAT {
            return Err(ManifestError::Later { found: format });
        }
        let manifest: Self = serde_json::from_str(text)?;
        for artefact in &manifest.artefacts {
            if super::name::file_name(artefact.kind, &manifest.stamp) != artefact.file {
                return Err(ManifestError::File { file: artefact.file.clone() });
            }
        }
        for (kind, part) in [(ArtefactKind::Database, "database"), (ArtefactKind::Files, "files")] {
            if manifest.artefact(kind).is_none() {
                return Err(ManifestError::Incomplete { part });
            }
        }
        Ok(manifest)
    }

    /// The file of this kind, if the backup has one.
    pub fn artefact(&self, kind: ArtefactKind) -> Option<&Artefact> {
        self.artefacts.iter().find(|artefact| artefact.kind == kind)
    }
}
