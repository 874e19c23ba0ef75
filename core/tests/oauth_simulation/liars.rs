//! The rules can be broken: a GitLab or a Mattermost that does one thing wrong is found out, by the rule for just that.

use gitlab_mattermost_core::gitlab::Fault;

use super::network::Lie;
use super::simulation::{Plan, run};
use super::witness::Rule;

/// Most seeds to look for a broken rule in.
const SEEDS: u64 = 5;

/// The first rule that is found broken.
fn found(plan: Plan) -> Option<Rule> {
    (1..=SEEDS).find_map(|seed| run(Plan { seed, ..plan }).err()).map(|violation| violation.rule)
}

/// The rules that a fault of GitLab breaks; which is seen first depends on the schedule.
fn rules_of(fault: Fault) -> &'static [Rule] {
    match fault {
        Fault::AnyRedirectUri => &[Rule::CodeToForeignRedirectUri, Rule::ExchangeForOtherRedirectUri],
        Fault::RedirectUriByPrefix => &[Rule::CodeToForeignRedirectUri],
        Fault::AnyClientSecret => &[Rule::ExchangeWithoutSecret],
        Fault::ReusableCodes => &[Rule::CodeUsedTwice],
        Fault::CodesForEver => &[Rule::OldCodeAccepted],
        Fault::StateDropped => &[Rule::StateChanged],
        Fault::NoTokenType => &[Rule::TokenWithoutType],
        Fault::NoEmail => &[Rule::UserWithoutEmail],
        Fault::NoForgeryProtection => &[Rule::CodeForForgedConsent],
        Fault::NoConsent => &[Rule::CodeWithoutConsent],
        Fault::DenyConsents => &[Rule::CodeInSpiteOfDenial],
        Fault::CodeForAnyClient => &[Rule::ExchangeByOtherClient],
        Fault::StateAltered | Fault::StateLowerCased => &[Rule::StateChanged],
        Fault::TokensAsPage | Fault::OtherTokenType => &[Rule::TokenWithoutType],
        Fault::TokensWithStatus201 => &[Rule::UnknownTokenAccepted],
        Fault::NoAccessToken => &[Rule::TokenOfSomebodyElse],
        Fault::UserIdZero | Fault::UserIdAsText => &[Rule::OtherUserShown],
        // Nothing in the model speaks of these; scenarios do.
        Fault::AsksAgain
        | Fault::UnknownClient
        | Fault::FirstRedirectUri
        | Fault::RevocationIgnored
        | Fault::DeletionIgnored
        | Fault::BlockedUsersWelcome
        | Fault::OtherScope
        | Fault::UserForbidden => &[],
    }
}

#[test]
fn every_fault_of_gitlab_that_the_rules_speak_of_is_found_out() {
    for fault in Fault::ALL.into_iter().filter(|fault| !rules_of(*fault).is_empty()) {
        let rule = found(Plan { sign_ins: 600, fault: Some(fault), ..Plan::default() });
        assert!(rule.is_some_and(|rule| rules_of(fault).contains(&rule)), "{fault:?} breaks {rule:?}");
    }
}

#[test]
fn every_lie_of_mattermost_is_found_out() {
    for (lie, rules) in [
        (Lie::AnyState, &[Rule::SignInWithoutState, Rule::SignInWithOtherCookie, Rule::SignInWithOtherAction][..]),
        (Lie::AnyCookie, &[Rule::SignInWithOtherCookie, Rule::SignInWithOtherAction]),
        (Lie::StateKept, &[Rule::StateUsedTwice]),
        (Lie::SecretInAddress, &[Rule::SecretToWrongParty]),
        (Lie::SecretThroughBrowser, &[Rule::SecretToWrongParty]),
    ] {
        let rule = found(Plan { sign_ins: 600, lie: Some(lie), ..Plan::default() });
        assert!(rule.is_some_and(|rule| rules.contains(&rule)), "{lie:?} breaks {rule:?}");
    }
}
