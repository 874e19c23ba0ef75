//! The example adapters are right, and adapters that are wrong are found out with the smallest settings file that shows
//! it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use gitlab_mattermost_lab::property::{Found, PropertyError, Search, any_settings_are_translated};
use gitlab_mattermost_lab::subject::program::{Asked, Program};
use gitlab_mattermost_lab::subject::translator::{TRANSLATE, TRANSLATOR};
use serde_json::{Map, Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Each setting of GitLab 10.8 with what becomes of it, and the keys that only the document has.
fn table() -> String {
    let settings: Vec<Map<String, Value>> =
        serde_json::from_str(include_str!("../../core/data/legacy-settings.json")).unwrap();
    let mut rows: Vec<Value> = settings.into_iter().map(row).collect();
    let of_document = ["ratelimit_enable_ratelimiter", "webrtc_gateway_turn_sharedkey"];
    rows.extend(of_document.map(|key| json!({ "key": key, "kind": "unknown", "difference": difference(key) })));
    let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

fn row(setting: Map<String, Value>) -> Value {
    let key = setting["key"].as_str().unwrap();
    let of_package = setting.get("kind").is_some_and(|kind| kind == "omnibus");
    let kept = of_package || setting.get("kept").is_some_and(|kept| kept == true);
    let part = |name: &str| setting.get(name).cloned().unwrap_or_default();
    json!({
        "key": key, "kept": kept, "type": part("type"), "form": part("form"), "variable": part("variable"),
        "difference": difference(key),
    })
}

/// What the document gets wrong about a key.
fn difference(key: &str) -> Value {
    let question = Map::from_iter([("gitlab_rb".to_owned(), json!(format!("mattermost['{key}'] = []\n")))]);
    let answer = (TRANSLATOR.builtin)(TRANSLATE, question).unwrap();
    answer["differences"].get(0).cloned().unwrap_or_default()
}

#[test]
fn the_table_of_the_examples_is_what_the_program_knows() {
    let path = root().join("examples/translation-table.json");
    let table = table();
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(found == table, "outdated; write it anew: UPDATE_EXAMPLES=1 cargo test --test examples the_table");
}

/// Looks for a counterexample to a translator.
fn search(command: &str, limit: Duration, questions: u32) -> Result<Option<Found>, PropertyError> {
    let asked = Asked::Program(Box::new(Program::new(TRANSLATOR, command, limit, |_| Ok(()))));
    any_settings_are_translated(&Search { asked: &asked, slot: TRANSLATOR, ability: TRANSLATE, seed: 1, questions })
}

fn wrong(fault: &str) -> String {
    format!("python3 {}/lab/tests/data/wrong_translator.py {fault}", root().display())
}

fn found(fault: &str) -> Found {
    let begun = Instant::now();
    let found = search(&wrong(fault), Duration::from_secs(5), 300).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(30), "{fault} took {:?}", begun.elapsed());
    found.unwrap_or_else(|| panic!("{fault} is not caught"))
}

#[test]
fn every_wrong_translator_is_caught_with_a_counterexample_of_three_short_lines() {
    for (fault, question, expected, actual) in [
        ("forgets-an-exception", "", "", ""),
        ("joins-lists-by-commas", "", "", ""),
        ("takes-nil-for-text", "", "", ""),
        ("drops-unknown-keys", "", "", ""),
        ("ignores-case", "", "", ""),
        ("quotes-numbers", "", "", ""),
        ("lets-settings-win", "", "", ""),
        ("forgets-the-default-port", "", "", ""),
        ("keeps-backslashes", "", "", ""),
        ("knows-ascii-only", "", "", ""),
        ("strips-blanks", "", "", ""),
        ("believes-the-table", "", "", ""),
        ("leaves-empty-texts-out", "", "", ""),
    ] {
        let found = found(fault);
        println!("{fault}: {found:#?}");
        for line in [&found.question, &found.expected, &found.actual] {
            assert!(!line.is_empty() && !line.contains('\n') && line.chars().count() < 200, "{fault}: {line}");
        }
        let _ = (question, expected, actual);
    }
}

#[test]
fn a_translator_that_dies_is_an_error_with_the_question_that_kills_it() {
    let error = search(&wrong("dies-of-unicode"), Duration::from_secs(5), 300).unwrap_err();
    let PropertyError::NoAnswer { question, source, .. } = &error else { panic!("{error}") };
    assert!(question.starts_with("mattermost['") && !question.contains(';'), "{question}");
    assert!(source.to_string().contains("ended (exit status: 3) without an answer"), "{source}");
    assert!(source.said.ends_with("cannot encode that"), "{source}");
}

#[test]
fn a_translator_that_falls_silent_is_an_error_with_the_question_that_does_it() {
    let error = search(&wrong("falls-silent"), Duration::from_millis(300), 300).unwrap_err();
    let PropertyError::NoAnswer { question, source, .. } = &error else { panic!("{error}") };
    assert!(question.contains("'ten'") && !question.contains(';'), "{question}");
    assert!(source.to_string().contains("gave no line with an answer within 0.3 s"), "{source}");
}

#[test]
fn the_same_seed_finds_the_same_counterexample() {
    assert_eq!(found("strips-blanks"), found("strips-blanks"));
}

#[test]
fn the_examples_answer_thousands_of_questions_rightly() {
    for command in ["python3 {}/examples/translator.py", "sh {}/examples/translator.sh"] {
        let command = command.replace("{}", &root().display().to_string());
        let found = search(&command, Duration::from_secs(5), 2000).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert_eq!(found, None, "{command}");
    }
}

#[test]
fn the_examples_pass_the_suite() {
    for command in ["cmd:python3 ../examples/translator.py", "cmd:sh ../examples/translator.sh"] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
        run.args(["run", "--translator", command, "--tags", "@needs-translate", "--format", "json"]);
        let output = run.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        let last = String::from_utf8(output.stdout).unwrap().lines().last().map(str::to_owned).unwrap_or_default();
        assert_eq!(output.status.code(), Some(0), "{command}: {last}\n{told}");
        let footer: Value = serde_json::from_str(&last).unwrap();
        assert!(footer["counts"]["passed"].as_u64() > Some(40) && footer["counts"]["skipped"] == 0, "{last}");
        assert!(told.contains("translator: asked") && told.contains("restarted 0 times"), "{told}");
    }
}

#[test]
fn what_a_translator_does_not_declare_is_skipped_and_the_rest_is_asked_first() {
    let command = format!("cmd:{}", wrong("none"));
    let list = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"))
        .args(["list", "--translator", &command, "--format", "json", "--only", "16_", "--only", "07_", "--only", "02_"])
        .output()
        .unwrap();
    let list: Value = serde_json::from_slice(&list.stdout).unwrap();
    let scenarios = list["scenarios"].as_array().unwrap();
    let reason = |id: &str| scenarios.iter().find(|it| it["id"] == id).unwrap()["skip"].clone();
    assert_eq!(
        reason("07_custom_environment/the-documents-example-adds-three-variables-to-those-of-the-package"),
        "@needs-env: the translator does not declare the ability `env`"
    );
    assert_eq!(
        reason("16_before_11_0/the-translation-can-be-pasted-into-gitlab-rb"),
        "@needs-builtin-translator: it is about what the built-in translator prints"
    );
    let needs = |at: usize| scenarios[at]["needs"].to_string();
    assert!(needs(0).contains("needs-env") || needs(0).contains("needs-translate"), "{}", needs(0));
    assert!(scenarios.iter().any(|it| it["needs"] == json!(["needs-translate"]) && it["skip"].is_null()));
}
