//! What differs between Mattermost versions: the one place that is asked what a version does.
//!
//! Not here: which settings a version has (`mattermost_config::Catalogue`), and how its tables look, which the store of a
//! server knows.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::version::Version;

/// The version a server behaves as.
///
/// # Shape
/// Any version; it behaves as the nearest release below whose behaviour was looked at.
///
/// # Source
/// `core/data/mattermost-differences.json`: what each version does, and how that is known. Between two servers that were
/// run the older one's way holds, unless the border was read in the public tags.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{Console, Release};
///
/// let release = Release { version: "6.2.1".parse()? };
/// assert_eq!((release.console(), release.exit_without_database()), (Console::Stdout, 1));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The version.
    pub version: Version,
}

/// The stream of the console's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Console {
    /// The standard output.
    Stdout,
    /// The standard error output.
    #[default]
    Stderr,
}

/// How a line of the log tells its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum TimeInLog {
    /// `"ts"`, seconds since 1970 with a fraction, after the level.
    #[default]
    Seconds,
    /// `"timestamp"`, as in `2026-11-29 03:21:45.981 Z`, before the level; the caller comes after the message.
    Text,
}

/// One thing that versions do in different ways.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference<T> {
    /// What is done, by the first version that does it.
    from: BTreeMap<Version, T>,
    /// How that is known; for people who read the table.
    #[serde(rename = "source")]
    _source: String,
}

impl<T: Clone + Default> Difference<T> {
    fn in_version(&self, version: Version) -> T {
        self.from.range(..=version).next_back().map(|(_, way)| way.clone()).unwrap_or_default()
    }
}

/// Everything that versions do in different ways.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    reports_itself_as: Difference<Option<Version>>,
    checks_answer_status: Difference<bool>,
    tells_denied: Difference<bool>,
    has_csrf_cookie: Difference<bool>,
    state_tells_mobile: Difference<bool>,
    requires_email: Difference<bool>,
    callback_uses_site_url: Difference<bool>,
    refuses_foreign_redirect: Difference<bool>,
    completes_redirect: Difference<bool>,
    tells_decoding_error: Difference<bool>,
    user_agent: Difference<String>,
    notify_props_of_threads: Difference<bool>,
    ends_users_with_newline: Difference<bool>,
    console: Difference<Console>,
    time_in_log: Difference<TimeInLog>,
    tells_failed_ping_in_fields: Difference<bool>,
    last_ping_is_fatal: Difference<bool>,
    exit_without_database: Difference<u8>,
    version_asks_database: Difference<bool>,
    skips_server_start: Difference<bool>,
    warns_of_empty_developer_flags: Difference<bool>,
    commands: Difference<Vec<String>>,
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn table() -> &'static Differences {
    static TABLE: LazyLock<Differences> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../data/mattermost-differences.json")).expect("a table of differences")
    });
    &TABLE
}

/// A question about a version that is answered by yes or no.
macro_rules! switches {
    ($($(#[$doc:meta])* $visibility:vis $name:ident;)*) => {
        $($(#[$doc])* $visibility fn $name(self) -> bool {
            table().$name.in_version(self.version)
        })*
    };
}

impl Release {
    /// The version whose sign-ins were recorded.
    pub const RECORDED: Self = Self { version: Version::new(5, 36, 1) };

    /// The version that the server takes itself for, which its database and its answers tell too.
    pub fn takes_itself_for(self) -> Version {
        table().reports_itself_as.in_version(self.version).unwrap_or(self.version)
    }

    switches! {
        /// A failed token answer is told by its status; before, its body alone was looked at.
        pub(super) checks_answer_status;
        /// `error=access_denied` has an error page of its own; before, it was taken for a missing code.
        pub(super) tells_denied;
        /// Sessions have a cookie against forged requests, `MMCSRF`.
        pub has_csrf_cookie;
        /// The state of a log-in says whether it comes from the mobile application.
        pub(super) state_tells_mobile;
        /// A user without email is refused for that; before, the account failed its password check later on.
        pub(super) requires_email;
        /// The callback builds its redirect URI from the site URL.
        ///
        /// DIFFERENCE: up to 5.31 it is built from `X-Forwarded-Proto` and `Host` of the callback request, so that a proxy
        /// that drops either makes GitLab refuse the code.
        pub(super) callback_uses_site_url;
        /// A log-in that is to come out at another site is refused; before, it was begun.
        pub refuses_foreign_redirect;
        /// A path to come out at is completed with the site's address.
        pub(super) completes_redirect;
        /// The log says of a token answer that is of no use what the decoder made of it.
        pub(super) tells_decoding_error;
        /// A user object has three more ways of notification, all of threads.
        pub(super) notify_props_of_threads;
        /// A user object ends in the end of a line.
        pub(super) ends_users_with_newline;
        /// The log tells a failed attempt to reach the database in fields; before, in its text.
        pub tells_failed_ping_in_fields;
        /// The last failed attempt to reach the database is logged as `fatal`.
        pub last_ping_is_fatal;
        /// `mattermost version` needs the database, and its own folder, and tells the version of the database.
        pub version_asks_database;
        /// The command line knows `--skip-server-start`.
        pub skips_server_start;
        /// The page of the site warns in the log if there are no developer flags.
        pub warns_of_empty_developer_flags;
    }

    /// What the server calls itself towards GitLab.
    pub fn user_agent(self) -> String {
        let name = table().user_agent.in_version(self.version);
        name.replace("{version}", &self.takes_itself_for().to_string())
    }

    /// Where its log goes when it runs on a console.
    pub fn console(self) -> Console {
        table().console.in_version(self.version)
    }

    /// How its log tells the time.
    pub fn time_in_log(self) -> TimeInLog {
        table().time_in_log.in_version(self.version)
    }

    /// The status with which the server ends if its database cannot be reached.
    pub fn exit_without_database(self) -> u8 {
        table().exit_without_database.in_version(self.version)
    }

    /// The commands of its command line in order; empty if they are not known.
    pub fn commands(self) -> Vec<String> {
        table().commands.in_version(self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::{Console, Release, TimeInLog};
    use crate::version::Version;

    fn release(version: &str) -> Release {
        Release { version: version.parse().expect("a version") }
    }

    #[test]
    fn a_version_between_two_that_were_run_does_as_the_older_one() {
        for (version, console, exit) in [
            ("5.14.2", Console::Stdout, 102),
            ("5.19.0", Console::Stdout, 102),
            ("5.36.1", Console::Stderr, 102),
            ("5.39.3", Console::Stderr, 102),
            ("6.0.4", Console::Stdout, 1),
            ("6.7.0", Console::Stdout, 1),
        ] {
            let release = release(version);
            assert_eq!((release.console(), release.exit_without_database()), (console, exit), "{version}");
        }
        assert_eq!(["5.39.3", "6.0.0"].map(|it| release(it).time_in_log()), [TimeInLog::Seconds, TimeInLog::Text]);
        assert_eq!(["6.4.0", "6.5.0"].map(|it| release(it).version_asks_database()), [true, false]);
    }

    #[test]
    fn releases_whose_list_of_versions_was_not_raised_take_themselves_for_an_older_one() {
        for (version, told) in
            [("5.14.2", "5.14.0"), ("5.15.0", "5.15.0"), ("5.31.1", "5.30.0"), ("5.31.7", "5.31.7"), ("6.2.1", "6.2.1")]
        {
            assert_eq!(release(version).takes_itself_for().to_string(), told, "{version}");
        }
        assert_eq!(release("5.31.0").user_agent(), "mattermost-5.30.0");
        assert_eq!(Release { version: Version::new(4, 10, 0) }.user_agent(), "Go-http-client/1.1");
        assert_eq!(Release::RECORDED.user_agent(), "Mattermost-Bot/1.1");
    }

    #[test]
    fn commands_that_another_program_took_over_are_gone_from_6_0_on() {
        assert_eq!(release("5.36.1").commands().len(), 24);
        assert!(!release("6.2.1").commands().contains(&"user".to_owned()));
        assert!(release("5.20.0").commands().is_empty());
    }
}
