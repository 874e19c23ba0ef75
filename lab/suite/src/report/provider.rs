//! What a run says of a provider in GitLab's place: each requirement met, not met, not judged, or not asked for want of an
//! ability. One verdict for all forms: text, a page, a small JSON document, and a table of several providers.

mod files;
mod matrix;
mod page;
mod summary;
mod verdict;

pub use files::ProviderFiles;
pub use matrix::Matrix;
pub use summary::ProviderSummary;
pub use verdict::{ProviderVerdict, RequirementVerdict, Standing};
