//! `POST /api/v4/email/test`.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::Failure;

use crate::answer;
use crate::app::App;
use crate::asked::Asked;
use crate::mail;
use gitlab_mattermost_ground::error_chain::chain;

use super::caller;

/// Sends a mail to the administrator who asks, with the settings in force.
///
/// DIFFERENCE: settings in the body, which the console sends before they are saved, are not looked at.
pub(super) async fn test(app: &App, asked: &Asked) -> Result<Response, Failure> {
    caller::administrator(app, asked).await?;
    let account = caller::account(app, asked).await?;
    let configuration = app.configuration();
    if configuration.text("EmailSettings.SMTPServer").is_empty() {
        let text = "SMTP Server is required";
        return Err(Failure::new("testEmail", 400, "api.admin.test_email.missing_server", text));
    }
    let (subject, body) =
        ("Mattermost - Testing Email Settings", "It appears your Mattermost email is setup correctly!");
    match mail::send(&configuration, &account.email, subject, body).await {
        Ok(()) => Ok(answer::json(200, r#"{"status":"OK"}"#.to_owned())),
        Err(error) => {
            let text = format!("Connection unsuccessful: {}", chain(&error));
            Err(Failure::new("testEmail", 500, "app.admin.test_email.failure", &text))
        }
    }
}
