//! Whether a file is a `config.json` of Mattermost, and what it says of where the users' files are.

use serde_json::Value;

/// Larger files are no configuration, in bytes.
pub const LARGEST: u64 = 8 << 20;

/// Sections that configurations of Mattermost have, whatever its version; a file has at least one of them.
const SECTIONS: [&str; 16] = [
    "ServiceSettings",
    "TeamSettings",
    "SqlSettings",
    "LogSettings",
    "PasswordSettings",
    "FileSettings",
    "EmailSettings",
    "RateLimitSettings",
    "PrivacySettings",
    "SupportSettings",
    "GitLabSettings",
    "LdapSettings",
    "LocalizationSettings",
    "NativeAppSettings",
    "PluginSettings",
    "ClientRequirements",
];

/// What a configuration says of the users' files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFacts {
    /// The setting `FileSettings.DriverName`.
    pub driver: Option<String>,
    /// The setting `FileSettings.Directory`.
    pub directory: Option<String>,
}

impl ConfigFacts {
    /// Whether users' files are kept in S3, and so in no folder.
    pub fn is_s3(&self) -> bool {
        self.driver.as_deref() == Some("amazons3")
    }
}

/// Why a file is no configuration of Mattermost.
///
/// # Shape
/// One variant per cause; displayed, a clause about "it", without the file's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// It has no content.
    #[error("it is empty")]
    Empty,
    /// It ends in the middle.
    #[error("it is cut off: it ends at line {line} in the middle of a value")]
    CutOff {
        /// Its last line.
        line: usize,
    },
    /// It is something else.
    #[error("it is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where that shows.
        line: usize,
        /// The column there.
        column: usize,
    },
    /// It is another program's.
    #[error("it is of another program: none of Mattermost's sections, such as `ServiceSettings`, is in it")]
    Foreign,
    /// It is larger than any.
    #[error("it is larger than any configuration")]
    TooLarge,
}

/// Reads a configuration. One without any setting says nothing against being Mattermost's.
///
/// # Errors
/// By variant of [`ConfigFault`].
///
/// ```
/// use gitlab_mattermost_core::backup::ConfigFault;
/// use gitlab_mattermost_core::backup::config_file::read;
///
/// let facts = read(br#"{"FileSettings": {"DriverName": "amazons3"}}"#)?;
/// assert!(facts.is_s3());
/// assert_eq!(read(br#"{"name": "another-program"}"#), Err(ConfigFault::Foreign));
/// # Ok::<(), ConfigFault>(())
/// ```
pub fn read(text: &[u8]) -> Result<ConfigFacts, ConfigFault> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if text.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(ConfigFault::Empty);
    }
    let config: Value = serde_json::from_slice(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => ConfigFault::CutOff { line: error.line() },
        _ => ConfigFault::NotJson { line: error.line(), column: error.column() },
    })?;
    let sections = config.as_object().ok_or(ConfigFault::Foreign)?;
    if !sections.is_empty() && !SECTIONS.iter().any(|section| sections.contains_key(*section)) {
        return Err(ConfigFault::Foreign);
    }
    let setting = |name: &str| {
        let value = config.pointer(&format!("/FileSettings/{name}")).and_then(Value::as_str);
        value.filter(|it| !it.is_empty()).map(str::to_owned)
    };
    Ok(ConfigFacts { driver: setting("DriverName"), directory: setting("Directory") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_configuration_is_told_with_the_reason() {
        let text = r#"{"FileSettings": {"DriverName": "amazons3", "Directory": "./data/"}}"#;
        let facts = read(text.as_bytes()).unwrap();
        assert!(facts.is_s3() && facts.directory.as_deref() == Some("./data/"));
        assert_eq!(read("\u{feff}{}".as_bytes()), Ok(ConfigFacts::default()));
        for (text, fault) in [
            ("", ConfigFault::Empty),
            (" \n\0", ConfigFault::Empty),
            ("{\"ServiceSettings\": {\n\"SiteURL\": \"ht", ConfigFault::CutOff { line: 2 }),
            ("mattermost: true", ConfigFault::NotJson { line: 1, column: 1 }),
            (r#"{"name": "package"}"#, ConfigFault::Foreign),
            ("[]", ConfigFault::Foreign),
        ] {
            assert_eq!(read(text.as_bytes()), Err(fault), "{text}");
        }
    }
}
