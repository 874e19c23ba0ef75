//! The faults of the built-in parts, each with the scenarios that must catch it.

use gitlab_mattermost_core::gitlab::Fault as OfGitLab;
use gitlab_mattermost_core::mattermost::Fault as OfMattermost;

use gitlab_mattermost_stage::fault::Fault;

/// A fault and what must catch it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The fault.
    pub fault: Fault,
    caught_by: &'static [&'static [&'static str]],
}

impl Known {
    /// Ids of the scenarios that must catch it, or, ending in `/`, of outlines each of whose rows must; no other scenario
    /// of the chapters 5 and 17 that is played without a real browser may fail.
    pub fn caught_by(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.caught_by.iter().copied().flatten().copied()
    }
}

const fn gitlab(fault: OfGitLab, caught_by: &'static [&'static [&'static str]]) -> Known {
    Known { fault: Fault::GitLab(fault), caught_by }
}

const fn mattermost(fault: OfMattermost, caught_by: &'static [&'static [&'static str]]) -> Known {
    Known { fault: Fault::Mattermost(fault), caught_by }
}

/// The scenarios whose sign-in must get as far as an account.
const SIGN_INS: &[&str] = &[
    "05_authorize/after-revoking-the-authorization-a-user-is-asked-again",
    "05_authorize/after-the-application-is-deleted-nobody-can-sign-in-until-the-new-credentials-are-given",
    "05_authorize/the-application-as-documented-and-the-seven-settings-let-a-user-sign-in",
    "05_authorize_refusals/an-account-with-a-password-is-not-taken-over-through-gitlab",
    "05_authorize_refusals/the-redirect-uri-that-was-asked-for-is-used-whatever-else-is-registered",
    "17_oauth2_sequence/a-new-user-signs-up-through-gitlab",
    "17_oauth2_sequence/a-state-that-was-used-before-fails-the-sign-in",
    "17_oauth2_sequence/the-exchange-observed-equals-the-documents-sequence",
    "17_oauth2_sequence/the-same-user-signs-in-again",
];

/// Every fault, in the order of [`Fault::all`].
pub const KNOWN: [Known; 46] = [
    gitlab(
        OfGitLab::AnyRedirectUri,
        &[&[
            "05_authorize/a-redirect-uri-that-differs-by-part-is-refused/",
            "05_authorize_refusals/a-code-is-worth-nothing-with-what/a-longer-redirect-uri",
            "05_authorize_refusals/a-code-is-worth-nothing-with-what/another-redirect-uri",
            "17_oauth2_sequence/a-redirect-uri-that-differs-by-a-trailing-slash-fails-the-sign-in",
        ]],
    ),
    gitlab(
        OfGitLab::RedirectUriByPrefix,
        &[&[
            "05_authorize/a-redirect-uri-that-differs-by-part-is-refused/a-missing-end",
            "05_authorize_refusals/a-code-is-worth-nothing-with-what/a-longer-redirect-uri",
        ]],
    ),
    gitlab(
        OfGitLab::AnyClientSecret,
        &[&[
            "05_authorize_refusals/a-code-is-worth-nothing-with-what/a-wrong-secret",
            "05_authorize_refusals/a-code-is-worth-nothing-with-what/no-secret",
            "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
        ]],
    ),
    gitlab(OfGitLab::ReusableCodes, &[&["17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in"]]),
    gitlab(OfGitLab::CodesForEver, &[&["05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes"]]),
    gitlab(
        OfGitLab::StateDropped,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/",
                "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
                "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
            ],
        ],
    ),
    gitlab(
        OfGitLab::NoTokenType,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-tell-the-email-of-a-user",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-no-access-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-the-number-of-a-user-as-a-text",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/refuses-the-user-api-to-everybody",
            ],
        ],
    ),
    gitlab(OfGitLab::NoEmail, &[SIGN_INS]),
    gitlab(
        OfGitLab::NoForgeryProtection,
        &[&["05_authorize_refusals/consent-that-another-site-gives-in-her-name-is-refused"]],
    ),
    gitlab(
        OfGitLab::NoConsent,
        &[&[
            "05_authorize/after-revoking-the-authorization-a-user-is-asked-again",
            "05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted",
            "05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes",
            "05_authorize_refusals/a-code-is-worth-nothing-with-what/",
            "05_authorize_refusals/consent-that-another-site-gives-in-her-name-is-refused",
            "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/a-forged-state-fails-the-sign-in",
            "17_oauth2_sequence/a-new-user-signs-up-through-gitlab",
            "17_oauth2_sequence/a-sign-in-that-loses-its-parameter-on-the-way-back-fails/",
            "17_oauth2_sequence/a-state-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/the-exchange-observed-equals-the-documents-sequence",
            "17_oauth2_sequence/the-state-of-another-browser-fails-the-sign-in",
            "17_oauth2_sequence/the-user-denies",
        ]],
    ),
    gitlab(
        OfGitLab::AsksAgain,
        &[&[
            "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/a-state-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/the-same-user-signs-in-again",
        ]],
    ),
    gitlab(OfGitLab::DenyConsents, &[&["17_oauth2_sequence/the-user-denies"]]),
    gitlab(OfGitLab::UnknownClient, &[&["05_authorize_refusals/an-unknown-client-is-refused"]]),
    gitlab(
        OfGitLab::CodeForAnyClient,
        &[&["05_authorize_refusals/a-code-is-worth-nothing-with-what/the-credentials-of-another-application"]],
    ),
    gitlab(
        OfGitLab::FirstRedirectUri,
        &[&[
            "05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes",
            "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/",
            "05_authorize_refusals/an-account-with-a-password-is-not-taken-over-through-gitlab",
            "05_authorize_refusals/the-redirect-uri-that-was-asked-for-is-used-whatever-else-is-registered",
        ]],
    ),
    gitlab(
        OfGitLab::StateAltered,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/",
                "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
                "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
            ],
        ],
    ),
    gitlab(
        OfGitLab::StateLowerCased,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/",
                "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
                "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
            ],
        ],
    ),
    gitlab(OfGitLab::RevocationIgnored, &[&["05_authorize/after-revoking-the-authorization-a-user-is-asked-again"]]),
    gitlab(
        OfGitLab::DeletionIgnored,
        &[&["05_authorize/after-the-application-is-deleted-nobody-can-sign-in-until-the-new-credentials-are-given"]],
    ),
    gitlab(
        OfGitLab::BlockedUsersWelcome,
        &[&["05_authorize_refusals/a-user-whom-gitlab-has-blocked-gets-no-further-than-its-sign-in-page"]],
    ),
    gitlab(
        OfGitLab::TokensAsPage,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-say-the-type-of-its-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-tell-the-email-of-a-user",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-a-token-of-the-type-mac",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-no-access-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-the-number-of-a-user-as-a-text",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/refuses-the-user-api-to-everybody",
            ],
        ],
    ),
    gitlab(
        OfGitLab::TokensWithStatus201,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-say-the-type-of-its-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-tell-the-email-of-a-user",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-a-token-of-the-type-mac",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-no-access-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-the-number-of-a-user-as-a-text",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/refuses-the-user-api-to-everybody",
            ],
        ],
    ),
    gitlab(
        OfGitLab::NoAccessToken,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-tell-the-email-of-a-user",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-the-number-of-a-user-as-a-text",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/refuses-the-user-api-to-everybody",
            ],
        ],
    ),
    gitlab(
        OfGitLab::OtherTokenType,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-tell-the-email-of-a-user",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-no-access-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-the-number-of-a-user-as-a-text",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/refuses-the-user-api-to-everybody",
            ],
        ],
    ),
    gitlab(
        OfGitLab::OtherScope,
        &[&["05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted"]],
    ),
    gitlab(
        OfGitLab::UserForbidden,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-code-is-good-for-a-token-of-the-scope-that-was-granted",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-tell-the-email-of-a-user",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-the-number-of-a-user-as-a-text",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0",
            ],
        ],
    ),
    gitlab(OfGitLab::UserIdZero, &[SIGN_INS]),
    gitlab(OfGitLab::UserIdAsText, &[SIGN_INS]),
    mattermost(
        OfMattermost::StateIgnored,
        &[&[
            "17_oauth2_sequence/a-forged-state-fails-the-sign-in",
            "17_oauth2_sequence/a-sign-in-that-loses-its-parameter-on-the-way-back-fails/state",
            "17_oauth2_sequence/a-state-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/the-state-of-another-browser-fails-the-sign-in",
        ]],
    ),
    mattermost(OfMattermost::CookieIgnored, &[&["17_oauth2_sequence/the-state-of-another-browser-fails-the-sign-in"]]),
    mattermost(OfMattermost::ReusableStates, &[&["17_oauth2_sequence/a-state-that-was-used-before-fails-the-sign-in"]]),
    mattermost(OfMattermost::CookieKept, &[&["17_oauth2_sequence/a-state-that-was-used-before-fails-the-sign-in"]]),
    mattermost(
        OfMattermost::SecretInQuery,
        &[&[
            "05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes",
            "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
            "17_oauth2_sequence/the-exchange-observed-equals-the-documents-sequence",
        ]],
    ),
    mattermost(
        OfMattermost::SecretToUserApi,
        &[&["17_oauth2_sequence/the-exchange-observed-equals-the-documents-sequence"]],
    ),
    mattermost(
        OfMattermost::SecretToBrowser,
        &[&["17_oauth2_sequence/the-exchange-observed-equals-the-documents-sequence"]],
    ),
    mattermost(OfMattermost::ScopeOmitted, &[&["05_authorize_refusals/a-scope-that-the-settings-name-is-asked-for"]]),
    mattermost(
        OfMattermost::OtherRedirectUri,
        &[
            SIGN_INS,
            &[
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-say-the-type-of-its-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-tell-the-email-of-a-user",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-a-token-of-the-type-mac",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-no-access-token",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-the-number-of-a-user-as-a-text",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0",
                "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/refuses-the-user-api-to-everybody",
                "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
            ],
        ],
    ),
    mattermost(
        OfMattermost::AnyTokenStatus,
        &[&[
            "05_authorize_refusals/a-code-is-worth-nothing-after-ten-minutes",
            "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/answers-the-token-request-with-status-201",
            "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
        ]],
    ),
    mattermost(
        OfMattermost::AnyTokenType,
        &[&[
            "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/does-not-say-the-type-of-its-token",
            "05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/gives-a-token-of-the-type-mac",
        ]],
    ),
    mattermost(
        OfMattermost::AnyUserStatus,
        &[&["05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/refuses-the-user-api-to-everybody"]],
    ),
    mattermost(
        OfMattermost::UserIdZero,
        &[&["05_authorize_refusals/a-gitlab-that-mistake-lets-nobody-in/knows-every-user-by-the-number-0"]],
    ),
    mattermost(
        OfMattermost::NameAsUsername,
        &[&[
            "05_authorize/after-revoking-the-authorization-a-user-is-asked-again",
            "05_authorize/after-the-application-is-deleted-nobody-can-sign-in-until-the-new-credentials-are-given",
            "05_authorize/the-application-as-documented-and-the-seven-settings-let-a-user-sign-in",
            "05_authorize_refusals/the-redirect-uri-that-was-asked-for-is-used-whatever-else-is-registered",
            "17_oauth2_sequence/a-new-user-signs-up-through-gitlab",
            "17_oauth2_sequence/a-state-that-was-used-before-fails-the-sign-in",
            "17_oauth2_sequence/the-same-user-signs-in-again",
        ]],
    ),
    mattermost(
        OfMattermost::AccountByEmail,
        &[&["05_authorize_refusals/an-account-with-a-password-is-not-taken-over-through-gitlab"]],
    ),
    mattermost(OfMattermost::ClosedSignUpIgnored, &[&["05_authorize_refusals/nobody-signs-up-where-sign-up-is-off"]]),
    mattermost(OfMattermost::ForeignRedirect, &[&["05_authorize_refusals/a-sign-in-does-not-end-on-another-site"]]),
    mattermost(OfMattermost::DenialUntold, &[&["17_oauth2_sequence/the-user-denies"]]),
];

#[cfg(test)]
mod tests {
    use super::{Fault, KNOWN};

    #[test]
    fn every_fault_is_in_the_table_once() {
        let known: Vec<_> = KNOWN.iter().map(|known| known.fault).collect();
        assert_eq!(known, Fault::all().collect::<Vec<_>>());
    }
}
