//! Wrong on purpose: named mistakes that the provider can be told to make, to see which checks notice them.

crate::fault::faults! {
    /// Every redirect URI is accepted, at both steps.
    AnyRedirectUri,
    /// A redirect URI is accepted that only begins like a registered one.
    RedirectUriByPrefix,
    /// The client secret is not looked at.
    AnyClientSecret,
    /// A code works as often as one likes.
    ReusableCodes,
    /// A code never gets too old.
    CodesForEver,
    /// The state is not given back.
    StateDropped,
    /// The answer with tokens does not say their type.
    NoTokenType,
    /// The user has no e-mail address.
    NoEmail,
    /// Forms work without their anti-forgery token.
    NoForgeryProtection,
    /// Nobody is asked for consent.
    NoConsent,
    /// Whoever has consented is asked again at every sign-in.
    AsksAgain,
    /// Deny does the same as Authorize.
    DenyConsents,
    /// A client that nobody registered may ask for consent, in the name of one that is.
    UnknownClient,
    /// A code works for every client, not only for the one it was made for.
    CodeForAnyClient,
    /// The browser is sent to the first registered redirect URI, whichever was asked for.
    FirstRedirectUri,
    /// The state is given back with something put before it.
    StateAltered,
    /// The state is given back in lower case.
    StateLowerCased,
    /// Revoking an authorization does nothing.
    RevocationIgnored,
    /// Deleting an application does nothing.
    DeletionIgnored,
    /// A blocked user signs in like any other.
    BlockedUsersWelcome,
    /// The token endpoint answers with a page in place of JSON.
    TokensAsPage,
    /// The token endpoint answers with status 201.
    TokensWithStatus201,
    /// The answer with tokens has no access token in it.
    NoAccessToken,
    /// The answer with tokens says that their type is `mac`.
    OtherTokenType,
    /// The answer with tokens names a scope that was not granted.
    OtherScope,
    /// The user API refuses every token.
    UserForbidden,
    /// Every user has the number 0.
    UserIdZero,
    /// The number of the user is a text.
    UserIdAsText,
}

impl Fault {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The mistakes a provider makes now; none unless told.
///
/// # Shape
/// A set, collected from [`Fault`]s; the default is empty.
///
/// ```
/// use gitlab_mattermost_core::gitlab::{Fault, Faults};
///
/// let faults: Faults = [Fault::AnyRedirectUri].into_iter().collect();
/// assert!(faults.has(Fault::AnyRedirectUri) && !faults.has(Fault::NoEmail));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults(u32);

impl Faults {
    /// Whether `fault` is one of them.
    pub const fn has(self, fault: Fault) -> bool {
        self.0 & fault.bit() != 0
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<T: IntoIterator<Item = Fault>>(faults: T) -> Self {
        Self(faults.into_iter().fold(0, |bits, fault| bits | fault.bit()))
    }
}
