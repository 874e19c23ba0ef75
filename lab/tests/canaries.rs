//! A canary, a secret of its own, in every input of every command: whatever is printed, in whatever form, none of them is in
//! it, while names and places are. And a text that a terminal would take for orders: it is written out wherever it is shown,
//! and JSON has it as it was.
//!
//! Commands and forms are those that the program's own help lists, so one that is new fails until it is here.

mod call;
mod files;
mod standing;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use call::{Call, listed};
use files::{Files, TURNED, canary};
use standing::Standing;

use crate::backup::installation::{self, Installation};
use crate::backup::server::Server;

/// Commands that are given nothing which could be secret.
const WITHOUT_INPUT: [(&str, &[&str]); 14] = [
    ("completions", &["bash"]),
    ("doctor", &["--list-rules"]),
    ("man", &["{folder}/man"]),
    ("prepare", &["--check"]),
    ("provider profiles", &[]),
    ("provider profiles", &["keycloak"]),
    ("provider needs", &[]),
    ("schema", &[]),
    ("steps", &[]),
    ("sweep", &[]),
    ("vectors export", &["{folder}/vectors", "--format", "pretty"]),
    ("vectors export", &["{folder}/vectors", "--format", "json"]),
    ("vectors lint", &["{folder}/vectors", "--format", "pretty"]),
    ("vectors lint", &["{folder}/vectors", "--format", "json"]),
];

#[test]
fn no_secret_of_any_input_is_in_any_output_and_names_and_places_are() {
    let server = Server::start();
    let folder = server.folder("canaries");
    let it = Installation::new(&server, "mattermost", &folder, 2);
    let files = Files::write(&folder, &it);
    let of_files = [of_settings(&files), of_damage(&files), of_release(&files)].concat();
    let mut calls = [of_database(&files, &it), of_backups(&files, &it, &folder)].concat();
    let standing = Standing::start(&files);
    calls.extend(standing.calls(&files));
    for (words, more) in WITHOUT_INPUT {
        let more: Vec<String> =
            more.iter().map(|word| word.replace("{folder}", &folder.display().to_string())).collect();
        let (more, form) = match more.iter().position(|word| word == "--format") {
            Some(at) => (&more[..at], more[at + 1].as_str()),
            None => (&more[..], ""),
        };
        calls.push(Call::of(words).with(more).format(form));
    }
    let all = || of_files.iter().chain(&calls);
    let known: BTreeSet<(String, String)> = all().map(Call::kind).chain(standing.kinds()).collect();
    let missing: Vec<_> = listed().difference(&known).cloned().collect();
    assert!(missing.is_empty(), "these commands and forms are not tried: {missing:?}");
    // In each of the two one call may need what the one before it has made.
    let mut faults: Vec<String> = std::thread::scope(|scope| {
        let beside = scope.spawn(|| of_files.iter().filter_map(Call::fault).collect::<Vec<_>>());
        let faults: Vec<String> = calls.iter().filter_map(Call::fault).collect();
        [faults, beside.join().unwrap()].concat()
    });
    faults.extend(standing.faults(&files));
    assert!(faults.is_empty(), "{} of {} calls:\n{}", faults.len(), all().count(), faults.join("\n"));
}

/// A release that says things of itself, in whose settings there are secrets.
fn of_release(files: &Files) -> Vec<Call> {
    let release = format!("dir:{}", files.path("release"));
    let table = files.path("learned.json");
    let told = ["TideSettings.TideToken", "EmailSettings.SMTPServer", "tide"];
    let learn = || Call::of("learn").with(&[&release]).shows(&told);
    vec![learn(), learn().with(&["--output", &table])]
}

/// Commands that read settings, whole ones.
fn of_settings(files: &Files) -> Vec<Call> {
    let rb = files.path("gitlab.rb");
    let mut calls = Vec::new();
    let told = ["--env-var", &format!("TOLD={}", canary("envvar")), "--env-file", &files.path("environment")]
        .map(str::to_owned);
    for format in ["json", "dotenv"] {
        calls.push(Call::of("env").with(&[&rb]).with(&told).format(format).gives_settings());
    }
    calls.push(
        Call::of("env")
            .with(&[&rb])
            .with(&told)
            .format(&format!("dir:{}", files.path("new-env")))
            .shows(&["gitlab.rb:4"]),
    );
    calls.push(
        Call::of("env")
            .with(&[&rb])
            .with(&told)
            .format("deployment")
            .shows(&["MM_EMAILSETTINGS_SMTPPASSWORD", "db.example.com"]),
    );
    let explained = ["MM_EMAILSETTINGS_SMTPPASSWORD", "MM_PLUGINSETTINGS_PLUGINS", "hooks.example.com", "gitlab.rb:"];
    calls.push(Call::of("env").with(&[&rb, "--explain"]).with(&told).shows(&explained).turned());
    calls.push(Call::of("env").with(&[&rb, "--explain"]).with(&told).format("json").shows(&explained[..3]).turned());
    for format in ["json", "ruby", "dotenv"] {
        let call = Call::of("translate").with(&[&files.path("old.rb")]).format(format).gives_settings();
        // What is left out is told on stderr where stdout is for programs.
        calls.push(call.turned());
    }
    let all = files.of_an_installation();
    for format in ["text", "markdown", "json"] {
        for more in [&["--from", "14.7", "--to", "15.11"][..], &["--from", "18.0"], &["--from", "18.0", "--brief"]] {
            if format != "text" && more.contains(&"--brief") {
                continue;
            }
            let named: Vec<String> = all.iter().filter(|word| !word.starts_with("--env-dir")).cloned().collect();
            calls.push(
                Call::of("upgrade")
                    .with(more)
                    .with(&files.without_env(&named))
                    .with(&told[..2])
                    .format(format)
                    .shows(&["package"]),
            );
        }
    }
    for format in ["pretty", "markdown", "json", "junit"] {
        let more = ["--log", "--dump", "--backup-dir", "--migrations", "--script", "--document"];
        let more = more.iter().flat_map(|flag| [(*flag).to_owned(), files.path(flag.trim_start_matches("--"))]);
        let more: Vec<String> = more.collect();
        let call = Call::of("doctor").with(&all).with(&more).with(&told).format(format).shows(&["P0", "gitlab.rb"]);
        // Names that have more than letters are not shown to people.
        calls.push(if ["json", "markdown"].contains(&format) { call.turned() } else { call });
    }
    let key = ["--fingerprint-key-file".to_owned(), files.path("fingerprint.key")];
    for format in ["json", "pretty"] {
        let named = ["--config-json", &files.path("config.json"), "--env-dir", &files.path("env")].map(str::to_owned);
        let version = ["--mattermost-version", "5.36.1"];
        calls.push(Call::of("inventory").with(&named).with(&version).with(&key).format(format).shows(&["settings"]));
        let named = ["--gitlab-rb", &rb, "--secrets", &files.path("gitlab-secrets.json")].map(str::to_owned);
        calls.push(Call::of("inventory").with(&named).with(&["--gitlab-version", "14.7"]).with(&told).format(format));
    }
    for format in ["pretty", "json"] {
        calls.push(Call::of("doc").with(&[&files.path("document")]).format(format).shows(&["GitLab"]).turned());
        let url = format!("url:postgres://mm:{}@db.example.com/lab", canary("postgresflag"));
        let address = format!("url:http://root:{}@gitlab.example.com", canary("gitlabflag"));
        let client = format!("mm:{}", canary("clientflag"));
        let user = format!("alice:{}", canary("userflag"));
        let flags = ["--postgres", &url, "--gitlab-client", &client, "--gitlab-user", &user];
        calls.push(Call::of("list").with(&flags).format(format).shows(&["db.example.com", "mm"]));
        calls.push(Call::of("list").with(&["--gitlab", &address]).format(format).shows(&["gitlab.example.com"]));
        calls.push(Call::of("list").env("LAB_POSTGRES", &url).format(format).shows(&["db.example.com"]));
        calls.push(
            Call::of("list")
                .with(&["--config", &files.path("lab.toml")])
                .format(format)
                .shows(&["config.example.com"])
                .turned(),
        );
        calls.push(
            Call::of("list").with(&["--gitlab", &files.path("provider.toml")]).format(format).shows(&["provider"]),
        );
        calls.push(Call::of("prepare").with(&["--check", "--postgres", &url]).format(format));
        calls.push(
            Call::of("provider needs").with(&[&files.path("provider.toml")]).format(format).shows(&["two-users"]),
        );
    }
    calls.push(Call::of("answer").with(&["translator"]).stdin(&files.questions("translator")).gives_settings());
    calls.push(Call::of("answer").with(&["planner"]).stdin(&files.questions("planner")).shows(&["14.7"]));
    calls.push(
        Call::of("answer").with(&["translator"]).stdin(&format!("{}\n", canary("noquestion"))).shows(&["line 1"]),
    );
    calls
}

/// Damaged inputs: what is said of the damage repeats no secret.
fn of_damage(files: &Files) -> Vec<Call> {
    let mut calls = Vec::new();
    let [turned_rb, turned_json] = ["rb", "json"].map(|ending| format!("{TURNED}.{ending}"));
    let turned = |words: &[&str], name: &str| Call::of(words[0]).with(&words[1..]).with(&[&files.path(name)]).turned();
    for words in [&["env"][..], &["translate"], &["upgrade", "--from", "14.7", "--gitlab-rb"], &["up", "--gitlab-rb"]] {
        calls.push(turned(words, &turned_rb));
    }
    for words in [
        &["doctor", "--config-json"][..],
        &["report diff", TURNED],
        &["report merge"],
        &["report matrix"],
        &["replay"],
        &["run", "--expectations"],
        &["serve gitlab", "--seed"],
        &["list", "--config"],
        &["provider needs"],
        &["verify"],
    ] {
        calls.push(turned(words, &turned_json));
    }
    for name in ["broken.rb", "broken-value.rb", "raised.rb"] {
        let file = files.path(name);
        for words in
            [&["env"][..], &["translate"], &["doctor", "--gitlab-rb"], &["upgrade", "--from", "14.7", "--gitlab-rb"]]
        {
            calls.push(Call::of(words[0]).with(&words[1..]).with(&[&file]).shows(&[name]));
        }
    }
    for (flag, name) in [
        ("--config-json", "broken.json"),
        ("--secrets", "broken.json"),
        ("--node-json", "broken.json"),
        ("--env-dir", "gitlab.rb"),
        ("--env-file", "broken.json"),
    ] {
        let rb = files.path("gitlab.rb");
        calls.push(Call::of("doctor").with(&["--gitlab-rb", &rb, flag, &files.path(name)]).shows(&[name]));
    }
    for name in ["refused.sql", "rows.sql", "role.sql"] {
        calls.push(Call::of("doctor").with(&["--dump", &files.path(name)]));
        calls.push(Call::of("verify").with(&["--dump", &files.path(name)]).shows(&["line "]));
    }
    for (words, name) in [
        (&["list", "--config"][..], "broken.toml"),
        (&["list", "--config"], "odd.toml"),
        (&["list", "--config"], "address.toml"),
        (&["run", "--gitlab"], "broken.toml"),
        (&["run", "--gitlab"], "odd-provider.toml"),
        (&["env", "gitlab.rb", "--secrets"], "odd-secrets.json"),
        (&["provider needs"], "odd-provider.toml"),
        (&["provider needs"], "broken.toml"),
        (&["run", "--expectations"], "broken.toml"),
        (&["run", "--gitlab", "url:http://127.0.0.1:1", "--gitlab-seed"], "odd-seed.json"),
        (&["run", "--gitlab", "url:http://127.0.0.1:1", "--gitlab-seed"], "broken.json"),
        (&["serve gitlab", "--seed"], "odd-seed.json"),
        (&["serve gitlab", "--seed"], "broken.json"),
        (&["report diff", "broken.json"], "broken.json"),
        (&["report merge"], "odd.jsonl"),
        (&["report matrix"], "broken.json"),
        (&["report durations"], "odd.jsonl"),
        (&["replay"], "broken.json"),
        (&["inventory diff", "broken.json"], "broken.json"),
        (&["vectors lint"], "damaged-vectors"),
        (&["up", "--gitlab-rb"], "broken.rb"),
    ] {
        let more: Vec<String> =
            words[1..]
                .iter()
                .map(|word| {
                    if word.ends_with(".json") || word.ends_with(".rb") { files.path(word) } else { (*word).to_owned() }
                })
                .collect();
        calls.push(Call::of(words[0]).with(&more).with(&[&files.path(name)]).fails());
    }
    let address = |host: &str, secret: &str| format!("postgres://mm:{}@{host}:port/mattermost", canary(secret));
    for (words, variable) in [("doctor", "LAB_DATABASE"), ("inventory", "LAB_DATABASE")] {
        let address = address("db.example.com", words);
        calls.push(Call::of(words).with(&["--database", &address]).shows(&["db.example.com"]).fails());
        calls.push(Call::of(words).env(variable, &address).shows(&["db.example.com"]).fails());
    }
    for words in ["run", "up", "prepare", "list"] {
        let address = format!("url:{}", address("db.example.com", words));
        calls.push(Call::of(words).with(&["--postgres", &address]).fails());
        calls.push(Call::of(words).env("LAB_POSTGRES", &address).fails());
    }
    for words in ["trace --mattermost", "provider init", "replay --gitlab"] {
        let url = format!("http://root:{}@127.0.0.1:1/", canary("url"));
        let (command, flag) = words.split_once(" --").map_or((words, None), |(command, flag)| (command, Some(flag)));
        let flag = flag.map(|flag| format!("--{flag}"));
        let call = Call::of(command).with(&flag.into_iter().collect::<Vec<_>>()).with(&[&url]);
        calls.push(if command == "replay" { call.with(&[&files.path("transcript.json")]) } else { call }.fails());
    }
    calls
}

/// Commands that look into a database.
fn of_database(files: &Files, it: &Installation<'_>) -> Vec<Call> {
    let source = it.server.data_source(installation::ROLE, &it.database);
    let mut calls = Vec::new();
    for format in ["json", "pretty"] {
        let data = it.home.join("data").display().to_string();
        let plugins = it.home.join("plugins").display().to_string();
        let call = Call::of("inventory").with(&["--database", &source, "--data-dir", &data, "--plugins-dir", &plugins]);
        calls.push(call.format(format).shows(&["incomingwebhooks", "users"]).turned());
    }
    for format in ["pretty", "markdown", "json", "junit"] {
        calls.push(Call::of("doctor").env("LAB_DATABASE", &source).format(format));
    }
    let take = |name: &str, more: &[&str]| {
        let mut call =
            Call::of("inventory").with(&["--database", &source, "--mattermost-version", "5.36.1"]).with(more);
        fs::write(files.path(name), call.output().1).unwrap();
    };
    take("before.json", &["--config-json", &files.path("config.json")]);
    it.sql(&format!("DELETE FROM sessions; INSERT INTO \"{TURNED}\" VALUES (1)"));
    take("after.json", &["--env-dir", &files.path("env")]);
    for format in ["pretty", "json"] {
        let call = Call::of("inventory diff").with(&[&files.path("before.json"), &files.path("after.json")]);
        calls.push(call.format(format).shows(&["sessions"]).turned());
    }
    let wrong = format!("{source} password={}", canary("wrongpassword")).replace("dbname=mattermost", "dbname=gone");
    calls.push(Call::of("inventory").with(&["--database", &wrong]).shows(&["gone"]).fails());
    calls.push(Call::of("doctor").with(&["--database", &wrong]).fails());
    calls
}

/// Commands around backups; each call is ready to be made again.
fn of_backups(files: &Files, it: &Installation<'_>, folder: &Path) -> Vec<Call> {
    let given = |call: Call| {
        call.with(&["--home", it.home.to_str().unwrap()])
            .env("MATTERMOST_LAB_DATA_SOURCE", &it.server.data_source(installation::ROLE, &it.database))
            .env("MATTERMOST_LAB_ADMIN_DATA_SOURCE", &it.server.data_source("gitlab-psql", "postgres"))
            .env("MATTERMOST_LAB_STATE_DIR", it.state_folder().to_str().unwrap())
    };
    let settings = [
        "--env-dir".to_owned(),
        files.path("env"),
        "--gitlab-rb".to_owned(),
        files.path("gitlab.rb"),
        "--secrets-file".to_owned(),
        files.path("gitlab-secrets.json"),
    ];
    // Something that is left out, and told of.
    nix::unistd::mkfifo(&it.home.join("data").join(TURNED), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut first = given(Call::of("backup"))
        .with(&["--to", folder.join("backups").to_str().unwrap(), "--secrets"])
        .with(&settings);
    let (_, stdout, _) = first.output();
    let set = stdout.lines().next().unwrap().to_owned();
    let mut calls = Vec::new();
    for format in ["text", "json"] {
        let to = folder.join(format!("backups-{format}")).display().to_string();
        let backup = || given(Call::of("backup")).with(&["--to", &to, "--secrets"]).with(&settings).format(format);
        calls.push(backup().shows(&["mattermost_backup_"]).turned());
        calls.push(backup().with(&["--dry-run"]).shows(&["pg_dump"]));
        calls.push(given(Call::of("verify")).with(&[&set, "--trial-restore"]).format(format).shows(&["row-counts"]));
        let restore =
            || given(Call::of("restore")).with(&[&set, "--settings", "--secrets"]).with(&settings).format(format);
        calls.push(restore().with(&["--dry-run"]).shows(&["psql"]));
        calls.push(restore().with(&["--drop-old"]));
    }
    let source = format!("postgres://mm:{}@127.0.0.1:1/mattermost", canary("unreachable"));
    let to = folder.join("unreachable").display().to_string();
    let unreachable = given(Call::of("backup")).with(&["--to", &to]).env("MATTERMOST_LAB_DATA_SOURCE", &source);
    calls.push(unreachable.fails());
    for words in ["backup --to /nowhere", "restore /nowhere", "verify /nowhere --trial-restore"] {
        let mut words = words.split(' ');
        let call = Call::of(words.next().unwrap()).with(&words.collect::<Vec<_>>());
        let source = format!("postgres://mm:{}@db.example.com:port/mattermost", canary("source"));
        calls.push(call.env("MATTERMOST_LAB_DATA_SOURCE", &source).fails());
    }
    calls
}
