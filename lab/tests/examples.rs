//! The example adapters are right, and adapters that are wrong are found out with the smallest settings file that shows
//! it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gitlab_mattermost_stage::subject::planner::{PLAN, PLANNER, PlanRequest};
use gitlab_mattermost_stage::subject::program::{Asked, Program};
use gitlab_mattermost_stage::subject::translator::{
    ENV, EnvRequest, TRANSLATE, TRANSLATE_AS_DOCUMENTED, TRANSLATOR, TranslateRequest, request,
};
use gitlab_mattermost_suite::property::{
    Found, PropertyError, Search, any_settings_are_translated, any_upgrade_is_planned,
};
use serde_json::{Map, Value, json};

/// How long a program may take for an answer.
const LIMIT: Duration = Duration::from_secs(5);

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
    assert!(found == table, "outdated; write it anew: UPDATE_EXAMPLES=1 cargo test --test lab examples the_table");
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
    let found = search(&wrong(fault), LIMIT, 300).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(30), "{fault} took {:?}", begun.elapsed());
    found.unwrap_or_else(|| panic!("{fault} is not caught"))
}

/// Each mistake, with what its smallest settings file and what is expected there must speak of.
const MISTAKES: [(&str, &str, &str); 15] = [
    ("forgets-an-exception", "email_smtp_auth", "MM_EMAILSETTINGS_ENABLESMTPAUTH"),
    ("joins-lists-by-commas", "_replicas'] = [", "REPLICAS=\""),
    ("takes-nil-for-text", " = nil", "=\"\""),
    ("drops-unknown-keys", "mattermost['", "untranslatable with "),
    ("ignores-case", "mattermost['", " without "),
    ("quotes-numbers", "mattermost['", "env with MM_"),
    ("lets-settings-win", "mattermost['env'] = { 'MM_", "env without MM_"),
    ("forgets-the-default-port", "mattermost['service_address'] = ", ":8065\""),
    ("keeps-backslashes", "\\", "env with MM_"),
    ("knows-ascii-only", "mattermost['", "env with MM_"),
    ("strips-blanks", "mattermost['", "env with MM_"),
    ("believes-the-table", "webrtc_gateway_stun_uri", "MM_WEBRTCSETTINGS_STUNURI"),
    ("leaves-empty-texts-out", "mattermost['", "=\"\""),
    ("swaps-two-settings", "service_write_timeout", "MM_SERVICESETTINGS_READTIMEOUT"),
    ("forgets-gitlabs-host", "external_url 'http", " gitlab.example.com\""),
];

#[test]
fn every_wrong_translator_is_caught_with_a_counterexample_of_three_short_lines() {
    for (fault, question, expected) in MISTAKES {
        let found = found(fault);
        assert!(found.question.contains(question) && found.expected.contains(expected), "{fault}: {found:#?}");
        assert!(found.question.matches("; ").count() < 3, "{fault}: {found:#?}");
        for line in [&found.question, &found.expected, &found.actual] {
            assert!(!line.is_empty() && !line.contains('\n') && line.chars().count() < 250, "{fault}: {found:#?}");
        }
    }
}

#[test]
fn a_translator_that_dies_is_an_error_with_the_question_that_kills_it() {
    let error = search(&wrong("dies-of-unicode"), LIMIT, 300).unwrap_err();
    let PropertyError::NoAnswer { question, source, .. } = &error else { panic!("{error}") };
    assert!(question.starts_with("mattermost['") && question.matches("; ").count() < 3, "{question}");
    assert!(source.to_string().contains("ended (exit status: 3) without an answer"), "{source}");
    assert!(source.said.ends_with("cannot encode that"), "{source}");
}

#[test]
fn a_translator_that_falls_silent_is_an_error_with_the_question_that_does_it() {
    let error = search(&wrong("falls-silent"), Duration::from_secs(1), 300).unwrap_err();
    let PropertyError::NoAnswer { question, source, .. } = &error else { panic!("{error}") };
    assert!(question.contains("'ten'"), "{question}");
    assert!(source.to_string().contains("gave no line with an answer within 1 s"), "{source}");
}

#[test]
fn the_same_seed_finds_the_same_counterexample() {
    assert_eq!(found("strips-blanks"), found("strips-blanks"));
}

#[test]
fn the_examples_answer_hundreds_of_questions_rightly() {
    for command in ["python3 {}/examples/translator.py", "sh {}/examples/translator.sh"] {
        let command = command.replace("{}", &root().display().to_string());
        let found = search(&command, LIMIT, 400).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert_eq!(found, None, "{command}");
    }
}

#[test]
fn the_examples_pass_the_suite() {
    for command in ["cmd:python3 examples/translator.py", "cmd:sh examples/translator.sh"] {
        let (code, footer, told) = run(&["--translator", command, "--tags", "@needs-translate"]);
        assert_eq!(code, Some(0), "{command}: {footer}\n{told}");
        assert!(footer["counts"]["passed"].as_u64() > Some(40) && footer["counts"]["skipped"] == 0, "{footer}");
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
    assert_eq!(list["abilities"], json!({"translator": ["translate"], "planner": null}));
    let schema = serde_json::from_str(include_str!("../schemas/list.schema.json")).unwrap();
    jsonschema::validate(&schema, &list).unwrap();
    let needs = |at: usize| scenarios[at]["needs"].to_string();
    assert!(needs(0).contains("needs-env") || needs(0).contains("needs-translate"), "{}", needs(0));
    assert!(scenarios.iter().any(|it| it["needs"] == json!(["needs-translate"]) && it["skip"].is_null()));
}

fn planner(fault: &str) -> String {
    let program = env!("CARGO_BIN_EXE_mattermost-lab");
    format!("python3 {}/lab/tests/data/wrong_planner.py {program} {fault}", root().display())
}

#[test]
fn a_planner_that_skips_a_stop_is_caught_and_one_that_says_little_passes() {
    let search = |fault: &str| {
        let asked = Asked::Program(Box::new(Program::new(PLANNER, &planner(fault), LIMIT, |_| Ok(()))));
        any_upgrade_is_planned(&Search { asked: &asked, slot: PLANNER, ability: PLAN, seed: 1, questions: 100 })
    };
    let found = search("skips-a-stop").unwrap().expect("it is caught");
    assert!(found.expected.contains("13.1.11 with Mattermost") && !found.actual.contains("13.1.11 "), "{found:#?}");
    assert_eq!(search("says-little").unwrap(), None);
}

/// A run with a program in a slot: the exit code, the last line of the report as JSON, and what it told.
fn run(flags: &[&str]) -> (Option<i32>, Value, String) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    let output = run.args(["run", "--format", "json"]).args(flags).current_dir(root()).output().unwrap();
    let last = String::from_utf8(output.stdout).unwrap().lines().last().map(str::to_owned).unwrap_or_default();
    (output.status.code(), serde_json::from_str(&last).unwrap_or_default(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_built_in_parts_pass_as_programs() {
    let program = env!("CARGO_BIN_EXE_mattermost-lab");
    let (translator, planner) = (format!("cmd:{program} answer translator"), format!("cmd:{program} answer planner"));
    let needs =
        "@needs-translate or @needs-translate-as-documented or @needs-env or @needs-plan or @needs-plan-in-full";
    let (code, footer, told) = run(&["--translator", &translator, "--planner", &planner, "--tags", needs]);
    assert_eq!(code, Some(0), "{footer}\n{told}");
    assert!(footer["counts"]["passed"].as_u64() > Some(150) && footer["counts"]["skipped"] == 0, "{footer}");
    assert!(told.contains("planner: asked ") && !told.contains("restarted 1"), "{told}");
}

#[test]
fn servers_are_started_with_the_env_of_a_translator_that_has_one() {
    let program = env!("CARGO_BIN_EXE_mattermost-lab");
    let only = ["--only", "02_configuring/without-config-json"];
    let translator = |command: &str| {
        let mut run = Command::new(program);
        let run = run.args(["run", "--format", "json", "--translator", command]).args(only).current_dir(root());
        let lines = String::from_utf8(run.output().unwrap().stdout).unwrap();
        let of = |event: &str| {
            let mut events = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            events.find(|line| line["event"] == event).unwrap()
        };
        (of("run-started")["subjects"]["translator"].clone(), of("scenario-finished")["outcome"].clone())
    };
    let command = format!("cmd:python3 lab/tests/data/wrong_env.py {program}");
    assert_eq!(translator(&command), (json!(command), json!("failed")));
    // One that has none is not credited with what the built-in one does.
    let command = "cmd:python3 examples/translator.py";
    let subject = format!("{command} (servers are started with the env of the built-in one)");
    assert_eq!(translator(command), (json!(subject), json!("passed")));
}

#[test]
fn a_planner_that_says_little_is_asked_little() {
    let (code, footer, told) = run(&[
        "--planner",
        &format!("cmd:{}", planner("says-little")),
        "--only",
        "14_upgrading/",
        "--only",
        "14_upgrading_any/",
    ]);
    assert_eq!(code, Some(0), "{footer}\n{told}");
    assert!(footer["counts"]["passed"] == 1 && footer["counts"]["skipped"].as_u64() > Some(30), "{footer}");
}

#[test]
fn every_line_between_the_lab_and_a_program_follows_the_schema() {
    let schema = serde_json::from_str(include_str!("../schemas/program-protocol.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let gitlab_rb = "mattermost['email_batching_interval'] = 30\nmattermost['nobody'] = nil\n".to_owned();
    let env = |gitlab_rb: &str| EnvRequest {
        gitlab_rb: gitlab_rb.to_owned(),
        gitlab_version: "14.7.0".to_owned(),
        secrets: None,
        generated_secret: "0".repeat(32),
    };
    let plan = |to: &str| PlanRequest { from: "14.5.4".to_owned(), to: Some(to.to_owned()), ..PlanRequest::default() };
    let questions = [
        (TRANSLATOR, TRANSLATE, request(&TranslateRequest { gitlab_rb: gitlab_rb.clone() })),
        (TRANSLATOR, TRANSLATE_AS_DOCUMENTED, request(&TranslateRequest { gitlab_rb })),
        (TRANSLATOR, TRANSLATE, request(&TranslateRequest { gitlab_rb: "x = \n".to_owned() })),
        (TRANSLATOR, ENV, request(&env("mattermost_external_url 'http://chat.example.com'\n"))),
        (TRANSLATOR, ENV, request(&env("mattermost['env'] = nil\n"))),
        (PLANNER, PLAN, request(&plan("14.6.0"))),
        (PLANNER, PLAN, request(&plan("14.0.0"))),
    ];
    for (slot, ability, question) in questions {
        let mut question = question.unwrap();
        question.insert("id".to_owned(), json!(1));
        question.insert("ask".to_owned(), json!(ability));
        let part = if slot.name == "planner" { "planner" } else { "translator" };
        let mut lines = answered(part, &Value::Object(question.clone()));
        lines.push(Value::Object(question));
        assert_eq!(lines.len(), 3);
        for line in lines {
            validator.validate(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        }
    }
    for broken in
        [json!({"id": 1}), json!({"protocol": 2, "name": "x", "abilities": []}), json!({"answer": {"env": {}}})]
    {
        assert!(!validator.is_valid(&broken), "{broken}");
    }
}

/// What `mattermost-lab answer` says to one question, its hello first.
fn answered(part: &str, question: &Value) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    let mut child =
        command.args(["answer", part]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().unwrap().write_all(format!("{question}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{question}");
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
