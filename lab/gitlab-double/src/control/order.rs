//! The orders that a test can give.

/// An order of the control listener.
///
/// # Shape
/// Words in capitals in the path stand for a value. A body is JSON; so are answers that have one.
///
/// ```
/// use gitlab_double::ORDERS;
///
/// let clock = ORDERS.iter().find(|order| order.path == "/clock").unwrap();
/// assert_eq!((clock.method, clock.body), ("POST", r#"{"advance_seconds": 600}"#));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Method in capitals.
    pub method: &'static str,
    /// The path of the order's request.
    pub path: &'static str,
    /// An example of the body; empty if there is none.
    pub body: &'static str,
    /// What it does and what it answers, in a sentence.
    pub does: &'static str,
}

/// Every order, in the order of the reference that the control listener shows at `/`.
///
/// ```
/// assert!(gitlab_double::ORDERS.iter().any(|order| order.path == "/exchanges"));
/// ```
pub const ORDERS: [Order; 13] = [
    order("GET", "/", "", "the reference, as a page: orders, accounts, applications, mistakes"),
    order("GET", "/state", "", "users, personal access tokens and applications, in the form of a seed"),
    order(
        "PUT",
        "/state",
        r#"{"applications": []}"#,
        "puts a seed in place of everything; sessions, codes and tokens end",
    ),
    order("POST", "/clock", r#"{"advance_seconds": 600}"#, "puts the clock forward; answers the time, `now`"),
    order(
        "POST",
        "/applications",
        r#"{"name": "notes", "redirect_uris": ["http://localhost:3000/callback"]}"#,
        "registers an application, in the form of a seed's; answers `client_id` and `client_secret`",
    ),
    order("DELETE", "/applications/CLIENT_ID", "", "removes an application with its codes and tokens"),
    order("POST", "/users/LOGIN/sign-in", "", "signs a user in without password; answers `cookie`"),
    order(
        "POST",
        "/users/LOGIN/authorize",
        r#"{"url": "/oauth/authorize?client_id=…"}"#,
        "opens an authorization request as that user and clicks Authorize; answers `location`, where the browser is sent",
    ),
    order("POST", "/users/LOGIN/block", "", "blocks a user"),
    order("POST", "/users/LOGIN/unblock", "", "lets a user in again"),
    order(
        "PUT",
        "/faults",
        r#"["reusable-codes"]"#,
        "the mistakes to make from now on and no others, also past `PUT /state`",
    ),
    order("GET", "/exchanges", "", "the last thousand requests and answers, secrets masked"),
    order("DELETE", "/exchanges", "", "forgets them"),
];

const fn order(method: &'static str, path: &'static str, body: &'static str, does: &'static str) -> Order {
    Order { method, path, body, does }
}
