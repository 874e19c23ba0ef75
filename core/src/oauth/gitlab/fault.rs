//! Wrong on purpose: named mistakes that the provider can be told to make, to see which checks notice them.

use serde::{Deserialize, Serialize};

/// A mistake. Its name in JSON is written like `any-redirect-uri`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
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
    /// An access token never gets too old.
    TokensForEver,
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
    /// Deny does the same as Authorize.
    DenyConsents,
}

impl Fault {
    /// Every mistake.
    pub const ALL: [Self; 12] = [
        Self::AnyRedirectUri,
        Self::RedirectUriByPrefix,
        Self::AnyClientSecret,
        Self::ReusableCodes,
        Self::CodesForEver,
        Self::TokensForEver,
        Self::StateDropped,
        Self::NoTokenType,
        Self::NoEmail,
        Self::NoForgeryProtection,
        Self::NoConsent,
        Self::DenyConsents,
    ];

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The mistakes a provider makes now; none unless told.
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
