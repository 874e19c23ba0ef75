//! Whatever is damaged in whatever input: nothing panics, and no secret is in a finding.
//!
//! 100 rounds by default; `MUTATIONS=1000000 cargo test --release --test library diagnosis` runs more. The numbers come from a
//! fixed seed, so a failure repeats; `MUTATIONS_SEED` chooses another.
#![allow(clippy::disallowed_methods, reason = "the environment chooses the rounds")]

use std::collections::BTreeMap;
use std::path::Path;

use gitlab_mattermost_core::diagnosis::{DumpReader, Evidence, TextFile, examine, migrations_of};
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
use gitlab_mattermost_core::installation::{EnvDirectory, JsonFile, SettingsFile, Versions};

use super::fixture::{environment, folders, log, root, text};

/// Every secret that is planted has this in it; no name of a setting has its characters, so it is none by accident.
const SECRET: &str = "pl4nted~S3cr3t!";

/// A small generator of numbers (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % limit.max(1)
    }
}

fn planted_settings() -> String {
    format!(
        "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://user:{SECRET}@mattermost.example.com/'\n\
         mattermost['gitlab_enable'] = true\nmattermost['gitlab_id'] = ' {SECRET}'\nmattermost['gitlab_secret'] = '{SECRET} '\n\
         mattermost['gitlab_scope'] = 'openid,{SECRET}'\nmattermost['email_smtp_password'] = '{SECRET}'\n\
         mattermost['service_site_url'] = 'https://u:{SECRET}@chat.example.com/?token={SECRET}'\n\
         mattermost['gitlab_token_endpoint'] = 'http://u:{SECRET}@gitlab.example.com/token?key={SECRET}'\n\
         mattermost['gitlab_user_api_endpoint'] = 'http://gitlab.example.com/api/v3/user?private_token={SECRET}'\n\
         mattermost['sql_data_source'] = 'postgres://mm:{SECRET}@db/mattermost'\n\
         mattermost['env'] = {{ 'MM_EMAILSETTINGS_BATCHINGINTERVAL' => '{SECRET}', 'MM_NO_SUCH_PASSWORD' => '{SECRET}',\n\
         'MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL' => '{SECRET}', 'HTTPS_PROXY' => 'http://u:{SECRET}@proxy:3128',\n\
         'MM_LOG_PATH' => '/{SECRET}?', 'SSL_CERT_DIR' => '/{SECRET}' }}\n"
    )
}

fn planted_config() -> String {
    format!(
        r#"{{
  "ServiceSettings": {{"SiteURL": "https://u:{SECRET}@chat.example.com", "SitURL": "{SECRET}", "AllowedUntrustedInternalConnections": "{SECRET},*"}},
  "SqlSettings": {{"DataSource": "postgres://mmuser:mostest:{SECRET}@localhost/x", "AtRestEncryptKey": "{SECRET}"}},
  "GitLabSettings": {{"Enable": true, "Id": " {SECRET}", "Secret": "{SECRET} ", "TokenEndpoint": "{SECRET}", "UserApiEndpoint": "https://u:{SECRET}@g/api/v3/user", "Scope": "openid {SECRET}"}},
  "EmailSettings": {{"SMTPPassword": "{SECRET}", "EmailBatchingInterval": 3}},
  "FileSettings": {{"Directory": "/var/opt/gitlab/{SECRET}", "AmazonS3SecretAccessKey": "{SECRET}"}},
  "LogSettings": {{"FileLocation": "/{SECRET}"}},
  "PluginSettings": {{"PluginStates": {{"com.github.manland.mattermost-plugin-gitlab": {{"Enable": true}}}},
    "Plugins": {{"com.github.manland.mattermost-plugin-gitlab": {{"gitlaboauthclientsecret": "{SECRET}"}}}}}}
}}
"#
    )
}

fn planted_log() -> String {
    let words = [
        "Bad response from token request.\",\"err_details\":\"response_body={\\\"access_token\\\":\\\"SECRET\\\",\\\"error\\\":\\\"invalid_grant\\\"}",
        "Invalid state token=SECRET",
        "Failed to ping DB postgres://mm:SECRET@localhost:5432/x: dial tcp 127.0.0.1:5432",
        "Command with a trigger of 'SECRET' returned response 404",
        "Config.IsValid: SECRET",
        "address forbidden SECRET",
    ];
    let lines = words
        .iter()
        .map(|it| format!("{{\"level\":\"error\",\"ts\":\"SECRET\",\"msg\":\"{it}\"}}\n[SECRET] [EROR] {it}\n"));
    lines.collect::<String>().replace("SECRET", SECRET)
}

fn planted_script() -> String {
    format!(
        "export PGPASSWORD={SECRET}\ncreatedb -U {SECRET} x\npsql postgres://u:{SECRET}@h/d -f {SECRET}.sql\nmmctl --local auth {SECRET}\n\
         cp -a /{SECRET}/data /x/data\n/opt/gitlab/embedded/bin/mattermost user password a {SECRET}\ntar -czf {SECRET} mattermost/data\n\
         alias x=\"mattermost {SECRET} $1\"\n"
    )
}

fn planted_dump() -> String {
    format!(
        "-- PostgreSQL database dump\n-- Dumped from database version 9.6.1 {SECRET}\n\\restrict {SECRET}\nALTER TABLE public.a OWNER TO {SECRET};\n\
         ALTER TABLE public.b OWNER TO other;\nCOPY public.users (id, props, authservice, deleteat, email) FROM stdin;\n\
         1\t{SECRET}\t{SECRET}\t0\t{SECRET}\n2\t\t\t0\tx\n3\t\t\t0\ty\n\\.\nCOPY public.db_migrations (version, name) FROM stdin;\n142\t{SECRET}\n\\.\n"
    )
}

/// The inputs by name, as texts.
type Texts = BTreeMap<&'static str, Vec<u8>>;

fn planted() -> Texts {
    BTreeMap::from([
        ("gitlab.rb", planted_settings().into_bytes()),
        ("config.json", planted_config().into_bytes()),
        ("mattermost.log", planted_log().into_bytes()),
        ("script.sh", planted_script().into_bytes()),
        ("dump.sql", planted_dump().into_bytes()),
        ("migrations.csv", format!("142,{SECRET}\n143,b\n144,c\n").into_bytes()),
        ("document.md", format!("| a_b | MM_{SECRET} |\n| 14.7 | 6.0 |\n| {SECRET} | 6.2 |\n").into_bytes()),
        (
            "gitlab-secrets.json",
            format!(r#"{{"mattermost": {{"gitlab_secret": "{SECRET}", "gitlab_id": "{SECRET}-2"}}}}"#).into_bytes(),
        ),
        ("MM_GITLABSETTINGS_SECRET", format!("another-{SECRET}").into_bytes()),
        ("MM_SERVICESETTINGS_SESSIONLENGTHWEBINDAYS", SECRET.as_bytes().to_vec()),
        ("MM_EMAILSETTINGS_BATCHINGINTERVAL", SECRET.as_bytes().to_vec()),
        ("MM_SQLSETTINGS_DATASOURCE", format!("postgres://mm:{SECRET}@db/x").into_bytes()),
    ])
}

/// What can still be read of the texts, as evidence; `with_variables` chooses between env directory and settings file.
fn evidence(texts: &Texts, with_variables: bool, versions: (Versions, Versions)) -> Evidence {
    let text = |name: &str| texts.get(name).and_then(|bytes| String::from_utf8(bytes.clone()).ok());
    let json = |name: &str| {
        let text = text(name)?;
        let json: serde_json::Value = serde_json::from_str(&text).ok()?;
        json.is_object().then(|| JsonFile { name: name.to_owned(), text, json })
    };
    let file = |name: &str| Some(TextFile { name: name.to_owned(), text: text(name)? });
    let settings = text("gitlab.rb").and_then(|text| {
        let settings = read(&text, &ReadOptions::default()).ok()?;
        Some(SettingsFile { name: "gitlab.rb".to_owned(), text, settings })
    });
    let variables = texts.iter().filter(|(name, _)| name.starts_with("MM_"));
    let files = variables.map(|(name, bytes)| ((*name).to_owned(), String::from_utf8_lossy(bytes).into_owned()));
    let mut reader = DumpReader::new("dump.sql");
    texts.get("dump.sql").into_iter().for_each(|bytes| reader.piece(bytes));
    let mut databases = vec![reader.finish()];
    databases.extend(text("migrations.csv").and_then(|text| migrations_of("migrations.csv", &text)));
    Evidence {
        installed: versions.0,
        target: versions.1,
        gitlab_rb: settings,
        environment: with_variables.then(|| EnvDirectory { name: "env".to_owned(), files: files.collect() }),
        config_json: json("config.json"),
        secrets: json("gitlab-secrets.json"),
        node: None,
        logs: texts.get("mattermost.log").map(|bytes| log("mattermost.log", bytes)).into_iter().collect(),
        databases,
        backup: None,
        script: file("script.sh"),
        document: file("document.md"),
    }
}

/// Examines, and looks for the secret in everything that could be printed.
fn shows_nothing(evidence: &Evidence, what: &str) -> usize {
    let diagnosis = examine(evidence);
    let shown = format!("{}{diagnosis:?}{evidence:?}", serde_json::to_string(&diagnosis).unwrap());
    // The evidence of dumps and logs is printed as it is kept; of the others the names alone.
    let shown = shown.replace(&format!("{:?}", evidence.databases), "");
    let part = &SECRET[..8];
    if let Some(at) = shown.find(part) {
        let from = shown[..at].char_indices().rev().nth(300).map_or(0, |(at, _)| at);
        panic!("a secret is shown, {what}: …{}", &shown[from..at]);
    }
    diagnosis.findings.len()
}

fn versions(numbers: &mut Numbers) -> (Versions, Versions) {
    let choices = ["11.0.0", "13.12.0", "14.7.0", "18.11.7", "19.3.0"];
    let mut version = || choices.get(numbers.below(8)).map(|it| it.parse().unwrap());
    (Versions { gitlab: version(), mattermost: None }, Versions { gitlab: version(), mattermost: None })
}

#[test]
fn no_finding_shows_a_planted_secret() {
    let mut numbers = Numbers(7);
    for with_variables in [true, false] {
        for _ in 0..20 {
            let found = shows_nothing(&evidence(&planted(), with_variables, versions(&mut numbers)), "undamaged");
            assert!(found >= 10, "the rules were not reached: {found}");
        }
    }
}

#[test]
fn prop_damaged_inputs_neither_panic_nor_show_a_secret() {
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default);
    let mut numbers = Numbers(number("MUTATIONS_SEED", 0x5eed));
    let originals = planted();
    for round in 0..number("MUTATIONS", 100) {
        let mut texts = originals.clone();
        for _ in 0..=numbers.below(3) {
            let name = *texts.keys().nth(numbers.below(texts.len())).unwrap();
            damage(texts.get_mut(name).unwrap(), &mut numbers);
        }
        let chosen = versions(&mut numbers);
        shows_nothing(&evidence(&texts, round % 2 == 0, chosen), &format!("round {round}"));
    }
}

/// Cuts out, doubles or overwrites a piece, without taking the secret apart: what is left of one could not be told.
fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    if bytes.is_empty() {
        return;
    }
    let pieces: [&[u8]; 12] = [b"\"", b"'", b"{", b"}", b",", b"\n", b"\\", b"\t", b"null", b"0", b"|", b"\xff\xfe"];
    let (from, length) = (numbers.below(bytes.len()), numbers.below(12));
    let to = (from + length).min(bytes.len());
    let piece = pieces[numbers.below(pieces.len())].to_vec();
    let touches = |at: usize| {
        let start = at.saturating_sub(SECRET.len());
        let end = (at + SECRET.len()).min(bytes.len());
        bytes[start..end].windows(SECRET.len()).any(|it| it == SECRET.as_bytes())
    };
    if touches(from) || touches(to) {
        return;
    }
    match numbers.below(3) {
        0 => drop(bytes.drain(from..to)),
        1 => {
            let again: Vec<u8> = bytes[from..to].to_vec();
            bytes.splice(to..to, again);
        }
        _ => drop(bytes.splice(from..to, piece)),
    }
}

#[test]
fn prop_damaged_fixtures_do_not_panic() {
    let mut numbers = Numbers(0xf1f1);
    let mut cases = Vec::new();
    for rule in folders(&root()) {
        cases.extend(folders(&rule));
    }
    for case in &cases {
        for _ in 0..4 {
            let evidence = damaged(case, &mut numbers);
            examine(&evidence);
        }
    }
}

fn damaged(case: &Path, numbers: &mut Numbers) -> Evidence {
    let names = [
        "gitlab.rb",
        "config.json",
        "mattermost.log",
        "script.sh",
        "dump.sql",
        "document.md",
        "migrations.csv",
        "gitlab-secrets.json",
    ];
    let mut texts = Texts::new();
    for name in names {
        if let Some(text) = text(case, name) {
            let mut bytes = text.into_bytes();
            damage(&mut bytes, numbers);
            texts.insert(name, bytes);
        }
    }
    let chosen = versions(numbers);
    let mut evidence = evidence(&texts, false, chosen);
    evidence.environment = environment(case);
    evidence
}
