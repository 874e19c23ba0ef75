//! The table of rules: every known problem with the checks that can see it.
//!
//! A check is one function over the evidence, and says what it needs of it; a file holds those of one group.

mod backup_folder;
mod database;
mod document;
mod endpoints;
mod gate;
mod migrations;
mod names;
mod network;
mod redirect;
mod refused;
mod script;
mod secrets;
mod shadowed;
mod site;
mod version;

use super::case::Case;
use super::log::has_signs;
use super::problem::{
    E06, E09, P01, P02, P03, P04, P05, P06, P07, P08, P09, P10, P11, P12, P13, P14, P15, P16, P17, P18, P19, P20, P21,
    P22, P23, P24, P25, P26, P27, P28, P29, P30, P31, P32, P33, P34, P35, P36, P37, P38, P39, P40, P41, P42, P43, P44,
    P45, P46, P47, P48, P49, P50, P51, P52, P53, P54,
};
use super::{Finding, Input, Problem};

/// A known problem and how it is looked for. The words by which it shows in a log are in the table of `log`.
pub struct Rule {
    /// The problem.
    pub problem: &'static Problem,
    /// The checks besides those of logs.
    pub checks: &'static [Check],
}

/// A way to see a problem.
pub struct Check {
    /// The inputs, all of which it needs.
    pub needs: &'static [Input],
    pub(super) examine: fn(&Case<'_>) -> Vec<Finding>,
}

impl Rule {
    /// Whether it can be seen in a log.
    pub fn reads_logs(&self) -> bool {
        has_signs(self.problem)
    }

    /// The sets of inputs, any one of which is enough to look for the problem.
    pub fn needs(&self) -> Vec<Vec<Input>> {
        let mut needs: Vec<Vec<Input>> = self.reads_logs().then(|| vec![Input::Log]).into_iter().collect();
        needs.extend(self.checks.iter().map(|check| check.needs.to_vec()));
        needs.dedup();
        needs
    }
}

/// Every rule, in the order of the problems.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::rules;
///
/// let rule = rules().iter().find(|rule| rule.problem.rule == "P01").expect("a rule");
/// assert_eq!(rule.problem.title, "redirect-not-registered");
/// assert!(rule.reads_logs() && !rule.needs().is_empty());
/// ```
pub fn rules() -> &'static [Rule] {
    RULES
}

const fn rule(problem: &'static Problem, checks: &'static [Check]) -> Rule {
    Rule { problem, checks }
}

const fn check(needs: &'static [Input], examine: fn(&Case<'_>) -> Vec<Finding>) -> Check {
    Check { needs, examine }
}

use Input::{
    Backup, ConfigJson, Database, Document, Dump, EnvDirectory, GitlabRb, GitlabVersion, MattermostVersion, Migrations,
    Script, Settings, Target, TargetGitlab, Variables,
};

static RULES: &[Rule] = &[
    rule(&P01, &[check(&[GitlabRb], redirect::not_registered)]),
    rule(&P02, &[check(&[GitlabRb], redirect::headers_of_the_proxy)]),
    rule(&P03, &[check(&[Settings], endpoints::token_endpoint)]),
    rule(&P04, &[check(&[Variables], endpoints::certificate_directory)]),
    rule(&P05, &[check(&[Variables], endpoints::proxy_variables)]),
    rule(&P06, &[check(&[Settings], endpoints::scope)]),
    rule(&P07, &[check(&[Settings], secrets::credentials)]),
    rule(&P08, &[check(&[GitlabRb], redirect::two_names)]),
    rule(&P09, &[check(&[Database], database::other_accounts)]),
    rule(&P10, &[check(&[Settings], endpoints::user_endpoint)]),
    rule(
        &P11,
        &[check(&[Target], version::sign_in_ends), check(&[MattermostVersion, Settings], version::sign_in_gone)],
    ),
    rule(
        &P12,
        &[
            check(&[Variables], names::variables),
            check(&[GitlabRb], names::old_settings),
            check(&[GitlabRb], names::unread_keys),
            check(&[Settings], names::locales),
            check(&[ConfigJson], names::keys),
            check(&[Document], names::table_of_exceptions),
        ],
    ),
    rule(&P13, &[check(&[Variables, ConfigJson], shadowed::by_variables)]),
    rule(&P14, &[check(&[Variables, Target], shadowed::left_behind), check(&[ConfigJson], shadowed::moved_alone)]),
    rule(&P15, &[check(&[EnvDirectory], script::no_data_source), check(&[Script], script::without_environment)]),
    rule(&P16, &[check(&[Script], script::commands_of)]),
    rule(&P17, &[check(&[GitlabRb], redirect::websocket_headers)]),
    rule(&P18, &[check(&[Settings], network::untrusted_connections)]),
    rule(&P19, &[]),
    rule(&P20, &[]),
    rule(&P21, &[check(&[ConfigJson], network::plugin)]),
    rule(&P22, &[check(&[Backup], backup_folder::parts), check(&[Script], script::backs_up_too_little)]),
    rule(&P23, &[check(&[Database], database::rights), check(&[Script], script::restores_without_owner)]),
    rule(&P24, &[check(&[Dump], database::dump), check(&[Script], script::hides_failures)]),
    rule(
        &P25,
        &[
            check(&[Backup], backup_folder::places),
            check(&[Script], script::copies),
            check(&[ConfigJson, Target], shadowed::old_folders),
            check(&[Variables], shadowed::log_folder),
        ],
    ),
    rule(&P26, &[check(&[Database], database::json_columns)]),
    rule(
        &P27,
        &[
            check(&[Database], database::migrations),
            check(&[Migrations, MattermostVersion], migrations::of_the_server),
            check(&[Migrations, Target], migrations::of_the_target),
        ],
    ),
    rule(&P28, &[check(&[Migrations, Target], version::numbers), check(&[MattermostVersion, Target], version::pairs)]),
    rule(
        &P29,
        &[check(&[GitlabVersion, TargetGitlab], gate::nineteen), check(&[TargetGitlab, GitlabRb], gate::traces)],
    ),
    rule(
        &P30,
        &[
            check(&[Settings], refused::by_the_server),
            check(&[GitlabRb], refused::by_reconfigure),
            check(&[GitlabRb, TargetGitlab], refused::by_the_target),
        ],
    ),
    rule(&P31, &[]),
    rule(&P32, &[]),
    rule(&P33, &[]),
    rule(&P34, &[]),
    rule(&P35, &[]),
    rule(&P36, &[]),
    rule(&P37, &[]),
    rule(&P38, &[]),
    rule(&P39, &[]),
    rule(&P40, &[]),
    rule(&P41, &[]),
    rule(&P42, &[]),
    rule(&P43, &[]),
    rule(&P44, &[]),
    rule(&P45, &[]),
    rule(&P46, &[]),
    rule(&P47, &[]),
    rule(&P48, &[]),
    rule(&P49, &[]),
    rule(&P50, &[check(&[GitlabRb], names::lost_locals)]),
    rule(&P51, &[check(&[GitlabRb], site::same_address)]),
    rule(&P52, &[check(&[GitlabRb], site::ports)]),
    rule(&P53, &[check(&[GitlabRb], secrets::no_credentials)]),
    rule(&P54, &[]),
    rule(&E06, &[check(&[Document], document::exceptions)]),
    rule(&E09, &[check(&[Document], document::versions)]),
];
