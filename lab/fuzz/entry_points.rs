//! The ways by which data of strangers comes in. Each takes any bytes, and must neither panic nor hang nor break the promise
//! that it names.
//!
//! Two use them: libFuzzer (`fuzz_targets`, `ci/fuzz`) and a test on the stable compiler (`lab/tests/fuzz.rs`).

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a target of libFuzzer uses one of them, and panics to tell"
)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gitlab_mattermost_core::backup::{DumpFilter, DumpScanner, DumpSummary, Policy};
use gitlab_mattermost_core::diagnosis::LogReader;
use gitlab_mattermost_core::document;
use gitlab_mattermost_core::gitlab::{Provider, ProviderSettings, Seed, SeedApplication};
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read, source_text};
use gitlab_mattermost_core::http::{Request, Response};
use gitlab_mattermost_core::masking::shown_text;
use gitlab_mattermost_core::mattermost::{ShownRelease, commands_in_help, learned, lessons};
use gitlab_mattermost_core::omnibus::{DeriveOptions, derive};
use gitlab_mattermost_core::random::TokenSource;
use gitlab_mattermost_core::time::UnixTime;
use gitlab_mattermost_core::version::Version;
use mattermost_admin::backup::{BackupSet, Progress, verify};
use mattermost_admin::read_only_database::Address;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The release that settings and pages are read as.
const RELEASE: Version = Version::new(14, 7, 0);
/// Where Mattermost is.
const SITE: &str = "http://mattermost.example.com";
/// Where GitLab is.
const GITLAB: &str = "http://gitlab.example.com";

/// An entry point: it takes any bytes.
pub type EntryPoint = fn(&[u8]);

/// Every entry point, by the name of its folder of inputs.
pub const ALL: [(&str, EntryPoint); 8] = [
    ("address", address),
    ("archive", archive),
    ("dump", dump),
    ("form", form),
    ("gitlab_rb", gitlab_rb),
    ("log", log),
    ("markdown", markdown),
    ("release", release),
];

/// A dump: the same is found wherever the pieces are cut, and what passes to psql is, read again, nothing but a dump.
pub fn dump(data: &[u8]) {
    let whole = scanned(data, data.len());
    for size in [1, 7, data.len() / 2] {
        assert_eq!(scanned(data, size), whole, "in pieces of {size} bytes");
    }
    let policy = Policy { settings: ["search_path", "row_security"].map(str::to_owned).into(), ..Policy::default() };
    let mut told = Vec::new();
    let mut filter = DumpFilter::new(&whole, policy, false, |part: &[u8]| told.extend_from_slice(part));
    let passed = filter.pass(data).is_ok() && filter.finish().is_ok();
    if passed {
        let again = scanned(&told, told.len());
        assert!(again.refusals.is_empty(), "{:?}\n{}", again.refusals, String::from_utf8_lossy(&told));
    }
}

fn scanned(data: &[u8], size: usize) -> DumpSummary {
    let mut scanner = DumpScanner::default();
    data.chunks(size.max(1)).for_each(|piece| scanner.scan(piece, drop));
    scanner.finish()
}

/// A dump that every archive is checked with.
const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\n--\n-- PostgreSQL database dump complete\n--\n";

/// A folder in memory, if there is a place for it.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder = place.join(format!("mattermost-lab-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("dump.sql"), DUMP).unwrap();
    folder
});

/// Removes what entry points wrote.
pub fn clean_up() {
    std::fs::remove_dir_all(&*FOLDER).unwrap();
}

/// An archive of users' files, packed or not: it is read to its end or refused, and nothing is written beside it.
pub fn archive(data: &[u8]) {
    let (dump, file) = (FOLDER.join("dump.sql"), FOLDER.join("archive.tar"));
    std::fs::write(&file, data).unwrap();
    if let Ok(set) = BackupSet::of_files(&dump, &[file]) {
        let _ = verify(&set, &Progress::new(false));
    }
    assert_eq!(std::fs::read_dir(&*FOLDER).unwrap().count(), 2, "something was unpacked");
}

/// A settings file: what cannot be read has an error that says so.
pub fn gitlab_rb(data: &[u8]) {
    let Ok(text) = source_text(data.to_vec()) else { return };
    match read(text.as_str(), &ReadOptions::default()) {
        Ok(settings) => drop(derive(&settings, &DeriveOptions::of(RELEASE))),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A page of instructions.
pub fn markdown(data: &[u8]) {
    if let Ok(document) = document::read(&String::from_utf8_lossy(data)) {
        drop(document::examine(&document, document::Options { gitlab_version: RELEASE }));
    }
}

/// A log: every line is counted.
pub fn log(data: &[u8]) {
    let mut reader = LogReader::new("log");
    let lines: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    lines.iter().for_each(|line| reader.line(line));
    assert_eq!(reader.finish().lines, lines.len() as u64);
}

/// The settings that a release ships and the help of its program: what is learned of them is a table of settings.
pub fn release(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let commands = commands_in_help(&text);
    let config = serde_json::from_str(&text).unwrap_or_default();
    let version = Version::new(6, 8, 0);
    let table = learned(&lessons(&ShownRelease { version, config, commands }));
    let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&table).unwrap();
    assert!(rows.iter().all(|row| row.contains_key("path") && row.contains_key("type")));
}

/// Randomness that is not random, so that every run is alike.
struct Ones;

impl TokenSource for Ones {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

fn provider() -> Provider {
    let application = format!(
        r#"{{"name": "chat", "client_id": "id", "client_secret": "secret", "redirect_uris": ["{SITE}/signup/gitlab/complete"]}}"#
    );
    let application: SeedApplication = serde_json::from_str(&application).unwrap();
    let seed = Seed { applications: vec![application], ..Seed::default() };
    let settings = ProviderSettings { external_url: Some(GITLAB.to_owned()), ..ProviderSettings::default() };
    Provider::new(settings, seed, UnixTime::default(), &mut Ones).unwrap()
}

fn ask(provider: &mut Provider, request: Request) -> Response {
    let request = Request { scheme: "http".to_owned(), host: "gitlab.example.com".to_owned(), ..request };
    let response = provider.handle(&request, UnixTime::default(), &mut Ones);
    assert!(response.status < 500, "{request:?}");
    for (name, value) in &response.headers.0 {
        assert!(!value.contains(['\r', '\n']) && !name.contains(['\r', '\n', ':']), "{name}: {value:?}");
    }
    response
}

/// A body of a form or of JSON, after a line with its type: it is answered or refused, and breaks out of no header.
pub fn form(data: &[u8]) {
    let line = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let kind = String::from_utf8_lossy(&data[..line]).into_owned();
    let body = data.get(line + 1..).unwrap_or_default();
    let mut provider = provider();
    for path in ["/oauth/token", "/oauth/authorize", "/users/sign_in", "/oauth/applications", "/api/v4/applications"] {
        let mut request =
            Request { method: "POST".to_owned(), path: path.to_owned(), body: body.to_vec(), ..Request::default() };
        request.headers.push("Content-Type", kind.clone());
        ask(&mut provider, request);
    }
}

/// An address: what is shown of it stays what it is when it is shown again; GitLab sends nobody there who is not
/// registered; an address of a database is read or refused.
pub fn address(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let shown = shown_text(&text);
    assert_eq!(shown_text(&shown), shown, "of {text:?}");
    drop(text.parse::<Address>());
    let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
    let mut provider = provider();
    let cookie = provider.sign_in_as("alice", UnixTime::default(), &mut Ones).unwrap();
    let mut request = Request {
        method: "GET".to_owned(),
        path: "/oauth/authorize".to_owned(),
        query: format!("client_id=id&response_type=code&state=s&redirect_uri={encoded}"),
        ..Request::default()
    };
    request.headers.push("Cookie", format!("{}={cookie}", gitlab_mattermost_core::gitlab::SESSION_COOKIE));
    let response = ask(&mut provider, request);
    if let Some(place) = response.headers.get("location") {
        let known = [format!("{SITE}/signup/gitlab/complete"), format!("{GITLAB}/")];
        assert!(known.iter().any(|known| place.starts_with(known)), "{text:?} leads to {place:?}");
    }
    let mut settings = String::from("external_url '");
    settings.extend(text.chars().flat_map(|c| ['\'', '\\'].contains(&c).then_some('\\').into_iter().chain([c])));
    settings.push_str("'\nmattermost_external_url 'http://mattermost.example.com'\n");
    gitlab_rb(settings.as_bytes());
}
