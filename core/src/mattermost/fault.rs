//! Wrong on purpose: named mistakes that the client can be told to make, to see which checks notice them.

crate::fault::faults! {
    /// The state is not looked at.
    StateIgnored,
    /// A state is good in every browser, not only in the one that it was made for.
    CookieIgnored,
    /// A state works as often as one likes.
    ReusableStates,
    /// The browser keeps the cookie of a sign-in that is over.
    CookieKept,
    /// The client secret is sent in the address of the token request.
    SecretInQuery,
    /// The client secret goes to the user API too, in the body of the request.
    SecretToUserApi,
    /// The client secret is in the address that the browser is sent to.
    SecretToBrowser,
    /// The scope of the settings is not asked for.
    ScopeOmitted,
    /// The token request names another redirect URI than the authorization request did.
    OtherRedirectUri,
    /// Every status of the token endpoint is as good as 200.
    AnyTokenStatus,
    /// Every type of token is taken.
    AnyTokenType,
    /// Every status of the user API is as good as 200.
    AnyUserStatus,
    /// A user with the number 0 is one like any other.
    UserIdZero,
    /// The username is made of the name on display.
    NameAsUsername,
    /// Whoever has the email of an account signs in to it.
    AccountByEmail,
    /// An account is made although sign-up is off.
    ClosedSignUpIgnored,
    /// A sign-in may end on any site.
    ForeignRedirect,
    /// Who denies is not told so.
    DenialUntold,
}
