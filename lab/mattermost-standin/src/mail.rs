//! Mail from the server: an SMTP client with the settings that are in force.

use std::time::Duration;

use gitlab_mattermost_core::mattermost_config::Effective;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use url::Url;

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum MailError {
    /// Credentials are only sent where nobody can read them.
    ///
    /// # Source
    /// Server 5.36.1, `shared/mail`: both mechanisms refuse a connection that is not encrypted, to this machine too.
    #[error("authentication failed: unencrypted connection")]
    Unencrypted,
    /// The stand-in has no TLS for mail.
    #[error("the stand-in does not encrypt mail")]
    NoTls,
    /// Sender or recipient is no address.
    #[error("failed to set the from or to address")]
    Address(#[from] lettre::address::AddressError),
    /// The mail cannot be written.
    #[error("failed to write the email message")]
    Message(#[from] lettre::error::Error),
    /// The mail server is not there, or does not take the mail.
    #[error("unable to hand the mail to the SMTP server")]
    Server(#[from] lettre::transport::smtp::Error),
}

/// Hands a mail to the mail server of the settings.
///
/// # Errors
/// [`MailError`].
pub(super) async fn send(settings: &Effective, to: &str, subject: &str, text: &str) -> Result<(), MailError> {
    if !settings.text("EmailSettings.ConnectionSecurity").is_empty() {
        return Err(MailError::NoTls);
    }
    if settings.flag("EmailSettings.EnableSMTPAuth") {
        return Err(MailError::Unencrypted);
    }
    let name = Some(settings.text("EmailSettings.FeedbackName").to_owned()).filter(|name| !name.is_empty());
    let from = Mailbox::new(name, settings.text("EmailSettings.FeedbackEmail").parse()?);
    let message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to.parse()?))
        .subject(subject)
        .multipart(MultiPart::alternative_plain_html(text.to_owned(), text.to_owned()))?;
    let seconds = u64::try_from(settings.number("EmailSettings.SMTPServerTimeout")).unwrap_or_default();
    let site = Url::parse(settings.text("ServiceSettings.SiteURL")).ok();
    let host = site.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "localhost".to_owned());
    let server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.text("EmailSettings.SMTPServer"))
        .port(settings.text("EmailSettings.SMTPPort").parse().unwrap_or_default())
        .hello_name(ClientId::Domain(host))
        .timeout(Some(Duration::from_secs(seconds)))
        .build();
    server.send(message).await?;
    Ok(())
}
