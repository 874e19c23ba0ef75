//! What a flow asks of the server's store, and what it may hear.

use std::fmt;

use super::account::Account;
use super::session::Session;
use super::state::StateToken;

/// Something the store shall look up or change.
///
/// # Shape
/// Each variant names the [`Answer`] that belongs to it. `Debug` prints no token.
#[derive(Clone, PartialEq, Eq)]
pub enum Question {
    /// The id of the team with this invite id. Answer: [`Answer::Team`].
    InvitedTeam {
        /// Invite id.
        invite_id: String,
    },
    /// The row of this token. Answer: [`Answer::Token`].
    Token(String),
    /// Keep this row. Answer: [`Answer::Done`].
    SaveToken(StateToken),
    /// Delete the row of this token, if there is one. Answer: [`Answer::Done`].
    DropToken(String),
    /// What is known of a person. Answer: [`Answer::Known`].
    Accounts(AccountQuery),
    /// Keep a new account. Answer: [`Answer::Saved`].
    CreateAccount(Box<Account>),
    /// Replace the account with the same id. Answer: [`Answer::Saved`].
    UpdateAccount(Box<Account>),
    /// Make the account a member of the team. Answer: [`Answer::Joined`].
    JoinTeam {
        /// Team id.
        team_id: String,
        /// Who joins.
        account: Box<Account>,
    },
    /// End every session of an account. Answer: [`Answer::Done`].
    CloseSessions {
        /// Id of the account.
        user_id: String,
    },
    /// Keep a new session. Answer: [`Answer::Done`].
    OpenSession(Session),
}

/// What is asked, without what it is about: that may be a token.
impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvitedTeam { .. } => "InvitedTeam",
            Self::Token(_) => "Token",
            Self::SaveToken(_) => "SaveToken",
            Self::DropToken(_) => "DropToken",
            Self::Accounts(_) => "Accounts",
            Self::CreateAccount(_) => "CreateAccount",
            Self::UpdateAccount(_) => "UpdateAccount",
            Self::JoinTeam { .. } => "JoinTeam",
            Self::CloseSessions { .. } => "CloseSessions",
            Self::OpenSession(_) => "OpenSession",
        })
    }
}

/// Whom [`Question::Accounts`] is about; an empty field asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountQuery {
    /// GitLab's user id as text.
    pub auth_data: String,
    /// Email in lower case.
    pub email: String,
    /// Usernames that might be given to the person.
    pub usernames: Vec<String>,
}

/// What the store knows of a person; deactivated accounts count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The account of that GitLab user.
    pub by_auth: Option<Account>,
    /// The account with that email.
    pub by_email: Option<Account>,
    /// Those of the usernames that are taken.
    pub taken: Vec<String>,
    /// There is any account at all.
    pub any: bool,
}

/// The field of an account that another account has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The email address.
    Email,
    /// The username.
    Username,
    /// GitLab user id.
    AuthData,
}

/// Why an account could not join a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinRefused {
    /// There is no such team.
    NoSuchTeam,
    /// The team has as many members as a team may have.
    Full,
    /// The team takes members of other email domains only.
    Domain,
}

/// What the store says.
///
/// # Shape
/// Each variant belongs to the [`Question`] that names it; `Failed` may answer any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// The team's id, if there is one.
    Team(Option<String>),
    /// The token's row, if there is one.
    Token(Option<StateToken>),
    /// What is known.
    Known(Box<Known>),
    /// Saved, or not.
    Saved(Result<(), Clash>),
    /// Joined, or not.
    Joined(Result<(), JoinRefused>),
    /// The store could not be asked; the text is for the log.
    Failed(String),
}
