//! Websockets, slash commands, webhooks, and GitLab's own calls.

use super::super::super::problem::{P04, P05, P17, P18, P19, P20, P21, P38, P54};
use super::super::sign::{CERTIFICATE, MAIL, Sign, UNREACHABLE, certain, likely};

/// A slash command that Mattermost carries out: the message, and the functions of 3.x to 10.x.
const COMMAND: &[&str] = &[
    "Command with a trigger of",
    "execute_command.failed",
    "executeCommand code=500",
    "tryExecuteCustomCommand",
    "DoCommandRequest",
    "\"err_where\":\"command\"",
    "\"err_where\": \"command\"",
    "err_where\\\":\\\"command",
    "err_where=command ",
    "err_where=\"command\"",
];
/// A page of the built-in client may be wrong about a proxy, a server's handshake is not.
const NO_HANDSHAKE: &[&str] = &[
    "could not find upgrade header with token",
    "could not find connection header with token",
    "token not found in 'Connection' header",
    "token not found in 'Upgrade' header",
    "websocket: the client is not using the websocket protocol",
    "websocket: not a websocket handshake",
];
/// A certificate that is refused, as OpenSSL and Ruby say it.
const CERTIFICATE_OF_OPENSSL: &[&str] = &["certificate verify failed", "does not match the server certificate"];
/// What else has Mattermost's name in it: GitLab's way to Slack, which shares its code, and PostgreSQL's clients.
const NOT_MATTERMOST: &[&str] = &[
    "hooks.slack.com",
    "SlackService",
    "Integrations::Slack",
    "Integrations::GitlabSlack",
    "psql:",
    "port 5432",
    ":5432",
];
const WEBHOOK: &[&str] = &[
    "incomingWebhook",
    "web.incoming_webhook.",
    "model.incoming_hook.",
    "api.webhook.incoming.error",
    "web.incoming_webhook",
];

pub(super) static SIGNS: &[Sign] = &[
    certain(&P18, &["address forbidden"]),
    certain(&P19, &["are not allowed"]).with(&[&[
        "Requests to the local network are not allowed",
        "Requests to localhost are not allowed",
        "Requests to loopback addresses are not allowed",
        "Requests to the link local network are not allowed",
        "Requests to the limited broadcast address are not allowed",
        "Requests to the shared address space are not allowed",
    ]]),
    likely(&P19, &["BlockedUrlError"]).without(&[&["cannot be resolved", "Only allowed"]]),
    certain(&P17, NO_HANDSHAKE),
    certain(&P17, &["origin not allowed"]).with(&[&["websocket"]]),
    certain(&P17, &["URL Blocked because of CORS"]),
    certain(&P17, &["Failed to upgrade websocket connection", "web_socket.connect.upgrade"]),
    certain(&P17, &["/websocket"]).with(&[&["err_where=connect"], &["http_code=4", "http_code=500"]]),
    likely(&P17, &["/websocket"]).with(&[&["/websocket => 400", "/websocket => 403", "/websocket => 426"]]),
    certain(&P04, COMMAND).with(&[CERTIFICATE]),
    certain(&P05, COMMAND).with(&[UNREACHABLE]),
    certain(&P54, CERTIFICATE_OF_OPENSSL).with(&[&["mattermost"]]).without(&[NOT_MATTERMOST]),
    // What Mattermost's nginx says of a client that does not trust it.
    likely(&P54, &["alert unknown ca", "alert bad certificate", "alert certificate unknown"]).with(&[&[
        "server: mattermost",
        "/hooks/",
        "gitlab_mattermost_",
    ]]),
    certain(&P20, COMMAND).with(&[&["returned response", "returned an empty response"]]),
    likely(&P20, COMMAND).with(&[&["' failed", "execute_command.failed", "http_code=500"]]),
    certain(&P20, &["mattermost_slash_commands"]).with(&[&[
        "mattermost_slash_commands/trigger => 401",
        "mattermost_slash_commands/trigger => 403",
        "mattermost_slash_commands/trigger => 404",
        "mattermost_slash_commands/trigger => 422",
        "mattermost_slash_commands/trigger => 500",
    ]]),
    likely(&P20, &["Mattermost::ConnectionError", "Mattermost::NoSessionError", "Mattermost::ClientError"]),
    certain(&P21, &["Must have a GitLab oauth client"]),
    certain(&P21, &["Unable to determine status of Webhook"]),
    certain(&P38, WEBHOOK)
        .with(&[&["http_code=4", "http_code=5", ".app_error", "webhook.incoming.error"]])
        .without(&[MAIL]),
];
