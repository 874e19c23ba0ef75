//! Slash commands, and the channels that they are given in.

use gitlab_mattermost_core::mattermost::{Account, new_id};

use super::Store;
use super::error::StoreError;
use super::number::{bigint, number};
use crate::machine::{SystemRandom, now};

/// The channels that every team has, by name and title.
const DEFAULT_CHANNELS: [(&str, &str); 2] = [("town-square", "Town Square"), ("off-topic", "Off-Topic")];

/// A row of the command table.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) creator_id: String,
    pub(crate) team_id: String,
    pub(crate) trigger: String,
    pub(crate) url: String,
    pub(crate) created_at: u64,
}

/// The channel that somebody says something in.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) team_id: String,
}

impl Store {
    /// Makes the channels of a new team, with its creator in them.
    pub(super) async fn create_default_channels(&self, team_id: &str, creator: &Account) -> Result<(), StoreError> {
        let sql = "WITH made AS (INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, displayname, name, \
                   header, purpose, lastpostat, totalmsgcount, extraupdateat, creatorid) VALUES ($1, $2, $2, 0, $3, 'O', $4, \
                   $5, '', '', 0, 0, 0, '') RETURNING id) INSERT INTO channelmembers (channelid, userid, roles, lastviewedat, \
                   msgcount, mentioncount, notifyprops, lastupdateat, schemeuser, schemeadmin, schemeguest) SELECT id, $6, '', \
                   0, 0, 0, '{}', $2, true, true, false FROM made";
        let mut database = self.connections.lease().await?;
        for (name, title) in DEFAULT_CHANNELS {
            let (id, at) = (new_id(&mut SystemRandom), bigint(now().millis));
            database.execute(sql, &[&id, &at, &team_id, &title, &name, &creator.id]).await?;
        }
        Ok(())
    }

    /// The channel of a team that a member of it knows by `name`.
    pub(crate) async fn channel_by_name(
        &self,
        team_id: &str,
        name: &str,
        user_id: &str,
    ) -> Result<Option<Channel>, StoreError> {
        let sql = "SELECT channels.id, name, displayname, teamid FROM channels JOIN channelmembers ON channelid = channels.id \
                   WHERE teamid = $1 AND name = $2 AND userid = $3 AND deleteat = 0";
        self.channel(sql, &[&team_id, &name, &user_id]).await
    }

    /// The channel with this id, if the account is in it.
    pub(crate) async fn channel_of(&self, id: &str, user_id: &str) -> Result<Option<Channel>, StoreError> {
        let sql = "SELECT channels.id, name, displayname, teamid FROM channels JOIN channelmembers ON channelid = channels.id \
                   WHERE channels.id = $1 AND userid = $2 AND deleteat = 0";
        self.channel(sql, &[&id, &user_id]).await
    }

    async fn channel(
        &self,
        sql: &'static str,
        parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<Option<Channel>, StoreError> {
        let row = self.connections.lease().await?.optional(sql, parameters).await?;
        Ok(row.map(|row| Channel { id: row.get(0), name: row.get(1), display_name: row.get(2), team_id: row.get(3) }))
    }

    /// Whether the account is an administrator of the team.
    pub(crate) async fn is_team_administrator(&self, team_id: &str, user_id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT schemeadmin FROM teammembers WHERE teamid = $1 AND userid = $2 AND deleteat = 0";
        let row = self.connections.lease().await?.optional(sql, &[&team_id, &user_id]).await?;
        Ok(row.is_some_and(|row| row.get::<_, Option<bool>>(0).unwrap_or_default()))
    }

    /// Keeps a new command. `false`: the team has one with this trigger.
    pub(crate) async fn create_command(&self, command: &Command) -> Result<bool, StoreError> {
        let sql = "INSERT INTO commands (id, token, createat, updateat, deleteat, creatorid, teamid, trigger, method, \
                   username, iconurl, autocomplete, autocompletedesc, autocompletehint, displayname, description, url, \
                   pluginid) SELECT $1::varchar, $2::varchar, $3, $3, 0, $4::varchar, $5::varchar, $6::varchar, 'P', '', '', \
                   false, '', '', '', '', $7::varchar, '' WHERE NOT EXISTS (SELECT 1 FROM commands WHERE teamid = $5 AND \
                   trigger = $6 AND deleteat = 0)";
        let (at, Command { id, token, creator_id, team_id, trigger, url, .. }) = (bigint(command.created_at), command);
        let mut database = self.connections.lease().await?;
        Ok(database.execute(sql, &[id, token, &at, creator_id, team_id, trigger, url]).await? > 0)
    }

    /// The command of a team with this trigger.
    pub(crate) async fn command(&self, team_id: &str, trigger: &str) -> Result<Option<Command>, StoreError> {
        let sql = "SELECT id, token, creatorid, teamid, trigger, url, createat FROM commands WHERE teamid = $1 AND \
                   trigger = $2 AND deleteat = 0";
        let row = self.connections.lease().await?.optional(sql, &[&team_id, &trigger]).await?;
        Ok(row.map(|row| Command {
            id: row.get(0),
            token: row.get(1),
            creator_id: row.get(2),
            team_id: row.get(3),
            trigger: row.get(4),
            url: row.get(5),
            created_at: number(row.get(6)),
        }))
    }
}
