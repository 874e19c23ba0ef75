//! The flag `--color`, which all commands have.

use clap::ValueEnum;

/// When text is coloured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless the environment says otherwise (`NO_COLOR`, `CLICOLOR`).
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl When {
    /// Makes it hold for everything that is printed through `anstream`.
    pub fn apply(self) {
        match self {
            // The default already looks at the terminal and at the environment.
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}
