//! `mattermost-lab provider`.

use std::path::Path;

use gitlab_mattermost_stage::provider::{PROFILES, Provider};
use serde_json::Value;

use crate::program::program;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn is_described(text: &str) -> bool {
    let table: toml::Table = text.parse().unwrap();
    jsonschema::validate(&schema("provider"), &serde_json::to_value(table).unwrap()).is_ok()
}

#[test]
fn every_profile_fits_the_schema_and_is_printed() {
    for profile in PROFILES {
        assert!(is_described(profile.lines), "{}", profile.name);
        program(&["provider", "profiles", profile.name]).stdout(profile.lines).check();
    }
    program(&["provider", "profiles", "kecloak"]).status(2).stderr_has("no profile is called `kecloak`").check();
}

#[test]
fn the_page_about_providers_shows_a_description() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/providers.md")).unwrap();
    let (_, block) = page.split_once("```toml\n").unwrap();
    assert!(is_described(block.split_once("```").unwrap().0));
    assert!(!is_described("bas = 'x'"));
}

#[test]
fn needs_fit_their_schema_with_and_without_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("provider.toml");
    std::fs::write(&file, "profile = 'keycloak'\nbase = 'http://127.0.0.1:1/realms/r'\n").unwrap();
    let needs = |more: &[&str]| -> Value {
        let arguments = [&["provider", "needs", "--format", "json"], more].concat();
        let printed = serde_json::from_str(&program(&arguments).output()).unwrap();
        jsonschema::validate(&schema("provider-needs"), &printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
        printed
    };
    assert_eq!(needs(&[])["abilities"][0]["missing"], Value::Null);
    let missing = needs(&[file.to_str().unwrap()])["abilities"][0]["missing"].as_str().unwrap().to_owned();
    assert!(missing.starts_with("no client is described"), "{missing}");
}

#[test]
fn init_describes_what_it_sees() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let gitlab = runtime.block_on(gitlab_double::GitLab::start());
    let printed = program(&["provider", "init", gitlab.url(), "--client-id", "mm"]).any_stderr().output();
    assert!(is_described(&printed), "{printed}");
    assert!(printed.contains("profile = \"gitlab\"") && printed.contains("id = \"mm\""), "{printed}");
    let given = printed.replace("secret-env = \"PROVIDER_CLIENT_SECRET\"", "secret = \"s\"");
    let given = given.replace("password-env = \"PROVIDER_USER_PASSWORD\"", "password = \"p\"");
    let provider = Provider::parse("provider.toml", Path::new(""), &given).unwrap();
    assert_eq!(provider.mattermost_site().as_deref(), Some("http://mattermost.example.com"));
}

#[test]
fn init_says_who_does_not_answer() {
    program(&["provider", "init", "http://127.0.0.1:1"])
        .status(3)
        .stderr_has("`http://127.0.0.1:1/` does not answer")
        .check();
}

#[test]
fn a_description_that_cannot_be_used_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("provider.toml");
    for (text, words) in [
        ("base = 'ftp://x'", "`base` must be a URL by http or https"),
        ("base = 'http://x'", "names neither all of `authorize`, `token` and `user` nor `discovery`"),
        ("profile = 'gitlab'\nbase = 'http://x'\nlacks = ['luck']", "`lacks` lists `luck`, which is no ability"),
        ("profile = 'gitlab'\nbase = 'http://x'\n[client]\nid = 'a'", "the client has no `secret`"),
        (
            "profile = 'gitlab'\nbase = 'http://x'\n[client]\nid = 'a'\nsecret-env = 'NO_SUCH_VARIABLE_HERE'",
            "which is not set",
        ),
        ("profile = 'gitlab'\nbase = 'http://x'\nca = 'none.pem'", "cannot read the provider's authority"),
    ] {
        std::fs::write(&file, text).unwrap();
        program(&["provider", "needs", file.to_str().unwrap()]).status(2).stderr_has(words).check();
    }
}

#[test]
fn secrets_of_the_short_way_are_not_shown() {
    let arguments =
        ["list", "--only", "00_command_line", "--gitlab", "url:http://127.0.0.1:1", "--gitlab-client", "mm:hush"];
    let listed = program(&[&arguments[..], &["--gitlab-user", "alice:hush"]].concat()).output();
    assert!(listed.contains("mm:@-") && listed.contains("alice:@-") && !listed.contains("hush"), "{listed}");
}
