//! Accounts in the user table.

use gitlab_mattermost_core::mattermost::{Account, AccountQuery, Clash, Known, Timestamps};
use gitlab_mattermost_core::secret::Secret;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::Store;
use super::error::StoreError;
use super::number::{bigint, number};

macro_rules! columns {
    () => {
        "id, createat, updateat, deleteat, lastpasswordupdate, username, password, authdata, authservice, email, \
         emailverified, nickname, firstname, lastname, position, roles, locale, failedattempts"
    };
}

impl Store {
    /// What is known of a person.
    pub(super) async fn known(&self, query: &AccountQuery) -> Result<Known, StoreError> {
        let mut database = self.connections.lease().await?;
        let by_auth = concat!("SELECT ", columns!(), " FROM users WHERE authservice = 'gitlab' AND authdata = $1");
        let by_email = concat!("SELECT ", columns!(), " FROM users WHERE email = $1");
        let taken = "SELECT username FROM users WHERE username = ANY($1)";
        let any = "SELECT EXISTS (SELECT FROM users)";
        // PostgreSQL knows no text with a zero byte, so no account has one.
        let email = if query.email.contains('\0') { "" } else { &query.email };
        Ok(Known {
            by_auth: database.optional(by_auth, &[&query.auth_data]).await?.map(|row| account(&row)),
            by_email: database.optional(by_email, &[&email]).await?.map(|row| account(&row)),
            taken: database.rows(taken, &[&query.usernames]).await?.iter().map(|row| row.get(0)).collect(),
            any: database.optional(any, &[]).await?.is_some_and(|row| row.get(0)),
        })
    }

    /// The account with this id.
    pub(crate) async fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        let sql = concat!("SELECT ", columns!(), " FROM users WHERE id = $1");
        Ok(self.connections.lease().await?.optional(sql, &[&id]).await?.map(|row| account(&row)))
    }

    /// The account that `login_id` names, by username and by email as far as each is allowed.
    pub(crate) async fn account_by_login(
        &self,
        login_id: &str,
        by_username: bool,
        by_email: bool,
    ) -> Result<Option<Account>, StoreError> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM users WHERE ($2 AND username = lower($1)) OR ($3 AND email = lower($1)) LIMIT 1"
        );
        if login_id.contains('\0') {
            return Ok(None);
        }
        let mut database = self.connections.lease().await?;
        Ok(database.optional(sql, &[&login_id, &by_username, &by_email]).await?.map(|row| account(&row)))
    }

    /// Whether there is any account.
    pub(crate) async fn has_accounts(&self) -> Result<bool, StoreError> {
        let row = self.connections.lease().await?.optional("SELECT EXISTS (SELECT FROM users)", &[]).await?;
        Ok(row.is_some_and(|row| row.get(0)))
    }

    /// Keeps a new account.
    pub(crate) async fn create_account(&self, account: &Account) -> Result<Result<(), Clash>, StoreError> {
        let sql = concat!(
            "INSERT INTO users (",
            columns!(),
            ", allowmarketing, props, notifyprops, lastpictureupdate, timezone, mfaactive, mfasecret) VALUES ($1, $2, \
             $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, false, '{}', '{}', 0, '{}', \
             false, '')"
        );
        self.save(sql, account).await
    }

    /// Replaces the account with the same id.
    pub(crate) async fn update_account(&self, account: &Account) -> Result<Result<(), Clash>, StoreError> {
        let sql = concat!(
            "UPDATE users SET (",
            columns!(),
            ") = ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) WHERE id = $1"
        );
        self.save(sql, account).await
    }

    async fn save(&self, sql: &'static str, account: &Account) -> Result<Result<(), Clash>, StoreError> {
        let times = account.times;
        let [create, update, delete, password] =
            [times.create_at, times.update_at, times.delete_at, times.password_at].map(bigint);
        let mut database = self.connections.lease().await?;
        let saved = database
            .execute(
                sql,
                &[
                    &account.id,
                    &create,
                    &update,
                    &delete,
                    &password,
                    &account.username,
                    &account.password.expose(),
                    &account.auth_data,
                    &account.auth_service,
                    &account.email,
                    &account.email_verified,
                    &account.nickname,
                    &account.first_name,
                    &account.last_name,
                    &account.position,
                    &account.roles,
                    &account.locale,
                    &account.failed_attempts,
                ],
            )
            .await;
        match saved {
            Ok(_) => Ok(Ok(())),
            Err(StoreError::Database(error)) => {
                clash(&error).map_or(Err(StoreError::Database(error)), |clash| Ok(Err(clash)))
            }
            Err(other) => Err(other),
        }
    }

    /// Counts failed password attempts; 0 after a good one.
    pub(crate) async fn set_failed_attempts(&self, id: &str, attempts: i32) -> Result<(), StoreError> {
        let sql = "UPDATE users SET failedattempts = $2 WHERE id = $1";
        self.connections.lease().await?.execute(sql, &[&id, &attempts]).await?;
        Ok(())
    }
}

/// The field whose value another account has already, if that is what went wrong.
fn clash(error: &tokio_postgres::Error) -> Option<Clash> {
    let error = error.as_db_error().filter(|error| *error.code() == SqlState::UNIQUE_VIOLATION)?;
    let constraint = error.constraint()?;
    let fields = [("email", Clash::Email), ("username", Clash::Username), ("authdata", Clash::AuthData)];
    fields.into_iter().find_map(|(name, clash)| constraint.contains(name).then_some(clash))
}

fn account(row: &Row) -> Account {
    let text = |place: usize| row.get::<_, Option<String>>(place).unwrap_or_default();
    let at = |place: usize| number(row.get(place));
    Account {
        id: text(0),
        times: Timestamps { create_at: at(1), update_at: at(2), delete_at: at(3), password_at: at(4) },
        username: text(5),
        password: Secret::new(text(6)),
        auth_data: row.get(7),
        auth_service: text(8),
        email: text(9),
        email_verified: row.get::<_, Option<bool>>(10).unwrap_or_default(),
        nickname: text(11),
        first_name: text(12),
        last_name: text(13),
        position: text(14),
        roles: text(15),
        locale: text(16),
        failed_attempts: row.get::<_, Option<i32>>(17).unwrap_or_default(),
    }
}
