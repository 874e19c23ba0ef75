//! The two forms in which most commands print.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Format {
    #[default]
    Pretty,
    Json,
}
