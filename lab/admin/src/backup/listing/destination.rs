//! Where entries go that were judged.

use std::io::Read;
use std::path::Path;

use gitlab_mattermost_core::backup::{Entry, Part};

use crate::backup::error::BackupError;

/// What a file has besides its content.
#[derive(Debug, Clone, Copy)]
pub(in crate::backup) struct Attributes {
    /// Who may do what; bits that make a program run as somebody else are dropped.
    pub(in crate::backup) mode: u32,
    /// When it was changed last, in seconds of Unix time.
    pub(in crate::backup) modified: u64,
    /// Whether it has holes.
    pub(in crate::backup) has_holes: bool,
}

/// Where entries go.
pub(in crate::backup) trait Destination {
    /// Takes an entry that may be unpacked; `content` has its bytes.
    fn take(
        &mut self,
        part: Part,
        below: &Path,
        entry: &Entry,
        attributes: Attributes,
        content: &mut dyn Read,
    ) -> Result<(), BackupError>;
}

/// Takes nothing: for looking only.
pub(in crate::backup) struct Nowhere;

impl Destination for Nowhere {
    fn take(&mut self, _: Part, _: &Path, _: &Entry, _: Attributes, _: &mut dyn Read) -> Result<(), BackupError> {
        Ok(())
    }
}
