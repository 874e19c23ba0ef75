//! Files with a canary at every place where a secret can be, and the same ones damaged.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::backup::installation::Installation;

/// What every canary begins with.
pub const MARK: &str = "Qz7kanarY";

/// What a terminal would take for orders, and a reader for other words, by its characters of more than one byte.
pub const TURNED: &str = "t\u{9b}2Ju\u{202e}r\u{2066}n\u{200f}ed";

/// The secret of one place.
pub fn canary(place: &str) -> String {
    format!("{MARK}{place}9")
}

/// The files, all in one folder.
pub struct Files {
    folder: PathBuf,
}

const URLS: &str =
    "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://mattermost.example.com'\n";

impl Files {
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // `{NAME}` stands for the canary of that name.
        let text = text.replace("¡TURNED!", TURNED);
        let parts = text.split("«").map(|part| match part.split_once('»') {
            Some((place, rest)) => canary(place) + rest,
            None => part.to_owned(),
        });
        fs::write(&path, parts.collect::<String>()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Writes all of them, and rows with canaries into the installation's database.
    pub fn write(folder: &Path, it: &Installation<'_>) -> Self {
        let files = Self { folder: folder.join("inputs") };
        files.settings();
        files.others();
        files.damaged();
        files.release();
        rows(it);
        fs::write(it.home.join("config.json"), fs::read(files.path("config.json")).unwrap()).unwrap();
        files
    }

    /// An unpacked release whose settings have been in use.
    fn release(&self) {
        self.put(
            "release/config/config.json",
            r#"{"SqlSettings": {"DataSource": "postgres://mm:«shippeddata»@db/mattermost"},
                "EmailSettings": {"SMTPServer": "mail.example.com", "SMTPPassword": "«shippedmail»"},
                "TideSettings": {"TideToken": "«tidetoken»", "Hook": "https://chat.example.com/hooks/«tidehook»"},
                "PluginSettings": {"Plugins": {"tide": {"word": "«shippedplugin»"}}}}"#,
        );
        let script = "#!/bin/sh\ncase $1 in\nversion) echo 'Build Number: 6.8.0' ;;\nhelp) printf \
                      'Available Commands:\\n  help  Help\\n  tide  Tides\\n' ;;\nesac\n";
        self.put("release/bin/mattermost", script);
        let program = self.folder.join("release/bin/mattermost");
        fs::set_permissions(program, fs::Permissions::from_mode(0o700)).unwrap();
    }

    /// The flags that name an installation.
    pub fn of_an_installation(&self) -> Vec<String> {
        let named = [
            ("--gitlab-rb", "gitlab.rb"),
            ("--env-dir", "env"),
            ("--config-json", "config.json"),
            ("--secrets", "gitlab-secrets.json"),
            ("--node-json", "node.json"),
        ];
        named.iter().flat_map(|(flag, name)| [(*flag).to_owned(), self.path(name)]).collect()
    }

    /// These flags without the env directory.
    pub fn without_env(&self, flags: &[String]) -> Vec<String> {
        let env = self.path("env");
        flags.iter().filter(|word| **word != env && *word != "--env-dir").cloned().collect()
    }

    /// Lines of questions for the translator or the planner.
    pub fn questions(&self, part: &str) -> String {
        let settings = fs::read_to_string(self.path("old.rb")).unwrap();
        match part {
            "translator" => format!("{}\n", serde_json::json!({"id": 1, "ask": "translate", "gitlab_rb": settings})),
            _ => format!("{}\n", serde_json::json!({"id": 1, "ask": "plan", "from": "14.0.0", "to": "14.7.0"})),
        }
    }

    fn settings(&self) {
        self.put(
            "gitlab.rb",
            &format!(
                "{URLS}# smtp_password was «rbcomment»\nmattermost['email_smtp_password'] = '«rbmail»'\n\
                 mattermost['gitlab_secret'] = '«rbgitlab»'\nmattermost['sql_at_rest_encrypt_key'] = '«rbatrest»'\n\
                 mattermost['sql_driver_name'] = 'postgres'\n\
                 mattermost['sql_data_source'] = 'postgres://mm:«rbsource»@db.example.com:5432/mattermost?sslmode=require'\n\
                 gitlab_rails['smtp_password'] = \"#{{ENV['TOLD']}}«rbrails»\"\nredis['password'] = '«rbredis»'\n\
                 gitlab_rails['ldap_servers'] = {{ 'main' => {{ 'host' => 'ldap.example.com', 'password' => '«rbldap»' }} }}\n\
                 mattermost['no_such_password'] = '«rbunknown»'\nmattermost['service_site_url'] = 'http://me:«rbsite»@mattermost.example.com'\n\
                 mattermost['env'] = {{\n  'MM_EMAILSETTINGS_SMTPPASSWORD' => '«rbenvmail»',\n  'MM_NO_SUCH_PASSWORD' => '«rbenvunknown»',\n\
                 'MM_PLUGINSETTINGS_PLUGINS' => '{{\"com.example\":{{\"webhooksecret\":\"«rbplugin»\"}}}}',\n\
                 'HOOK' => 'https://hooks.example.com/hooks/«rbhook»',\n  'HTTPS_PROXY' => 'http://me:«rbproxy»@proxy.example.com:3128',\n\
                 'MM_FILESETTINGS_AMAZONS3SECRETACCESSKEY' => '«rbs3»',\n  'MM_TEAMSETTINGS_SITENAME' => '¡TURNED!',\n  'MM_ODD_¡TURNED!' => 'x'\n}}\n"
            ),
        );
        self.put(
            "old.rb",
            &format!(
                "{URLS}mattermost['email_smtp_password'] = '«oldmail»'\nmattermost['email_smtp_server'] = 'mail.example.com'\n\
                 mattermost['email_invite_salt'] = '«oldsalt»'\nmattermost['file_amazon_s3_secret_access_key'] = '«olds3»'\n\
                 mattermost['gitlab_secret'] = '«oldgitlab»'\nmattermost['no_such_password'] = '«oldunknown»'\n\
                 mattermost['no_¡TURNED!'] = 1\n"
            ),
        );
        self.put("environment", "TOLD_TOO=«envfile»\nPGPASSWORD=«envfilepg»\n");
        for (name, value) in [
            ("MM_GITLABSETTINGS_SECRET", "«envgitlab»"),
            ("MM_SQLSETTINGS_DATASOURCE", "user=mm password='«envsource»' host=db.example.com dbname=mattermost"),
            ("MM_EMAILSETTINGS_SMTPPASSWORD", "«envmail»"),
            ("MM_PLUGINSETTINGS_PLUGINS", "{\"com.example\":{\"token\":\"«envplugin»\"}}"),
            ("MM_SERVICESETTINGS_SITEURL", "http://mattermost.example.com"),
            ("HTTPS_PROXY", "http://me:«envproxy»@proxy.example.com"),
            ("MM_ODD_TOKEN", "«envodd»"),
            ("MM_TEAMSETTINGS_SITENAME", "¡TURNED!"),
            ("MM_ODD_¡TURNED!", "x"),
        ] {
            self.put(&format!("env/{}", name.replace("¡TURNED!", TURNED)), value);
        }
        self.put(
            "config.json",
            r#"{"ServiceSettings": {"SiteURL": "http://mattermost.example.com", "GoogleDeveloperKey": "«jsongoogle»", "SitURL": "«jsonodd»"},
  "TeamSettings": {"SiteName": "¡TURNED!", "Odd¡TURNED!": 1},
  "SqlSettings": {"DriverName": "postgres", "DataSource": "postgres://mm:«jsonsource»@db.example.com/mattermost",
    "DataSourceReplicas": ["postgres://mm:«jsonreplica»@db2.example.com/mattermost"], "AtRestEncryptKey": "«jsonatrest»"},
  "GitLabSettings": {"Enable": true, "Id": "id", "Secret": "«jsongitlab»"},
  "EmailSettings": {"SMTPPassword": "«jsonmail»", "InviteSalt": "«jsoninvite»"},
  "FileSettings": {"PublicLinkSalt": "«jsonlink»", "AmazonS3SecretAccessKey": "«jsons3»"},
  "LdapSettings": {"BindPassword": "«jsonldap»"}, "ElasticsearchSettings": {"Password": "«jsonelastic»"},
  "PluginSettings": {"Plugins": {"com.example": {"encryptionkey": "«jsonplugin»", "n": {"secret": ["«jsonlist»"]}}}}}
"#,
        );
        self.put(
            "gitlab-secrets.json",
            r#"{"gitlab_rails": {"db_key_base": "«secretsrails»", "openid_connect_signing_key": "«secretskey»"},
  "mattermost": {"gitlab_enable": true, "gitlab_id": "«secretsid»", "gitlab_secret": "«secretsgitlab»",
    "email_invite_salt": "«secretsinvite»", "file_public_link_salt": "«secretslink»", "sql_at_rest_encrypt_key": "«secretsatrest»"}}
"#,
        );
        self.put(
            "node.json",
            r#"{"normal": {"mattermost": {"gitlab_secret": "«nodegitlab»", "email_smtp_password": "«nodemail»",
  "sql_data_source": "postgres://mm:«nodesource»@db.example.com/x", "env": {"MM_LDAPSETTINGS_BINDPASSWORD": "«nodeldap»"}},
  "gitlab": {"gitlab-rails": {"db_password": "«noderails»"}}}}
"#,
        );
    }

    fn others(&self) {
        self.put(
            "log",
            "{\"level\":\"error\",\"msg\":\"AuthorizeOAuthUser: Token request failed\",\"error\":\"Post \\\"https://me:«logurl»@gitlab.example.com/oauth/token?client_secret=«logquery»\\\": x509: certificate signed by unknown authority\"}\n\
             {\"level\":\"error\",\"msg\":\"pq: password authentication failed for user \\\"mm\\\"\",\"password\":\"«logpassword»\",\"header\":\"Bearer «logbearer»\"}\n\
             Started GET \"/oauth/authorize?client_id=id&redirect_uri=http%3A%2F%2Fx%2F&state=«logstate»\" for 127.0.0.1\n\
             The redirect URI included is not valid. «logline» ¡TURNED!\n\
             {\"level\":\"error\",\"msg\":\"¡TURNED!\",\"error\":\"x509: certificate signed by unknown authority: ¡TURNED!\"}\n",
        );
        let dump = |more: &str| {
            format!(
                "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 12.7\n-- Dumped by pg_dump version 12.7\n\n\
                 CREATE TABLE public.systems (\n    name character varying(64) NOT NULL,\n    value character varying(1024)\n);\n\n\
                 COPY public.systems (name, value) FROM stdin;\nVersion\t5.36.1\nAsymmetricSigningKey\t{{\"d\":\"«dumpkey»\"}}\n\\.\n\n{more}\n\
                 --\n-- PostgreSQL database dump complete\n--\n\n"
            )
        };
        self.put(
            "dump",
            &dump("COPY public.posts (id, message, props) FROM stdin;\np\t«dumppost»\t{«dumpprops»\n\\.\n"),
        );
        self.put("refused.sql", &dump("ALTER SYSTEM SET primary_conninfo = 'host=h password=«dumprefused»';\n\\connect postgres://mm:«dumpconnect»@h/x\n"));
        self.put("rows.sql", &dump("COPY public.posts (id, message) FROM stdin;\n«dumprow»\t\n«dumprowtoo»\n\\.\nINSERT INTO public.posts VALUES ('«dumpinsert»', pg_sleep(1));\n"));
        self.put("role.sql", &dump("CREATE ROLE x PASSWORD '«dumprole»';\nCREATE USER MAPPING FOR x SERVER s OPTIONS (password '«dumpmapping»');\nSELECT pg_notify('x', '«dumpcommand»');\n"));
        self.put("backup-dir/mattermost_dbdump_2021-08-05.sql", "«backupdump»");
        self.put("backup-dir/config.json", "{\"SqlSettings\": {\"DataSource\": \"«backupjson»\"}}");
        self.put("migrations", "1 | create_teams\n2 | «migration»\n");
        self.put(
            "script",
            "export PGPASSWORD='«scriptpg»'\nsudo -u gitlab-psql pg_dump \"postgres://mm:«scriptsource»@db/mattermost_production\" | gzip > x.gz\n\
             curl --header 'Private-Token: «scripttoken»' https://gitlab.example.com\nsudo gitlab-ctl reconfigure\ndropdb ¡TURNED!\n",
        );
        self.put(
            "document",
            "# GitLab Mattermost ¡TURNED!\n\n## Getting started\n\nSee [¡TURNED!](../¡TURNED!.md).\n\n```ruby\nmattermost_external_url 'http://mattermost.example.com'\n\
             mattermost['gitlab_secret'] = '«docruby»'\nmattermost['env'] = { 'MM_EMAILSETTINGS_SMTPPASSWORD' => '«docenv»' }\n```\n\n\
             ```shell\nPGPASSWORD='«docshell»' psql postgres://mm:«docsource»@db/mattermost_production\n```\n",
        );
        self.put("fingerprint.key", "«fingerprint»«fingerprinttoo»");
        self.put("lab.toml", "postgres = \"url:postgres://mm:«tomlpostgres»@config.example.com/lab\"\ngitlab-client = \"mm¡TURNED!:«tomlclient»\"\n");
        self.put(
            "provider.toml",
            "profile = \"gitlab\"\nbase = \"http://127.0.0.1:1\"\n[client]\nid = \"mattermost¡TURNED!\"\nsecret = \"«providerclient»\"\nredirect-uris = [\"http://mattermost.example.com/signup/gitlab/complete\"]\n\
             [[user]]\nlogin = \"alice\"\npassword = \"«provideruser»\"\n",
        );
        self.put("seed.json", &seed(r#""id": 2"#));
        self.put("token", "«seedtoken»\n");
        self.put(
            "up.rb",
            &format!("{URLS}mattermost['email_smtp_password'] = '«upmail»'\nmattermost['env'] = {{ 'MM_LDAPSETTINGS_BINDPASSWORD' => '«upldap»', 'MM_TEAMSETTINGS_SITENAME' => '¡TURNED!' }}\n"),
        );
        self.put("password", "«passwordfile»\n");
        self.put(
            &format!("{TURNED}.feature"),
            "Feature: ¡TURNED!\n\n  @setting-custom-environment-variables @must\n  Scenario: A value that is ¡TURNED!\n    \
             When the package makes an env of these settings:\n      \"\"\"\n      mattermost_external_url 'http://mattermost.example.com'\n      \
             mattermost['env'] = { 'A' => '¡TURNED!' }\n      \"\"\"\n    Then the package gives Mattermost A \"¡TURNED! not\"\n",
        );
        self.put(
            "transcript.json",
            r#"[{"case": "told ¡TURNED!", "category": "kept", "setup": {"applications": [{"ref": "mm", "client_id": "id", "client_secret": "«replayclient»",
  "name": "chat", "redirect_uris": ["http://mattermost.example.com/signup/gitlab/complete"]}], "signed_in_as": null},
  "steps": [{"request": {"method": "POST", "path": "/oauth/token", "headers": {"Authorization": "Bearer «replaybearer»"},
    "form": {"grant_type": "password", "username": "alice", "password": "«replaypassword»", "client_secret": "«replaysecret»"}},
    "response": {"status": 299, "headers": {"Set-Cookie": "_gitlab_session=«replaycookie»"}, "body": {"access_token": "«replaytoken»"}}}]}]
"#,
        );
    }

    fn damaged(&self) {
        self.put(
            "broken.rb",
            &format!("{URLS}mattermost['gitlab_secret'] = '«brokenrb»'\nredis['password'] = '«brokenopen»\n"),
        );
        self.put(
            "broken-value.rb",
            &format!("{URLS}mattermost['gitlab_secret'] = '«brokenvalue»' + 1\nx = 'smtp_password «brokentext»'.foo\n"),
        );
        self.put(&format!("{TURNED}.json"), "{\"mattermost\": ¡TURNED!}");
        self.put(&format!("{TURNED}.rb"), &format!("{URLS}mattermost['¡TURNED!'] = ¡TURNED!.new\n"));
        self.put("raised.rb", &format!("{URLS}raise 'smtp_password=«raised»'\n"));
        self.put("broken.json", "{\"mattermost\": {\"gitlab_secret\": \"«brokenjson»\", \"token\": «brokenword»}");
        self.put("odd-secrets.json", "{\"mattermost\": \"«oddsecrets»\"}");
        self.put("broken.toml", "password = \"«brokentoml»\nsecret = «brokentomlword»\n");
        self.put("odd.toml", "postgres = [\"url:postgres://mm:«oddtoml»@h/lab\"]\n");
        self.put("address.toml", "postgres = \"url:postgres://mm:«tomladdress»@h:port/lab\"\n");
        self.put(
            "odd-provider.toml",
            "base = \"http://127.0.0.1:1\"\n[client]\nid = \"mm\"\nsecret = [\"«oddprovider»\"]\n",
        );
        self.put("odd-seed.json", &seed(r#""id": "«seedid»""#));
        self.put("odd.jsonl", "{\"event\": \"run-started\", \"password\": \"«oddevent»\"}\n{\"event\": «oddword»}\n");
        self.put(
            "damaged-vectors/a.json",
            "{\"count\": \"«vectorcount»\", \"rows\": [{\"client_secret\": «vectorword»}]}",
        );
    }
}

/// A seed of GitLab; `id` is the number of its person.
fn seed(id: &str) -> String {
    format!(
        r#"{{"users": [{{"id": 1, "username": "root", "name": "Root", "email": "root@example.com", "password": "«seedroot»", "admin": true}},
  {{{id}, "username": "alice", "name": "Alice", "email": "alice@example.com", "password": "«seedalice»"}}],
 "personal_access_tokens": [{{"user": "root", "token": "«seedtoken»", "scopes": "api"}}],
 "applications": [{{"name": "kept ¡TURNED!", "client_id": "kept-id", "client_secret": "«seedclient»", "redirect_uris": ["http://kept.example.com/cb"]}}]}}
"#
    )
}

/// Rows of a Mattermost, each with what must not be shown of it.
fn rows(it: &Installation<'_>) {
    let rows = format!(
        "INSERT INTO systems VALUES ('AsymmetricSigningKey', '{{\"d\":\"{}\"}}'), ('PostActionCookieSecret', '{}');
         INSERT INTO users (id, username, email, password, authdata, authservice, mfasecret, props, notifyprops, timezone)
           VALUES ('u1', 'alice', 'alice@example.com', '$2a$10${}', '{}', 'gitlab', '{}', 'not json {}', '{{}}', '{{}}');
         INSERT INTO sessions (id, token, props) VALUES ('s', '{}', '{{\"csrf\":\"{}\"}}');
         INSERT INTO tokens VALUES ('{}', 1, 'oauth', '{}');
         INSERT INTO teams (id, name, inviteid) VALUES ('t', 'team', '{}');
         INSERT INTO commands (id, token, url) VALUES ('c', left('{}', 26), 'https://hooks.example.com/hooks/{}');
         INSERT INTO posts (id, message, props) VALUES ('kept', '{}', '{{\"token\": {}');
         CREATE TABLE configurations (id varchar(26), value text, active boolean);
         INSERT INTO configurations VALUES ('a', '{{\"SqlSettings\": {{\"DataSource\": \"{}\"}}}}', true);
         CREATE TABLE incomingwebhooks (id varchar(26)); INSERT INTO incomingwebhooks VALUES (left('{}', 26));
         CREATE TABLE oauthapps (id varchar(26), clientsecret varchar(128)); INSERT INTO oauthapps VALUES ('o', '{}');
         CREATE TABLE pluginkeyvaluestore (pluginid varchar(190), pkey varchar(50), pvalue bytea);
         INSERT INTO pluginkeyvaluestore VALUES ('com.example', 'k', '{}');
         CREATE TABLE \"{TURNED}\" (id int);",
        canary("rowkey"),
        canary("rowcookie"),
        canary("rowhash"),
        canary("rowauthdata"),
        canary("rowmfa"),
        canary("rowprops"),
        canary("rowtoken").chars().take(26).collect::<String>(),
        canary("rowcsrf"),
        canary("rowlink"),
        canary("rowextra"),
        canary("rowinvite"),
        canary("rowcommand"),
        canary("rowhook"),
        canary("rowpost"),
        canary("rowpostprops"),
        canary("rowconfiguration"),
        canary("rowincoming"),
        canary("rowclient"),
        canary("rowplugin"),
    );
    it.sql(&rows);
}
