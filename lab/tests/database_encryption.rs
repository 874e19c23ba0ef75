//! Encrypted ways to a database: a real PostgreSQL with `ssl = on` and a certificate of an authority of our own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gitlab_mattermost_database::data_source::DataSource;
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Database, Postgres, PostgresChoice};
use mattermost_standin::{Log, Options, Server};
use program::program;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_postgres::{Client, Config, NoTls};

/// A server that takes encrypted connections and others, with a certificate for `localhost` alone.
struct Lab {
    run: Run,
    database: Database,
    /// The authority that signed for the server, and one that did not.
    root: PathBuf,
    stranger: PathBuf,
    _postgres: Postgres,
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Lab {
    async fn start() -> Self {
        let run = Run::start(Path::new(env!("CARGO_BIN_EXE_mattermost-lab")), Keep::Nothing).await.unwrap();
        let postgres = Postgres::start(&PostgresChoice::Local, run.directory()).await.unwrap();
        let database = postgres.database("tls").await.unwrap();
        let folder = run.directory().path();
        let (signer, other, key) = (authority("ours"), authority("stranger"), KeyPair::generate().unwrap());
        let server = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &signer).unwrap();
        let (root, stranger) = (folder.join("root.pem"), folder.join("stranger.pem"));
        fs::write(&root, signer.pem()).unwrap();
        fs::write(&stranger, other.pem()).unwrap();
        let lab = Self { database, root, stranger, run, _postgres: postgres };
        let data = lab.folder();
        let owner = fs::metadata(&data).unwrap();
        for (name, text) in [("server.pem", server.pem()), ("server.key", key.serialize_pem())] {
            let path = data.join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let superuser = lab.superuser().await;
        for (name, value) in [
            ("ssl_cert_file", data.join("server.pem").display().to_string()),
            ("ssl_key_file", data.join("server.key").display().to_string()),
            ("ssl", "on".to_owned()),
        ] {
            superuser.execute(&format!("ALTER SYSTEM SET {name} = '{value}'"), &[]).await.unwrap();
        }
        superuser.execute("SELECT pg_reload_conf()", &[]).await.unwrap();
        let begin = Instant::now();
        while DataSource::parse(&lab.source("localhost", "sslmode=require")).unwrap().connect().await.is_err() {
            assert!(begin.elapsed() < Duration::from_secs(10), "the server does not take encrypted connections");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        lab
    }

    fn folder(&self) -> PathBuf {
        self.run.directory().path().join("postgresql")
    }

    fn owner(&self) -> Config {
        self.database.data_source().expose().parse().unwrap()
    }

    fn password(&self) -> String {
        String::from_utf8(self.owner().get_password().unwrap().to_vec()).unwrap()
    }

    async fn superuser(&self) -> Client {
        let mut config = Config::new();
        config.host_path(self.folder()).port(self.owner().get_ports()[0]).user("gitlab-psql").dbname("postgres");
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// The data source of the owner at `host`, with more words.
    fn source(&self, host: &str, words: &str) -> String {
        let owner = self.owner();
        let (user, port, password) = (owner.get_user().unwrap(), owner.get_ports()[0], self.password());
        format!("postgres://{user}:{password}@{host}:{port}/{}?{words}", self.database.name())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mode_verifies_what_it_promises_and_says_what_is_wrong() {
    let lab = Lab::start().await;
    let (root, stranger) = (lab.root.display(), lab.stranger.display());
    let none = lab.run.directory().path().join("none.pem");
    let (none, empty) = (none.display(), "/dev/null");
    for (host, words, expected) in [
        ("127.0.0.1", "sslmode=disable".to_owned(), Ok(false)),
        ("127.0.0.1", String::new(), Ok(true)),
        ("127.0.0.1", "sslmode=prefer".to_owned(), Ok(true)),
        ("127.0.0.1", "sslmode=require".to_owned(), Ok(true)),
        ("127.0.0.1", format!("sslmode=require&sslrootcert={root}"), Ok(true)),
        ("127.0.0.1", format!("sslmode=require&sslrootcert={stranger}"), Err("UnknownIssuer")),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={root}"), Ok(true)),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={stranger}"), Err("UnknownIssuer")),
        ("127.0.0.1", "sslmode=verify-ca".to_owned(), Err("UnknownIssuer")),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={root}"), Err("not valid for name")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={root}"), Ok(true)),
        ("localhost", format!("sslmode=verify-full&sslrootcert={stranger}"), Err("UnknownIssuer")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={none}"), Err("`sslrootcert`: cannot read")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={empty}"), Err("there is none in it")),
    ] {
        let found = match DataSource::parse(&lab.source(host, &words)).unwrap().connect().await {
            Ok(client) => {
                let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
                Ok(client.query_one(sql, &[]).await.unwrap().get::<_, bool>(0))
            }
            Err(error) => Err(chain(&error)),
        };
        let same = match (&found, &expected) {
            (Ok(found), Ok(expected)) => found == expected,
            (Err(found), Err(expected)) => found.contains(expected),
            _ => false,
        };
        assert!(same, "{host} {words}: {found:?}, expected {expected:?}");
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |it| it.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_inventory_backup_and_the_stand_in_go_encrypted_ways() {
    let lab = Lab::start().await;
    let superuser = lab.superuser().await;
    let hba: String = superuser.query_one("SHOW hba_file", &[]).await.unwrap().get(0);
    let hba_text = fs::read_to_string(&hba).unwrap();
    // From here on nobody gets in over TCP without encryption.
    fs::write(&hba, format!("hostnossl all all all reject\n{hba_text}")).unwrap();
    superuser.execute("SELECT pg_reload_conf()", &[]).await.unwrap();
    let begin = Instant::now();
    let plain = DataSource::parse(&lab.source("localhost", "sslmode=disable")).unwrap();
    while plain.connect().await.is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(10), "the server still takes connections in the clear");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let source = lab.source("localhost", &format!("sslmode=verify-full&sslrootcert={}", lab.root.display()));

    let environment = BTreeMap::from([
        ("MM_SQLSETTINGS_DRIVERNAME".to_owned(), "postgres".to_owned()),
        ("MM_SQLSETTINGS_DATASOURCE".to_owned(), source.clone()),
        ("MM_SERVICESETTINGS_LISTENADDRESS".to_owned(), "127.0.0.1:0".to_owned()),
    ]);
    let server = Server::start(Options { log: Log::kept(), ..Options::new(environment) }).await.unwrap();
    server.stop().await;

    program(&["doctor", "--database", &source]).any_stdout().check();
    let refused = lab.source("localhost", "sslmode=disable");
    program(&["doctor", "--database", &refused]).status(2).stderr_has("pg_hba.conf rejects connection").check();
    let wrong = lab.source("localhost", &format!("sslmode=verify-ca&sslrootcert={}", lab.stranger.display()));
    let said = "error performing TLS handshake: invalid peer certificate: UnknownIssuer";
    program(&["doctor", "--database", &wrong]).status(2).stderr_has(said).check();
    let unknown = lab.source("localhost", "sslmode=full");
    program(&["doctor", "--database", &unknown]).status(2).stderr_has("`sslmode` is none of").check();

    let told = program(&["inventory", "--format", "json", "--database", &source]).output();
    assert!(told.contains("\"systems\"") && !told.contains(&lab.password()), "{told}");

    let home = lab.run.directory().path().join("home");
    for folder in ["data", "plugins", "client-plugins"] {
        fs::create_dir_all(home.join(folder)).unwrap();
    }
    fs::write(home.join("config.json"), "{}").unwrap();
    let to = lab.run.directory().path().join("backups");
    let back_up = |source: &str, to: &Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
        command.args(["backup", "--home"]).arg(&home).arg("--to").arg(to);
        command.env("MATTERMOST_LAB_DATA_SOURCE", source).output().unwrap()
    };
    let output = back_up(&source, &to);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = back_up(&wrong, &to.join("refused"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("certificate verify failed"), "{said}");
    assert!(!said.contains(&lab.password()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_encryption_is_told_apart() {
    let run = Run::start(Path::new(env!("CARGO_BIN_EXE_mattermost-lab")), Keep::Nothing).await.unwrap();
    let postgres = Postgres::start(&PostgresChoice::Local, run.directory()).await.unwrap();
    let database = postgres.database("plain").await.unwrap();
    let plain = database.data_source().expose().replace("sslmode=disable", "sslmode=require");
    program(&["doctor", "--database", &plain]).status(2).stderr_has("server does not support TLS").check();
}
