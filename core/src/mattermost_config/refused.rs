//! Why a server does not start on a configuration.

/// A configuration on which the server ends instead of starting; displayed, it is the server's own reason.
///
/// # Shape
/// One variant per cause; displayed, the server's own words.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::{StartRefused, effective};
///
/// let env = [("MM_TEAMSETTINGS_MAXUSERSPERTEAM".to_owned(), "0".to_owned())].into();
/// let Err(refused) = effective("6.2.1".parse()?, &env, None) else { panic!("a server that does not start") };
/// assert!(matches!(refused, StartRefused::Invalid { .. }));
/// assert_eq!(refused.exit_code(), 1);
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartRefused {
    /// The text of a variable does not parse; up to 5.29.
    #[error("{reason}")]
    Variable {
        /// The variable.
        variable: String,
        /// The setting it stands for.
        path: String,
        /// The server's words.
        reason: String,
    },
    /// The server crashes over a variable, whatever its value.
    #[error("panic over `{variable}`, which names {what}; remove the variable")]
    Crash {
        /// The variable.
        variable: String,
        /// What it names: "an inner section", "a list of objects".
        what: &'static str,
    },
    /// `config.json` is not an object, or holds a value of another type than the setting's.
    #[error("`{path}` in `config.json` must be {expected}, found {found}")]
    File {
        /// Section and key, empty for the file as a whole.
        path: String,
        /// The type that is needed.
        expected: &'static str,
        /// The type that was found.
        found: &'static str,
    },
    /// The merged settings break a rule.
    #[error("Config.IsValid: {message}")]
    Invalid {
        /// The setting that breaks it.
        path: String,
        /// The server's message, from 5.10 on its key.
        message: String,
    },
}

impl StartRefused {
    /// The exit code of the server: 2 after a crash, else 1.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Crash { .. } => 2,
            Self::Variable { .. } | Self::File { .. } | Self::Invalid { .. } => 1,
        }
    }
}
