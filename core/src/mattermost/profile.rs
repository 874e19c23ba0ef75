//! The person, as GitLab's user object describes them to Mattermost.

use serde_json::Value;

use super::decoding::{field, first_value, kind, mismatch, no_object, syntax_error};
use super::fault::Fault;
use super::log_line::LogLine;
use super::settings::Settings;
use super::username::{clean_username, is_valid_username};
use crate::random::TokenSource;

/// What is taken of a GitLab user: nothing but `id`, `username` (else `login`), `email` and `name`.
///
/// DIFFERENCE: `state` is not looked at; whom GitLab describes as blocked is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    /// `id` as text.
    pub(super) auth_data: String,
    /// Usable username made of GitLab's.
    pub(super) username: String,
    /// Email in lower case.
    pub(super) email: String,
    /// First word of the name.
    pub(super) first_name: String,
    /// Everything after it.
    pub(super) last_name: String,
}

impl Profile {
    /// Reads the user object.
    ///
    /// # Errors
    /// In the words of the log: no JSON object, a field of the wrong type, an id of 0, no email.
    pub(super) fn read(
        settings: &Settings,
        body: &str,
        random: &mut dyn TokenSource,
        log: &mut Vec<LogLine>,
    ) -> Result<Self, String> {
        let value = first_value(body).ok_or_else(|| syntax_error(body))?;
        let id = number(&value)?;
        let [username, login, email, name] = ["username", "login", "email", "name"].map(|name| text(&value, name));
        let (username, login, email, name) = (username?, login?, email?, name?);
        if id == 0 && !settings.has(Fault::UserIdZero) {
            return Err("user id can't be 0".to_owned());
        }
        if email.is_empty() && settings.release.requires_email() {
            return Err("user e-mail should not be empty".to_owned());
        }
        let given = match username {
            _ if settings.has(Fault::NameAsUsername) => name,
            "" => login,
            username => username,
        };
        let (first_name, last_name) = name.split_once(' ').unwrap_or((name, ""));
        Ok(Self {
            auth_data: id.to_string(),
            username: clean_username(given, random, log),
            email: email.to_lowercase(),
            first_name: without_controls(first_name),
            last_name: without_controls(last_name),
        })
    }

    /// The usernames a new account might get, best first: `bob`, `bob0`, `bob01`, … up to the first that is too long.
    pub(super) fn usernames(&self) -> Vec<String> {
        let mut names = vec![self.username.clone()];
        for count in 0_u32.. {
            match names.last() {
                Some(last) if is_valid_username(last) => names.push(format!("{last}{count}")),
                _ => break,
            }
        }
        names
    }
}

/// The structure that a user object is read into.
const USER: &str = "GitLabUser";

fn number(object: &Value) -> Result<i64, String> {
    match field(object, "id") {
        None | Some(Value::Null) if object.is_object() || object.is_null() => Ok(0),
        Some(Value::Number(number)) => {
            number.as_i64().ok_or_else(|| mismatch(&format!("{USER}.id"), &format!("number {number}"), "int64"))
        }
        Some(other) => Err(mismatch(&format!("{USER}.id"), kind(other), "int64")),
        None => Err(no_object(object, "oauthgitlab.GitLabUser")),
    }
}

fn text<'a>(object: &'a Value, name: &str) -> Result<&'a str, String> {
    match field(object, name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(mismatch(&format!("{USER}.{name}"), kind(other), "string")),
    }
}

/// Without the characters that have no place in a name: direction marks, separators, tags.
fn without_controls(name: &str) -> String {
    let unwanted = |c: &char| {
        matches!(c,
            '\u{340}' | '\u{341}' | '\u{17a3}' | '\u{17d3}' | '\u{2028}'..='\u{202e}' | '\u{206a}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffc}' | '\u{feff}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
    };
    name.chars().filter(|c| !unwanted(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::release::Release;
    use super::super::tests::settings_of;
    use super::*;

    struct Zero;

    impl TokenSource for Zero {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn read(body: &str) -> Result<Profile, String> {
        Profile::read(&settings_of(Release::RECORDED.version), body, &mut Zero, &mut Vec::new())
    }

    #[test]
    fn the_name_is_split_at_its_first_blank() {
        let person = |name: &str| read(&format!(r#"{{"id":-7,"email":"A@B","login":"x","name":"{name}"}}"#));
        for (name, first, last) in
            [("A", "A", ""), ("A B", "A", "B"), ("A B C", "A", "B C"), (" A", "", "A"), ("", "", "")]
        {
            let profile = person(name).expect("a valid user");
            assert_eq!((profile.first_name.as_str(), profile.last_name.as_str()), (first, last), "{name}");
            assert_eq!((profile.auth_data.as_str(), profile.email.as_str()), ("-7", "a@b"));
        }
    }

    #[test]
    fn a_user_object_without_a_whole_number_or_an_email_is_refused() {
        for (body, error) in [
            ("", "EOF"),
            ("{\"id\":1", "unexpected EOF"),
            ("<html>", "invalid character '<' looking for beginning of value"),
            ("{}", "user id can't be 0"),
            ("null", "user id can't be 0"),
            ("[]", "json: cannot unmarshal array into Go value of type oauthgitlab.GitLabUser"),
            (r#"{"id":1}"#, "user e-mail should not be empty"),
            (r#"{"id":"1"}"#, "json: cannot unmarshal string into Go struct field GitLabUser.id of type int64"),
            (r#"{"id":1.0}"#, "json: cannot unmarshal number 1.0 into Go struct field GitLabUser.id of type int64"),
            (
                r#"{"id":1,"email":2}"#,
                "json: cannot unmarshal number into Go struct field GitLabUser.email of type string",
            ),
        ] {
            assert_eq!(read(body), Err(error.to_owned()), "{body}");
        }
    }

    #[test]
    fn the_names_tried_for_a_taken_username_grow_by_a_counter() {
        let profile = read(r#"{"id":1,"email":"a@b","username":"bob"}"#).expect("a valid user");
        assert_eq!(profile.usernames()[..4], ["bob", "bob0", "bob01", "bob012"]);
        assert!(profile.usernames().last().is_some_and(|name| name.len() > 64));
    }
}
