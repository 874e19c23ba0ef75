//! What may happen next.

/// A thing the adversary tries. Every one is refused, or gains him no more than what is his, as long as nothing leaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attack {
    /// Comes back once more with a state that is used up.
    ReplayState,
    /// Comes back with a state whose token he made up.
    ForgeState,
    /// Comes back with his state as that of another action.
    ChangeAction,
    /// Comes back with a state, but with the cookie of another sign-in.
    SwapCookie,
    /// Comes back to his sign-in with somebody else's code, if he saw one.
    InjectCode,
    /// Comes back to his sign-in with a code that a person gave to his own application.
    InjectForeignCode,
    /// Comes back to his sign-in with a code he made up.
    GuessCode,
    /// Has a person's browser come back with his state and his code.
    LureToCallback,
    /// Has a person's browser come back with that person's state, if he saw it, and his code.
    LureWithState,
    /// Has a person's browser ask for a code for Mattermost that shall go to his site.
    LureToForeignRedirect,
    /// Has a person's browser ask for a code with a redirect URI that only begins like the registered one.
    LureToLongerRedirect,
    /// Has a person's browser send the consent, without the form's token.
    LureIntoConsent,
    /// Has a person's browser ask for a code in the name of Mattermost, with his state.
    LureToAuthorize,
    /// Asks a person for consent to his own application.
    LureToOwnApplication,
    /// Exchanges his own code for Mattermost, without Mattermost's secret.
    ExchangeWithoutSecret,
    /// Exchanges his own code for Mattermost as his own application.
    ExchangeAsOtherClient,
    /// Exchanges a code of his own application.
    ExchangeOwnCode,
    /// Exchanges a code of his own application with another redirect URI.
    ExchangeElsewhere,
    /// Shows the token of his own application, whatever its age.
    UseOwnToken,
    /// Shows a token he made up.
    GuessToken,
}

impl Attack {
    /// Every attack.
    pub const ALL: [Self; 20] = [
        Self::ReplayState,
        Self::ForgeState,
        Self::ChangeAction,
        Self::SwapCookie,
        Self::InjectCode,
        Self::InjectForeignCode,
        Self::GuessCode,
        Self::LureToCallback,
        Self::LureWithState,
        Self::LureToForeignRedirect,
        Self::LureToLongerRedirect,
        Self::LureIntoConsent,
        Self::LureToAuthorize,
        Self::LureToOwnApplication,
        Self::ExchangeWithoutSecret,
        Self::ExchangeAsOtherClient,
        Self::ExchangeOwnCode,
        Self::ExchangeElsewhere,
        Self::UseOwnToken,
        Self::GuessToken,
    ];

    /// Whether it needs a leak: without one the adversary cannot even try.
    pub const fn needs_leak(self) -> bool {
        matches!(self, Self::InjectCode | Self::LureWithState)
    }
}

/// One thing that happens. Numbers choose among what there is, by the remainder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A person begins a sign-in, in one more tab.
    Begin { person: usize, denies: bool },
    /// A message under way arrives.
    Deliver(usize),
    /// A message under way is lost.
    Lose(usize),
    /// A message under way arrives, and will once more.
    Repeat(usize),
    /// Mattermost's store answers a flow that waits for it.
    Answer(usize),
    /// The adversary tries something.
    Attack { attack: Attack, choice: usize },
    /// Seconds pass.
    Wait(u64),
    /// A person deletes all cookies.
    Forget { person: usize },
}
