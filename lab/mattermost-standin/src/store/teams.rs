//! Teams and who is in them.

use gitlab_mattermost_core::mattermost::{Account, JoinRefused};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::Store;
use super::error::StoreError;
use super::number::{bigint, number};

/// A row of the team table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Team {
    pub(crate) id: String,
    pub(crate) create_at: u64,
    pub(crate) update_at: u64,
    pub(crate) delete_at: u64,
    pub(crate) display_name: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) email: String,
    pub(crate) kind: String,
    pub(crate) allowed_domains: String,
    pub(crate) invite_id: String,
    pub(crate) allow_open_invite: bool,
}

macro_rules! columns {
    () => {
        "teams.id, teams.createat, teams.updateat, teams.deleteat, teams.displayname, teams.name, teams.description, \
         teams.email, teams.type, teams.alloweddomains, teams.inviteid, teams.allowopeninvite"
    };
}

impl Store {
    pub(super) async fn team_by_invite(&self, invite_id: &str) -> Result<Option<String>, StoreError> {
        if invite_id.contains('\0') {
            return Ok(None);
        }
        let sql = "SELECT id FROM teams WHERE inviteid = $1";
        Ok(self.connections.lease().await?.optional(sql, &[&invite_id]).await?.map(|row| row.get(0)))
    }

    /// Makes the account a member, unless the team is missing, full or for others.
    pub(super) async fn join_team(
        &self,
        team_id: &str,
        account: &Account,
    ) -> Result<Result<(), JoinRefused>, StoreError> {
        let Some(team) = self.team(team_id).await? else { return Ok(Err(JoinRefused::NoSuchTeam)) };
        if !takes(&team, &account.email) {
            return Ok(Err(JoinRefused::Domain));
        }
        let joined = "INSERT INTO teammembers (teamid, userid, roles, deleteat, schemeuser, schemeadmin, schemeguest) \
                      SELECT $1::varchar, $2::varchar, '', 0, true, $4, false WHERE (SELECT count(*) FROM teammembers JOIN users \
                      ON users.id = userid WHERE teamid = $1 AND teammembers.deleteat = 0 AND users.deleteat = 0 \
                      AND userid <> $2) < $3 ON CONFLICT (teamid, userid) DO UPDATE SET deleteat = 0";
        let is_admin = team.email == account.email;
        let mut database = self.connections.lease().await?;
        let rows = database.execute(joined, &[&team_id, &account.id, &self.max_users_per_team, &is_admin]).await?;
        Ok(if rows == 0 { Err(JoinRefused::Full) } else { Ok(()) })
    }

    pub(crate) async fn team(&self, id: &str) -> Result<Option<Team>, StoreError> {
        let sql = concat!("SELECT ", columns!(), " FROM teams WHERE id = $1");
        if id.contains('\0') {
            return Ok(None);
        }
        Ok(self.connections.lease().await?.optional(sql, &[&id]).await?.map(|row| team(&row)))
    }

    /// The teams that an account is a member of.
    pub(crate) async fn teams_of(&self, user_id: &str) -> Result<Vec<Team>, StoreError> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM teams JOIN teammembers ON teamid = teams.id WHERE userid = $1 AND teammembers.deleteat = 0 \
             AND teams.deleteat = 0 ORDER BY teams.displayname"
        );
        Ok(self.connections.lease().await?.rows(sql, &[&user_id]).await?.iter().map(team).collect())
    }

    /// Keeps a new team with its creator as administrator. `false`: the name is taken.
    pub(crate) async fn create_team(&self, team: &Team, creator: &Account) -> Result<bool, StoreError> {
        let sql = "WITH made AS (INSERT INTO teams (id, createat, updateat, deleteat, displayname, name, description, \
                   email, type, companyname, alloweddomains, inviteid, schemeid, allowopeninvite, lastteamiconupdate, \
                   groupconstrained) VALUES ($1, $2, $2, 0, $3, $4, $5, $6, $7, '', $8, $9, NULL, $10, 0, NULL) \
                   RETURNING id) INSERT INTO teammembers (teamid, userid, roles, deleteat, schemeuser, schemeadmin, \
                   schemeguest) SELECT id, $11, '', 0, true, true, false FROM made";
        let mut database = self.connections.lease().await?;
        let made = database
            .execute(
                sql,
                &[
                    &team.id,
                    &bigint(team.create_at),
                    &team.display_name,
                    &team.name,
                    &team.description,
                    &team.email,
                    &team.kind,
                    &team.allowed_domains,
                    &team.invite_id,
                    &team.allow_open_invite,
                    &creator.id,
                ],
            )
            .await;
        match made {
            Ok(_) => {
                drop(database);
                self.create_default_channels(&team.id, creator).await?;
                Ok(true)
            }
            Err(StoreError::Database(error)) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Whether a team takes members with this email: any, unless it names domains.
fn takes(team: &Team, email: &str) -> bool {
    let mut domains = team.allowed_domains.split([' ', ',', '@']).filter(|domain| !domain.is_empty()).peekable();
    domains.peek().is_none() || domains.any(|domain| email.ends_with(&format!("@{}", domain.to_lowercase())))
}

fn team(row: &Row) -> Team {
    let text = |place: usize| row.get::<_, Option<String>>(place).unwrap_or_default();
    Team {
        id: text(0),
        create_at: number(row.get(1)),
        update_at: number(row.get(2)),
        delete_at: number(row.get(3)),
        display_name: text(4),
        name: text(5),
        description: text(6),
        email: text(7),
        kind: text(8),
        allowed_domains: text(9),
        invite_id: text(10),
        allow_open_invite: row.get::<_, Option<bool>>(11).unwrap_or_default(),
    }
}
