//! A store in memory, for flows that are driven without a server: tests, simulations, benchmarks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::account::Account;
use super::session::Session;
use super::state::StateToken;
use super::store::{AccountQuery, Answer, Clash, JoinRefused, Known, Question};

/// Tokens, accounts, teams and sessions of one server. The same questions in the same order have the same answers.
///
/// # Shape
/// The default is empty. Fields may be filled and read at any time between two questions.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{Account, Answer, Clash, MemoryStore, Question};
///
/// let account = |id: &str| Account { id: id.to_owned(), username: "alice".to_owned(), ..Account::default() };
/// let mut store = MemoryStore::default();
/// assert_eq!(store.answer(Question::CreateAccount(Box::new(account("1")))), Answer::Saved(Ok(())));
/// let second = store.answer(Question::CreateAccount(Box::new(account("2"))));
/// assert_eq!(second, Answer::Saved(Err(Clash::Username)));
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    /// Rows by token.
    pub tokens: BTreeMap<String, StateToken>,
    /// Accounts by id.
    pub accounts: BTreeMap<String, Account>,
    /// Teams by id.
    pub teams: BTreeMap<String, MemoryTeam>,
    /// Every session that was opened and not closed, oldest first.
    pub sessions: Vec<Session>,
}

/// How much there is: tokens are secrets.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tokens, accounts, sessions) = (self.tokens.len(), self.accounts.len(), self.sessions.len());
        write!(f, "MemoryStore({tokens} tokens, {accounts} accounts, {sessions} sessions)")
    }
}

/// A team of a [`MemoryStore`].
///
/// ```
/// use gitlab_mattermost_core::mattermost::{Account, Answer, JoinRefused, MemoryStore, MemoryTeam, Question};
///
/// let team = MemoryTeam { most_members: 0, ..MemoryTeam::default() };
/// let mut store = MemoryStore { teams: [("t".to_owned(), team)].into(), ..MemoryStore::default() };
/// let join = Question::JoinTeam { team_id: "t".to_owned(), account: Box::default() };
/// assert_eq!(store.answer(join), Answer::Joined(Err(JoinRefused::Full)));
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryTeam {
    /// What invitations carry.
    pub invite_id: String,
    /// Ids of the accounts in it.
    pub members: BTreeSet<String>,
    /// How many may be in it.
    pub most_members: usize,
}

impl MemoryStore {
    /// Answers a question, and remembers what it changes.
    pub fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::InvitedTeam { invite_id } => {
                let found = self.teams.iter().find(|(_, team)| team.invite_id == invite_id);
                Answer::Team(found.map(|(id, _)| id.clone()))
            }
            Question::Token(token) => Answer::Token(self.tokens.get(&token).cloned()),
            Question::SaveToken(row) => {
                self.tokens.insert(row.token.clone(), row);
                Answer::Done
            }
            Question::DropToken(token) => {
                self.tokens.remove(&token);
                Answer::Done
            }
            Question::Accounts(query) => Answer::Known(Box::new(self.known(&query))),
            Question::CreateAccount(account) | Question::UpdateAccount(account) => Answer::Saved(self.save(*account)),
            Question::JoinTeam { team_id, account } => Answer::Joined(self.join(&team_id, &account)),
            Question::CloseSessions { user_id } => {
                self.sessions.retain(|session| session.user_id != user_id);
                Answer::Done
            }
            Question::OpenSession(session) => {
                self.sessions.push(session);
                Answer::Done
            }
        }
    }

    fn known(&self, query: &AccountQuery) -> Known {
        let find = |is: &dyn Fn(&Account) -> bool| self.accounts.values().find(|account| is(account)).cloned();
        let taken = |name: &&String| self.accounts.values().any(|account| account.username == **name);
        let of_gitlab = |account: &Account| {
            account.auth_service == "gitlab" && account.auth_data.as_deref() == Some(query.auth_data.as_str())
        };
        Known {
            by_auth: find(&of_gitlab),
            by_email: find(&|account| account.email == query.email),
            taken: query.usernames.iter().filter(taken).cloned().collect(),
            any: !self.accounts.is_empty(),
        }
    }

    fn save(&mut self, account: Account) -> Result<(), Clash> {
        for other in self.accounts.values().filter(|other| other.id != account.id) {
            if other.username == account.username {
                return Err(Clash::Username);
            }
            if other.email == account.email {
                return Err(Clash::Email);
            }
            if account.auth_data.is_some() && other.auth_data == account.auth_data {
                return Err(Clash::AuthData);
            }
        }
        self.accounts.insert(account.id.clone(), account);
        Ok(())
    }

    fn join(&mut self, team_id: &str, account: &Account) -> Result<(), JoinRefused> {
        let team = self.teams.get_mut(team_id).ok_or(JoinRefused::NoSuchTeam)?;
        if !team.members.contains(&account.id) && team.members.len() >= team.most_members {
            return Err(JoinRefused::Full);
        }
        team.members.insert(account.id.clone());
        Ok(())
    }
}
