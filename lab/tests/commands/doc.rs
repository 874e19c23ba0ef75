//! `mattermost-lab doc` from outside: status, stdout and stderr, and what it prints against its schema.

use std::fs;
use std::path::Path;

use crate::program::program;
use serde_json::{Value, json};

const WITH_ERRORS: &str = include_str!("../../../core/tests/data/page-with-errors.md");
const CORRECTED: &str = include_str!("../../../core/tests/data/page-corrected.md");

/// Runs the program on a page for JSON and checks the result against the schema.
fn doc(arguments: &[&str], page: &str, status: i32) -> Value {
    let arguments: Vec<&str> = ["doc", "-", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = program(&arguments).stdin(page).status(status).any_stdout().output();
    let result = serde_json::from_str(&output).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/doc.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&result).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{arguments:?}: {}", faults.join("\n"));
    result
}

#[test]
fn every_erratum_is_found_and_the_result_fits_its_schema() {
    let result = doc(&[], WITH_ERRORS, 1);
    assert_eq!(result["errata"], json!((1..=24).collect::<Vec<u8>>()));
    let kinds: Vec<&Value> = result["pieces"].as_array().unwrap().iter().map(|piece| &piece["kind"]).collect();
    for kind in ["section", "settings", "shell", "console", "text", "table", "row", "step", "path", "url", "statement"]
    {
        assert!(kinds.contains(&&json!(kind)), "{kind}");
    }
}

#[test]
fn a_page_with_blocks_that_the_registry_does_not_know_is_no_success_though_nothing_is_wrong() {
    let result = doc(&["--gitlab-version", "11.6"], CORRECTED, 1);
    assert_eq!(result["errata"], json!([]));
    let pieces = result["pieces"].as_array().unwrap();
    assert!(pieces.iter().all(|piece| piece["findings"] == json!([])));
    assert!(pieces.iter().any(|piece| piece["recognised"] == "new"));
}

#[test]
fn a_page_of_known_claims_that_hold_is_a_success() {
    let page = "# GitLab Mattermost\n\n## Specify numeric user and group identifiers\n\n\
                ```ruby\nmattermost['uid'] = 1234\nmattermost['gid'] = 1234\n```\n";
    let text = program(&["doc", "-"]).stdin(page).any_stdout().output();
    assert!(text.contains("     5  settings   correct "), "{text}");
    assert!(text.contains("Errata: none"), "{text}");
    doc(&[], page, 0);
}

#[test]
fn the_text_tells_piece_verdict_evidence_and_erratum() {
    let page = "## Its own server\n\n```ruby\nmattermost_external_url 'http://chat.example.com'\ngitlab_rails['enable'] = false\n\
                prometheus['enable'] = false\n```\n\n`/var/opt/gitlab/mattermost/environment`\n";
    let text = program(&["doc", "-"]).stdin(page).status(1).any_stdout().output();
    let (body, _) = text.split_once("\nOf the 14.7 page").unwrap();
    let erratum = gitlab_mattermost_core::document::errata::erratum(15).unwrap();
    assert_eq!(
        body.trim_start(),
        format!("\
its-own-server
     1  section    not checked              Its own server  [new]
        the registry does not know it
     3  settings   correct, with a caveat   mattermost_external_url \"http://chat.example.com\" (and 2 more)  [new]
        GitLab's services are not all off, so they take resources of the server [erratum 15]
          evidence: still on: alertmanager, grafana, node_exporter; and logrotate, nginx and PostgreSQL, which Mattermost needs
          {erratum}
     9  path       wrong                    /var/opt/gitlab/mattermost/environment  [new]
        `/var/opt/gitlab/mattermost/environment` is no path of the package
          evidence: /opt/gitlab/etc/mattermost/env, /var/log/gitlab/mattermost, /var/opt/gitlab/mattermost, \
/var/opt/gitlab/mattermost/client-plugins, /var/opt/gitlab/mattermost/config.json, /var/opt/gitlab/mattermost/data, \
/var/opt/gitlab/mattermost/plugins
")
    );
    let findings = program(&["doc", "-", "--findings"]).stdin(page).status(1).any_stdout().output();
    assert!(findings.contains("     3  settings") && findings.contains("     9  path"), "{findings}");
    assert!(!findings.contains("     1  section") && !findings.contains("Of the 14.7 page"), "{findings}");
}

#[test]
fn the_errata_are_listed_for_people_and_programs() {
    let text = program(&["doc", "--errata"]).output();
    assert_eq!(text.lines().filter(|line| line.starts_with("erratum ")).count(), 24);
    let list: Value = serde_json::from_str(&program(&["doc", "--errata", "--format", "json"]).output()).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 24);
    for erratum in list.as_array().unwrap() {
        assert!(text.contains(&format!("    what is true   {}\n", erratum["true"].as_str().unwrap())), "{erratum}");
    }
    program(&["doc", "--errata", "index.md"]).status(2).any_stderr().check();
    program(&["doc"]).status(2).any_stderr().check();
}

#[test]
fn what_cannot_be_read_or_is_asked_wrongly_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.md");
    fs::write(&file, b"# caf\xe9\n").unwrap();
    let name = file.to_str().unwrap();
    let error = format!("error: `{name}` is not UTF-8 text: the fault is at byte 5\n");
    program(&["doc", name]).status(2).stderr(&error).check();
    program(&["doc", "/such/page.md"]).status(2).any_stderr().check();
    program(&["doc", "-", "--gitlab-version", "19.0"]).status(2).any_stderr().check();
    let large = "a".repeat((2 << 20) + 1);
    let error = "error: the page has 2097153 bytes; pages of more than 2097152 are not read\n";
    program(&["doc", "-"]).stdin(&large).status(2).stderr(error).check();
}

#[test]
fn what_only_a_running_system_can_show_is_judged_by_what_its_scenarios_show() {
    let page = "## Email Notifications\n\n### Email batching\n\nUsers control how often they are written to.\n";
    let statement = |result: &Value| {
        let pieces = result["pieces"].as_array().unwrap();
        pieces.iter().find(|piece| piece["kind"] == "statement").unwrap()["verdict"].clone()
    };
    assert_eq!(statement(&doc(&[], page, 0)), "in_the_lab");
    let arguments = ["doc", "-", "--run", "--format", "json"];
    let output = program(&arguments).stdin(page).any_stdout().any_stderr().output();
    assert_eq!(statement(&serde_json::from_str(&output).unwrap()), "holds", "{output}");
}

#[test]
fn the_scenarios_of_a_page_are_played_and_their_verdicts_joined() {
    let page = "## Specify numeric user and group identifiers\n\n\
                ```ruby\nmattermost['uid'] = 1234\nmattermost['gid'] = 1234\n```\n";
    let arguments = ["doc", "-", "--run", "--format", "json"];
    let output = program(&arguments).stdin(page).any_stdout().any_stderr().output();
    let result: Value = serde_json::from_str(&output).unwrap();
    let played = result["played"].as_object().unwrap();
    assert!(played.len() >= 5 && played.keys().all(|id| id.starts_with("06_numeric_ids")), "{played:?}");
    // Where no container engine runs, the scenarios on a host are skipped, unless containers are demanded.
    let may_skip = std::env::var_os("LAB_REQUIRE_CONTAINERS").is_none();
    let (on_a_host, others): (Vec<_>, Vec<_>) = played.iter().partition(|(id, _)| id.contains("_on_a_host/"));
    assert!(others.iter().all(|(_, it)| it["outcome"] == "passed"), "{played:?}");
    let pieces = result["pieces"].as_array().unwrap();
    assert!(pieces.iter().all(|piece| piece["verdict"] != "wrong"), "{pieces:?}");
    assert!(
        on_a_host.iter().all(|(_, it)| it["outcome"] == "passed" || (may_skip && it["outcome"] == "skipped")),
        "{played:?}"
    );
}
