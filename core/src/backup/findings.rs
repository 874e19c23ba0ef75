//! What was found when a backup was read, and the checks that follow from it, in their order.

use super::verification::{
    AttachmentsFound, PartsFound, judge_attachments, judge_checksums, judge_config, judge_dump, judge_moment,
    judge_parts, judge_signature,
};
use super::{ArtefactKind, Check, CheckId, ConfigFacts, ConfigFault, DumpSummary, Manifest};

/// A dump that could be read to its end.
#[derive(Debug, Clone, Copy)]
pub struct DumpFound<'a> {
    /// What it holds.
    pub summary: &'a DumpSummary,
    /// The form that it has, in words.
    pub form: &'a str,
    /// Bytes of SQL.
    pub bytes: u64,
    /// What became of its attachments, if there were files to look for them among.
    pub attachments: Option<&'a AttachmentsFound>,
}

/// What was found when a backup was read.
///
/// ```
/// use gitlab_mattermost_core::backup::findings::Findings;
/// use gitlab_mattermost_core::backup::verification::PartsFound;
/// use gitlab_mattermost_core::backup::{CheckId, Outcome};
///
/// let findings = Findings {
///     manifest: None,
///     signed_with: None,
///     sums: &[],
///     dump: Err("it ends early".to_owned()),
///     unreadable: &[],
///     refused: &[],
///     entries: 0,
///     parts: &PartsFound::default(),
///     config: None,
///     days: None,
/// };
/// let checks = findings.checks();
/// let readable = checks.iter().find(|check| check.id == CheckId::DumpReadable).expect("a check of the dump");
/// assert_eq!((readable.outcome, readable.detail.as_str()), (Outcome::Failed, "it ends early"));
/// ```
#[derive(Debug)]
pub struct Findings<'a> {
    /// What it says of itself.
    pub manifest: Option<&'a Manifest>,
    /// The key that it was found to be signed with, if that was asked for.
    pub signed_with: Option<&'a str>,
    /// Size and SHA-256 of each file that could be read to its end.
    pub sums: &'a [(ArtefactKind, u64, String)],
    /// The dump, or why it cannot be read.
    pub dump: Result<DumpFound<'a>, String>,
    /// Why archives cannot be read.
    pub unreadable: &'a [String],
    /// Why archives must not be unpacked.
    pub refused: &'a [String],
    /// Files and folders in those that can.
    pub entries: u64,
    /// The parts in them.
    pub parts: &'a PartsFound,
    /// What the `config.json` in them is.
    pub config: Option<&'a Result<ConfigFacts, ConfigFault>>,
    /// The days in the names of dump and files.
    pub days: Option<(&'a str, &'a str)>,
}

impl Findings<'_> {
    /// The checks: the backup as a whole, then its dump, then its files, then how they go together.
    pub fn checks(&self) -> Vec<Check> {
        let manifest = self.manifest;
        let mut checks = vec![
            judge_signature(manifest, self.signed_with),
            match manifest {
                Some(manifest) => Check::passed(CheckId::Manifest, format!("made by {}", manifest.program)),
                None => Check::not_made(CheckId::Manifest, "there is none: the backup was made by other commands"),
            },
            judge_checksums(manifest, self.sums),
        ];
        match &self.dump {
            Ok(DumpFound { summary, form, bytes, .. }) => {
                checks.push(Check::passed(CheckId::DumpReadable, format!("{form}, {bytes} bytes of SQL")));
                checks.extend(judge_dump(summary, manifest));
            }
            Err(why) => checks.push(Check::failed(CheckId::DumpReadable, why)),
        }
        let entries = format!("{} files and folders", self.entries);
        checks.push(Check::of(CheckId::ArchiveReadable, self.unreadable, entries));
        checks.push(Check::of(CheckId::ArchiveSafe, self.refused, "nothing in them leads elsewhere"));
        checks.push(judge_parts(self.parts));
        checks.push(judge_config(self.config));
        checks.push(self.attachments());
        checks.push(judge_moment(manifest, self.days));
        checks
    }

    fn attachments(&self) -> Check {
        let not_made = |why: &str| Check::not_made(CheckId::Attachments, why);
        if self.parts.files_in_s3 {
            return not_made("users' files are kept in S3, which is not in the backup");
        }
        match &self.dump {
            Err(_) => not_made("the dump cannot be read"),
            Ok(DumpFound { attachments: None, .. }) => not_made("there are no files to look for them among"),
            Ok(DumpFound { summary, attachments: Some(found), .. }) => judge_attachments(summary, found, self.manifest),
        }
    }
}
