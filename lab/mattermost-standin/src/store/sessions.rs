//! Sessions in the session table.

use gitlab_mattermost_core::mattermost::Session;
use gitlab_mattermost_core::secret::Secret;

use super::Store;
use super::error::StoreError;
use super::number::{bigint, number};

/// A session as a request finds it.
#[derive(Debug, Clone)]
pub(crate) struct OpenSession {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) roles: String,
    pub(crate) expires_at: u64,
    pub(crate) csrf: Secret,
}

impl OpenSession {
    /// Whether it is one of an administrator of the server.
    pub(crate) fn is_administrator(&self) -> bool {
        self.roles.split(' ').any(|role| role == "system_admin")
    }
}

impl Store {
    pub(crate) async fn open_session(&self, session: &Session) -> Result<(), StoreError> {
        // The type of the properties depends on the version of the database.
        let sql = "INSERT INTO sessions SELECT * FROM json_populate_record(NULL::sessions, json_build_object('id', $1::text, \
                   'token', $2::text, 'createat', $3::bigint, 'expiresat', $4::bigint, 'lastactivityat', $3::bigint, \
                   'userid', $5::text, 'deviceid', '', 'roles', $6::text, 'isoauth', false, 'expirednotify', false, \
                   'props', $7::text::json))";
        let props = serde_json::json!(session.properties()).to_string();
        let (created, ends) = (bigint(session.create_at), bigint(session.expires_at));
        let mut database = self.connections.lease().await?;
        let token = session.token.expose();
        database
            .execute(sql, &[&session.id, &token, &created, &ends, &session.user_id, &session.roles, &props])
            .await?;
        Ok(())
    }

    /// The session with this token, even if it is over.
    pub(crate) async fn session(&self, token: &str) -> Result<Option<OpenSession>, StoreError> {
        let sql = "SELECT id, userid, roles, expiresat, props::text FROM sessions WHERE token = $1";
        if token.contains('\0') {
            return Ok(None);
        }
        let row = self.connections.lease().await?.optional(sql, &[&token]).await?;
        Ok(row.map(|row| {
            let text = |place: usize| row.get::<_, Option<String>>(place).unwrap_or_default();
            let props: serde_json::Value = serde_json::from_str(&text(4)).unwrap_or_default();
            OpenSession {
                id: text(0),
                user_id: text(1),
                roles: text(2),
                expires_at: number(row.get(3)),
                csrf: Secret::new(props["csrf"].as_str().unwrap_or_default()),
            }
        }))
    }

    pub(crate) async fn close_session(&self, id: &str) -> Result<(), StoreError> {
        self.connections.lease().await?.execute("DELETE FROM sessions WHERE id = $1", &[&id]).await?;
        Ok(())
    }

    pub(crate) async fn close_sessions(&self, user_id: &str) -> Result<(), StoreError> {
        self.connections.lease().await?.execute("DELETE FROM sessions WHERE userid = $1", &[&user_id]).await?;
        Ok(())
    }
}
