//! How fast logs and dumps are looked through, and how long all rules take.
//!
//! Wanted: a log of 2 GB in less than ten seconds; all rules over everything an installation has in less than 100 ms.
//!
//! `cargo bench -p gitlab-mattermost-core --bench diagnosis`

use std::fmt::Write as _;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use gitlab_mattermost_core::diagnosis::{DumpReader, Evidence, LogReader, TextFile, examine};
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
use gitlab_mattermost_core::installation::{JsonFile, SettingsFile, Versions};
use gitlab_mattermost_core::version::Version;

const MEGABYTES: usize = 16;

fn main() {
    divan::main();
}

/// Lines as a busy server writes them; one in `every` shows a problem.
fn log(every: usize) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < MEGABYTES << 20 {
        let message = if number % every == 1 { "Invalid state" } else { "Received HTTP request" };
        let _ = writeln!(
            text,
            "{{\"level\":\"error\",\"ts\":1624000000.{number},\"caller\":\"web/handlers.go:106\",\"msg\":\"{message}\",\
             \"method\":\"GET\",\"url\":\"/api/v4/users/me\",\"request_id\":\"hq3f5g7w9bnt8kdj1xyz{number}\",\"status_code\":\"200\"}}"
        );
        number += 1;
    }
    text
}

fn posts() -> String {
    let mut text = "COPY public.posts (id, createat, message, props) FROM stdin;\n".to_owned();
    let mut number = 0;
    while text.len() < MEGABYTES << 20 {
        let _ = writeln!(
            text,
            "post{number:022}\t1624000000000\tA message of an ordinary length, as people write them.\t{{\"from_webhook\": \"true\"}}"
        );
        number += 1;
    }
    text + "\\.\n"
}

#[divan::bench(args = [usize::MAX, 100, 2])]
fn a_log_by_lines_between_hits(bencher: Bencher<'_, '_>, every: usize) {
    let text = log(every);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let mut reader = LogReader::new("mattermost.log");
        black_box(&text).as_bytes().split(|byte| *byte == b'\n').for_each(|line| reader.line(line));
        reader.finish()
    });
}

#[divan::bench]
fn posts_of_a_dump(bencher: Bencher<'_, '_>) {
    let text = posts();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let mut reader = DumpReader::new("dump.sql");
        reader.piece(black_box(&text).as_bytes());
        reader.finish()
    });
}

#[divan::bench]
fn every_rule(bencher: Bencher<'_, '_>) {
    let text = "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://mattermost.example.com'\n\
                mattermost['env'] = { 'MM_EMAILSETTINGS_BATCHINGINTERVAL' => '30' }\n";
    let config = r#"{"ServiceSettings": {"SitURL": "x"}, "EmailSettings": {"EmailBatchingInterval": 10}}"#;
    bencher.bench(|| {
        let settings = read(text, &ReadOptions::default()).unwrap_or_default();
        let evidence = Evidence {
            installed: Versions { gitlab: Some(Version::new(14, 7, 0)), mattermost: None },
            target: Versions { gitlab: Some(Version::new(18, 11, 0)), mattermost: None },
            gitlab_rb: Some(SettingsFile { name: "gitlab.rb".to_owned(), text: text.to_owned(), settings }),
            config_json: serde_json::from_str(config).ok().map(|json| JsonFile {
                name: "config.json".to_owned(),
                text: config.to_owned(),
                json,
            }),
            script: Some(TextFile { name: "s".to_owned(), text: "mattermost user list".to_owned() }),
            ..Evidence::default()
        };
        examine(&evidence)
    });
}
