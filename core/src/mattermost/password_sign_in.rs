//! Signing in by password: who is let in, who is locked out, and what a refused person is told.
//!
//! Not here: comparing a password with its digest; the caller brings the answer along.
//!
//! # Source
//! Behaviour of a real server 5.36.1.

use super::account::Account;
use super::failure::Failure;

/// What the server's settings say about signing in by password.
///
/// # Shape
/// Each field is a setting, or what several settings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// `ServiceSettings.MaximumLoginAttempts`: after so many wrong passwords in a row the account is locked.
    pub maximum_attempts: i64,
    /// The setting `EmailSettings.RequireEmailVerification`.
    pub needs_verified_email: bool,
    /// The setting `EmailSettings.EnableSignInWithUsername`.
    pub by_username: bool,
    /// The setting `EmailSettings.EnableSignInWithEmail`.
    pub by_email: bool,
    /// Another service signs people in too: the `Enable` of any of [`OTHER_WAYS`].
    pub by_other_ways: bool,
}

/// The sections of the settings whose `Enable` opens a way to sign in without a password.
pub const OTHER_WAYS: [&str; 5] =
    ["GitLabSettings", "GoogleSettings", "Office365Settings", "OpenIdSettings", "SamlSettings"];

/// One attempt to sign in by password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordAttempt {
    /// The wrong passwords in a row from now on, to be kept with the account before anybody is answered.
    pub failed_attempts: i32,
    /// Whether the person is let in.
    pub result: Result<(), Failure>,
}

impl PasswordAttempt {
    /// Decides about an attempt for `account`; `matches` tells whether the password is right.
    ///
    /// A deactivated or locked account is refused without a look at the password and nothing is counted. A wrong
    /// password counts one more. A right one starts the count again, even if the email is not verified yet.
    ///
    /// ```
    /// use gitlab_mattermost_core::mattermost::{Account, PasswordAttempt, PasswordRules};
    ///
    /// let rules = PasswordRules {
    ///     maximum_attempts: 10,
    ///     needs_verified_email: false,
    ///     by_username: true,
    ///     by_email: true,
    ///     by_other_ways: false,
    /// };
    /// let account = Account { failed_attempts: 9, ..Account::default() };
    /// let wrong = PasswordAttempt::decide(&account, rules, || false);
    /// assert_eq!(wrong.failed_attempts, 10);
    ///
    /// let locked = Account { failed_attempts: wrong.failed_attempts, ..account };
    /// let right = PasswordAttempt::decide(&locked, rules, || true);
    /// assert_eq!(right.result.unwrap_err().id, "api.user.check_user_login_attempts.too_many.app_error");
    /// ```
    pub fn decide(account: &Account, rules: PasswordRules, matches: impl FnOnce() -> bool) -> Self {
        let refused = |failed_attempts, id, text| {
            let failure = Failure::new("login", 401, id, text).with_details(format!("user_id={}", account.id));
            Self { failed_attempts, result: Err(failure) }
        };
        if account.times.delete_at > 0 {
            let text = "Login failed because your account has been deactivated.  Please contact an administrator.";
            return refused(account.failed_attempts, INACTIVE, text);
        }
        if i64::from(account.failed_attempts) >= rules.maximum_attempts {
            let text =
                "Your account is locked because of too many failed password attempts. Please reset your password.";
            return refused(account.failed_attempts, LOCKED, text);
        }
        if !matches() {
            let id = "api.user.check_user_password.invalid.app_error";
            let count = account.failed_attempts.saturating_add(1);
            return refused(count, id, "Login failed because of invalid password.");
        }
        if !account.email_verified && rules.needs_verified_email {
            return refused(0, NOT_VERIFIED, "Login failed because email address has not been verified.");
        }
        Self { failed_attempts: 0, result: Ok(()) }
    }
}

const BLANK: &str = "api.user.login.blank_pwd.app_error";
const INACTIVE: &str = "api.user.login.inactive.app_error";
const NOT_VERIFIED: &str = "api.user.login.not_verified.app_error";
const LOCKED: &str = "api.user.check_user_login_attempts.too_many.app_error";

/// The refusal of an attempt without a password.
pub fn blank_password() -> Failure {
    Failure::new("AuthenticateUserForLogin", 400, BLANK, "Password field must not be blank")
}

/// What a refused person is told: most reasons are hidden behind one text, which depends on the ways that are open.
///
/// Failures of the server, a blank password, a deactivated or locked account and an unverified email are told as they are.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{Failure, PasswordRules, blank_password, told_after_refusal};
///
/// let rules = PasswordRules {
///     maximum_attempts: 10,
///     needs_verified_email: false,
///     by_username: true,
///     by_email: true,
///     by_other_ways: false,
/// };
/// let told = told_after_refusal(Failure::new("login", 401, "no-such-user", "nobody"), rules);
/// assert_eq!(told.id, "api.user.login.invalid_credentials_email_username");
/// assert_eq!(told_after_refusal(blank_password(), rules), blank_password());
/// ```
pub fn told_after_refusal(failure: Failure, rules: PasswordRules) -> Failure {
    if failure.status >= 500 || [BLANK, INACTIVE, NOT_VERIFIED, LOCKED].contains(&failure.id) {
        return failure;
    }
    let (id, text) = match (rules.by_other_ways, rules.by_username, rules.by_email) {
        (true, ..) => (
            "api.user.login.invalid_credentials_sso",
            "Enter a valid email or username and/or password, or sign in using another method.",
        ),
        (false, true, false) => {
            ("api.user.login.invalid_credentials_username", "Enter a valid username and/or password.")
        }
        (false, false, true) => ("api.user.login.invalid_credentials_email", "Enter a valid email and/or password"),
        (false, ..) => {
            ("api.user.login.invalid_credentials_email_username", "Enter a valid email or username and/or password.")
        }
    };
    Failure::new("login", 401, id, text)
}

#[cfg(test)]
mod tests {
    use super::super::account::Timestamps;
    use super::*;

    const RULES: PasswordRules = PasswordRules {
        maximum_attempts: 3,
        needs_verified_email: true,
        by_username: true,
        by_email: true,
        by_other_ways: false,
    };

    fn account(failed_attempts: i32) -> Account {
        Account { failed_attempts, email_verified: true, ..Account::default() }
    }

    #[test]
    fn the_last_wrong_password_locks_and_a_right_one_before_it_starts_again() {
        for (before, right, after, let_in) in
            [(0, false, 1, false), (2, false, 3, false), (2, true, 0, true), (3, true, 3, false), (4, false, 4, false)]
        {
            let attempt = PasswordAttempt::decide(&account(before), RULES, || right);
            assert_eq!((attempt.failed_attempts, attempt.result.is_ok()), (after, let_in), "{before} {right}");
        }
    }

    #[test]
    fn no_password_is_looked_at_for_whom_it_does_not_help() {
        let gone = Account { times: Timestamps { delete_at: 1, ..Timestamps::default() }, ..account(0) };
        for (account, id) in [(gone, INACTIVE), (account(3), LOCKED)] {
            let attempt = PasswordAttempt::decide(&account, RULES, || unreachable!("the password is not asked for"));
            assert_eq!(attempt.failed_attempts, account.failed_attempts);
            assert_eq!(attempt.result.map_err(|failure| failure.id), Err(id));
        }
    }

    #[test]
    fn an_unverified_email_is_refused_only_where_it_must_be_verified_and_after_the_password() {
        let account = Account { email_verified: false, ..account(2) };
        let attempt = PasswordAttempt::decide(&account, RULES, || true);
        assert_eq!(attempt.failed_attempts, 0);
        assert_eq!(attempt.result.map_err(|failure| failure.id), Err(NOT_VERIFIED));
        let lenient = PasswordRules { needs_verified_email: false, ..RULES };
        assert_eq!(PasswordAttempt::decide(&account, lenient, || true).result, Ok(()));
    }

    #[test]
    fn a_wrong_password_is_told_by_the_ways_that_are_open_and_a_locked_account_as_it_is() {
        let refused = |failed| PasswordAttempt::decide(&account(failed), RULES, || false).result.expect_err("refused");
        for (by_other_ways, by_username, by_email, id) in [
            (true, true, true, "api.user.login.invalid_credentials_sso"),
            (false, true, false, "api.user.login.invalid_credentials_username"),
            (false, false, true, "api.user.login.invalid_credentials_email"),
            (false, true, true, "api.user.login.invalid_credentials_email_username"),
        ] {
            let rules = PasswordRules { by_other_ways, by_username, by_email, ..RULES };
            assert_eq!(told_after_refusal(refused(0), rules).id, id);
            assert_eq!(told_after_refusal(refused(3), rules).id, LOCKED);
        }
        let failed = Failure::new("login", 500, "store", "The store does not answer.");
        assert_eq!(told_after_refusal(failed.clone(), RULES), failed);
    }
}
