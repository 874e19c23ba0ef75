//! The flag `--color`, which all commands have.

use std::ffi::OsString;

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
    /// What the words of a command line say, before anybody has read them as a whole: help and refusals are in colours, too.
    pub fn asked_for(words: impl Iterator<Item = OsString>) -> Self {
        let mut words = words.skip(1).map(|word| word.to_string_lossy().into_owned());
        let mut chosen = Self::Auto;
        while let Some(word) = words.next().filter(|word| word != "--") {
            let value = match word.strip_prefix("--color") {
                Some("") => words.next(),
                Some(rest) => rest.strip_prefix('=').map(str::to_owned),
                None => None,
            };
            chosen = value.and_then(|value| Self::from_str(&value, false).ok()).unwrap_or(chosen);
        }
        chosen
    }

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

#[cfg(test)]
mod tests {
    use super::When;

    #[test]
    fn the_choice_is_known_before_the_words_are_read() {
        for (words, expected) in [
            ("lab run", When::Auto),
            ("lab --color never run", When::Never),
            ("lab run --color=always", When::Always),
            ("lab run --color sometimes", When::Auto),
            ("lab run -- --color=always", When::Auto),
        ] {
            assert_eq!(When::asked_for(words.split(' ').map(Into::into)), expected, "{words}");
        }
    }
}
