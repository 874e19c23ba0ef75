-- Tables, columns and types as Mattermost 5.36.1 creates them in PostgreSQL, as far as the stand-in keeps something.
CREATE TABLE IF NOT EXISTS systems (name varchar(64) PRIMARY KEY, value varchar(1024));
CREATE TABLE IF NOT EXISTS users (
  id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, username varchar(64) UNIQUE,
  password varchar(128), authdata varchar(128) UNIQUE, authservice varchar(32), email varchar(128) UNIQUE,
  emailverified boolean, nickname varchar(64), firstname varchar(64), lastname varchar(64), position varchar(128),
  roles varchar(256), allowmarketing boolean, props varchar(4000), notifyprops varchar(2000),
  lastpasswordupdate bigint, lastpictureupdate bigint, failedattempts integer, locale varchar(5),
  timezone varchar(256), mfaactive boolean, mfasecret varchar(128), remoteid varchar(26));
CREATE TABLE IF NOT EXISTS sessions (
  id varchar(26) PRIMARY KEY, token varchar(26), createat bigint, expiresat bigint, lastactivityat bigint,
  userid varchar(26), deviceid varchar(512), roles varchar(64), isoauth boolean, expirednotify boolean,
  props varchar(1000));
CREATE INDEX IF NOT EXISTS idx_sessions_token ON sessions (token);
CREATE INDEX IF NOT EXISTS idx_sessions_user_id ON sessions (userid);
CREATE TABLE IF NOT EXISTS tokens (
  token varchar(64) PRIMARY KEY, createat bigint, type varchar(64), extra varchar(2048));
CREATE TABLE IF NOT EXISTS teams (
  id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, displayname varchar(64),
  name varchar(64) UNIQUE, description varchar(255), email varchar(128), type varchar(255),
  companyname varchar(64), alloweddomains varchar(1000), inviteid varchar(32), schemeid varchar(26),
  allowopeninvite boolean, lastteamiconupdate bigint, groupconstrained boolean);
CREATE INDEX IF NOT EXISTS idx_teams_invite_id ON teams (inviteid);
CREATE TABLE IF NOT EXISTS teammembers (
  teamid varchar(26), userid varchar(26), roles varchar(64), deleteat bigint, schemeuser boolean,
  schemeadmin boolean, schemeguest boolean, PRIMARY KEY (teamid, userid));
CREATE TABLE IF NOT EXISTS channels (
  id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, teamid varchar(26), type varchar(1),
  displayname varchar(64), name varchar(64), header varchar(1024), purpose varchar(250), lastpostat bigint,
  totalmsgcount bigint, extraupdateat bigint, creatorid varchar(26), schemeid varchar(26), groupconstrained boolean,
  shared boolean, totalmsgcountroot bigint, UNIQUE (name, teamid));
CREATE TABLE IF NOT EXISTS channelmembers (
  channelid varchar(26), userid varchar(26), roles varchar(64), lastviewedat bigint, msgcount bigint,
  mentioncount bigint, notifyprops varchar(2000), lastupdateat bigint, schemeuser boolean, schemeadmin boolean,
  schemeguest boolean, mentioncountroot bigint, msgcountroot bigint, PRIMARY KEY (channelid, userid));
CREATE TABLE IF NOT EXISTS posts (
  id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, editat bigint, deleteat bigint, ispinned boolean,
  userid varchar(26), channelid varchar(26), rootid varchar(26), parentid varchar(26), originalid varchar(26),
  message varchar(65535), type varchar(26), props varchar(8000), hashtags varchar(1000), filenames varchar(4000),
  fileids varchar(300), hasreactions boolean, remoteid varchar(26));
CREATE INDEX IF NOT EXISTS idx_posts_channel_id ON posts (channelid);
CREATE TABLE IF NOT EXISTS commands (
  id varchar(26) PRIMARY KEY, token varchar(26), createat bigint, updateat bigint, deleteat bigint,
  creatorid varchar(26), teamid varchar(26), trigger varchar(128), method varchar(1), username varchar(64),
  iconurl varchar(1024), autocomplete boolean, autocompletedesc varchar(1024), autocompletehint varchar(1024),
  displayname varchar(64), description varchar(128), url varchar(1024), pluginid varchar(190));
CREATE INDEX IF NOT EXISTS idx_command_team_id ON commands (teamid);
CREATE TABLE IF NOT EXISTS fileinfo (
  id varchar(26) PRIMARY KEY, creatorid varchar(26), postid varchar(26), createat bigint, updateat bigint,
  deleteat bigint, path varchar(512), thumbnailpath varchar(512), previewpath varchar(512), name varchar(256),
  extension varchar(64), size bigint, mimetype varchar(256), width integer, height integer, haspreviewimage boolean,
  minipreview bytea, content text, remoteid varchar(26));
