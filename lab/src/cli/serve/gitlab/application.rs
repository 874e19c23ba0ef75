//! An application that is asked for on the command line.

use std::str::FromStr;

use gitlab_double::SeedApplication;

/// Name and redirect URI of an application.
///
/// # Shape
/// `NAME,REDIRECT_URI`, for example `notes,http://localhost:3000/callback`. What follows the first comma is the URI; GitLab's
/// own rules judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedApplication {
    name: String,
    redirect_uri: String,
}

/// No application is called like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an application is asked for as `NAME,REDIRECT_URI`, for example `notes,http://localhost:3000/callback`")]
pub struct NoApplication;

impl FromStr for AskedApplication {
    type Err = NoApplication;

    fn from_str(text: &str) -> Result<Self, NoApplication> {
        let (name, redirect_uri) = text.split_once(',').ok_or(NoApplication)?;
        let (name, redirect_uri) = (name.trim().to_owned(), redirect_uri.trim().to_owned());
        if name.is_empty() || redirect_uri.is_empty() {
            return Err(NoApplication);
        }
        Ok(Self { name, redirect_uri })
    }
}

impl AskedApplication {
    /// The application, with GitLab's defaults for the rest.
    pub fn to_seed(&self) -> SeedApplication {
        SeedApplication {
            reference: None,
            client_id: None,
            client_secret: None,
            name: self.name.clone(),
            redirect_uris: vec![self.redirect_uri.clone()],
            scopes: String::new(),
            trusted: false,
            confidential: true,
            expire_access_tokens: true,
            owner: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AskedApplication;

    #[test]
    fn a_comma_parts_the_name_from_the_uri() {
        let asked: AskedApplication = "my notes, http://localhost:3000/cb?a=1,2".parse().unwrap();
        assert_eq!((asked.name.as_str(), asked.redirect_uri.as_str()), ("my notes", "http://localhost:3000/cb?a=1,2"));
        for none in ["notes", ",http://localhost/cb", "notes,", ""] {
            assert!(none.parse::<AskedApplication>().is_err(), "{none}");
        }
    }
}
