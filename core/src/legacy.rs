//! Settings of GitLab 10.x for Mattermost, and the `mattermost['env']` that takes their place in 11.0.
//!
//! Up to 10.8 the package wrote some 160 `mattermost[…]` settings into `config.json`; 11.0 leaves that file to
//! Mattermost and passes a few settings by variables. Here: which variable each old setting becomes, with which text,
//! what stays where it is, and what the document says about it.
//!
//! Not here: reading `gitlab.rb` (`gitlab_rb`), and what 11.0 derives on its own (`omnibus`).

mod documented;
mod earlier;
mod error;
mod kept;
mod landing;
mod setting;
mod translation;

pub use documented::{Accuracy, Documented, ExampleRow, ExceptionRow, documented};
pub use earlier::{EarlierSetting, earlier_setting};
pub use error::TranslateError;
pub use setting::{LegacyKind, LegacySetting, legacy_settings};
pub use translation::{Difference, Note, Translation, Untranslatable, translate, translate_as_documented};

use crate::version::Version;

/// The Mattermost that GitLab 11.0 brings, which reads the variables first.
pub const MATTERMOST_OF_11_0: Version = Version::new(4, 10, 1);
