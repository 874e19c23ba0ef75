//! What a new password has to be.

use gitlab_mattermost_core::mattermost::Failure;

use crate::app::App;

/// Holds a new password against `PasswordSettings`.
pub(super) fn check_password(app: &App, password: &str) -> Result<(), Failure> {
    let on = |path| app.configuration().flag(path);
    let least = usize::try_from(app.configuration().number("PasswordSettings.MinimumLength")).unwrap_or_default();
    let symbol = |c: char| " !\"\\#$%&'()*+,-./:;<=>?@[]^_`|~".contains(c);
    let wanted: [(&str, &str, bool); 4] = [
        ("PasswordSettings.Lowercase", "one lowercase letter", password.contains(|c: char| c.is_ascii_lowercase())),
        ("PasswordSettings.Uppercase", "one uppercase letter", password.contains(|c: char| c.is_ascii_uppercase())),
        ("PasswordSettings.Number", "one number", password.contains(|c: char| c.is_ascii_digit())),
        ("PasswordSettings.Symbol", "one symbol", password.contains(symbol)),
    ];
    let missing = wanted.iter().any(|(path, _, there)| on(path) && !there);
    if !(least..=64).contains(&password.len()) || missing {
        let kinds: Vec<&str> = wanted.iter().filter(|(path, ..)| on(path)).map(|(_, name, _)| *name).collect();
        let made_of = if kinds.is_empty() {
            String::new()
        } else {
            format!(" made up of at least {}", kinds.join(" and at least "))
        };
        let text = format!("Your password must contain at least {least} characters{made_of}.");
        return Err(Failure::new("User.IsPasswordValid", 400, "model.user.is_valid.pwd.app_error", text));
    }
    Ok(())
}
