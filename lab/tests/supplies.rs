//! What the program does on a machine that lacks something: it makes what can be made, and skips for the rest with one reason.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

use crate::trials::{Test, block_on, tests, with_containers};
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::engine::Engine;
use gitlab_mattermost_stage::image;
use gitlab_mattermost_stage::owner::OWNER_LABEL;
use libtest_mimic::Completion;
use serde_json::Value;
use testcontainers::bollard::query_parameters::RemoveImageOptionsBuilder;
use testcontainers::core::wait::ExitWaitStrategy;
use testcontainers::core::{Mount, WaitFor};
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{GenericImage, ImageExt as _};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

/// A scenario on a machine of its own.
const ON_A_HOST: &str = "01_getting_started_on_a_host/mattermost-is-disabled-by-default";

/// One that needs nothing.
const ANYWHERE: &str = "16_before_11_0_as_documented";

/// The tests of this module.
pub fn all() -> Vec<Test> {
    tests![
        without_the_base_image_scenarios_on_machines_are_skipped_for_one_reason_and_list_says_the_same,
        a_run_that_skips_everything_says_so_with_its_status,
        a_skip_that_is_forbidden_is_an_error,
        what_is_missing_is_told_with_what_brings_it,
        a_provider_that_does_not_answer_ends_the_run_before_it_begins,
        a_provider_that_goes_away_ends_the_run_at_once,
        without_ca_certificates_https_alone_says_what_is_missing,
        with_neither_engine_nor_postgresql_the_whole_suite_is_green_and_says_what_it_left_out,
        the_base_image_is_made_where_no_registry_has_it,
        postgresql_is_brought_along_where_nothing_has_it_and_nobody_is_root,
    ]
}

/// The program where no registry answers, no packages can be had, and this base image is not there.
fn without_base_image(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("LAB_BASE_IMAGE", "localhost:1/nobody-has-it:1").env("PATH", "/nonexistent");
    command.env_remove("LAB_REQUIRE_CONTAINERS").env("LAB_POSTGRES", "local");
    command
}

fn texts(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

const REASON: &str = "@needs-host: no base image `localhost:1/nobody-has-it:1`: not pulled";

fn without_the_base_image_scenarios_on_machines_are_skipped_for_one_reason_and_list_says_the_same() -> Completion {
    with_containers(|| {
        let selection = ["--only", "01_getting_started_on_a_host", "--only", ANYWHERE];
        let listed = without_base_image(&[&["list"], &selection[..]].concat()).output().unwrap();
        let (listed_text, stderr) = texts(&listed);
        assert_eq!(listed.status.code(), Some(0), "{listed_text}\n{stderr}");
        let played = without_base_image(&[&["run"], &selection[..]].concat()).output().unwrap();
        let (text, stderr) = texts(&played);
        assert_eq!(played.status.code(), Some(0), "{text}\n{stderr}");
        for text in [&text, &listed_text] {
            assert!(text.contains(REASON) && text.contains("where a registry can be reached"), "{text}");
        }
        // The reason in full stands where it first comes up and once in the summary, however many it is for.
        let summary = text.split_once("\nskipped:\n").unwrap().1;
        let told = summary.lines().next().unwrap();
        assert!(told.contains(" scenarios: @needs-host: "), "{told}");
        assert_eq!(text.matches(REASON).count(), 2, "{text}");
        assert!(!text.contains("errored  "), "{text}");
    })
}

fn a_run_that_skips_everything_says_so_with_its_status() -> Completion {
    with_containers(|| {
        let output = without_base_image(&["run", "--only", ON_A_HOST]).output().unwrap();
        let (text, stderr) = texts(&output);
        assert_eq!(output.status.code(), Some(4), "{text}\n{stderr}");
        assert!(text.contains("         1 scenario: @needs-host: "), "{text}");
    })
}

fn a_skip_that_is_forbidden_is_an_error() -> Completion {
    with_containers(|| {
        let mut command = without_base_image(&["run", "--only", "01_getting_started_on_a_host"]);
        let output = command.env("LAB_REQUIRE_CONTAINERS", "1").output().unwrap();
        let (text, stderr) = texts(&output);
        assert_eq!(output.status.code(), Some(1), "{text}\n{stderr}");
        let failures = text.split_once("\nfailures:\n").unwrap().1;
        let first = failures.lines().next().unwrap();
        assert!(first.starts_with("errored") && first.contains("`LAB_REQUIRE_CONTAINERS` demands"), "{text}");
    })
}

fn what_is_missing_is_told_with_what_brings_it() {
    let mut command = Command::new(PROGRAM);
    command.args(["prepare", "--check", "--format", "json"]).env("PATH", "/nonexistent").env("PG_BIN", "/nonexistent");
    let output = command.env("DOCKER_HOST", "unix:///nowhere").output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{stdout}\n{stderr}");
    let document: Value = serde_json::from_str(&stdout).unwrap();
    let schema = serde_json::from_str(include_str!("../schemas/prepare.schema.json")).unwrap();
    jsonschema::validate(&schema, &document).unwrap();
    for supply in document["supplies"].as_array().unwrap() {
        assert_eq!(supply["state"], "missing", "{supply}");
        assert!(supply["mend"].as_str().is_some_and(|mend| mend.contains('`')), "{supply}");
    }
}

fn a_provider_that_does_not_answer_ends_the_run_before_it_begins() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("url:http://{gone}");
    let output =
        Command::new(PROGRAM).args(["run", "--only", "17_oauth2_sequence", "--gitlab", &url]).output().unwrap();
    let (text, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(3), "{text}\n{stderr}");
    assert_eq!(stderr.matches("does not answer").count(), 1, "{stderr}");
    assert!(text.is_empty(), "{text}");
}

fn a_provider_that_goes_away_ends_the_run_at_once() {
    let mut gitlab = Command::new(PROGRAM);
    let mut gitlab = gitlab.args(["serve", "gitlab"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(gitlab.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
    let choice = format!("url:{}", url.trim());
    let mut run = Command::new(PROGRAM);
    run.args(["run", "--only", "17_oauth2_sequence", "--jobs", "1", "--format", "json", "--gitlab", &choice]);
    let mut run = run.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut events: Vec<Value> = Vec::new();
    for line in BufReader::new(run.stdout.take().unwrap()).lines() {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if event["event"] == "scenario-finished" && gitlab.try_wait().unwrap().is_none() {
            gitlab.kill().unwrap();
            gitlab.wait().unwrap();
        }
        events.push(event);
    }
    assert_eq!(run.wait().unwrap().code(), Some(3), "{events:#?}");
    let outcomes = |outcome: &str| events.iter().filter(|event| event["outcome"] == outcome).count();
    assert_eq!(outcomes("passed"), 1, "{events:#?}");
    assert!(outcomes("errored") + outcomes("failed") <= 2 && outcomes("not-run") > 5, "{events:#?}");
    let footer = events.last().unwrap();
    assert!(footer["silent"].as_str().is_some_and(|silent| silent.contains("does not answer")), "{footer}");
}

/// What a bare container is like.
fn without_ca_certificates_https_alone_says_what_is_missing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gitlab = format!("https://{}", listener.local_addr().unwrap());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(["run", "--only", ANYWHERE]).args(arguments);
        let output = command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent").output().unwrap();
        let (text, stderr) = texts(&output);
        (output.status.code(), format!("{text}{stderr}"))
    };
    let (status, told) = run(&[]);
    assert_eq!(status, Some(0), "{told}");
    let (status, told) = run(&["--gitlab", &gitlab]);
    assert_eq!(status, Some(3), "{told}");
    assert!(told.contains("no CA certificates") && told.contains("`apt install ca-certificates`"), "{told}");
}

/// Holds the tags to what scenarios use: one that asked for a database without saying so would be an error here.
fn with_neither_engine_nor_postgresql_the_whole_suite_is_green_and_says_what_it_left_out() {
    let mut command = Command::new(PROGRAM);
    command.args(["run", "--no-durations"]).env("DOCKER_HOST", "unix:///nowhere").env("PG_BIN", "/nonexistent");
    // Nothing can be brought along into a folder that cannot be.
    command.env("LAB_CACHE", "/proc/nowhere").env_remove("LAB_POSTGRES");
    for demand in ["LAB_REQUIRE_CONTAINERS", "LAB_REQUIRE_BROWSER", "LAB_REQUIRE_POSTGRESQL"] {
        command.env_remove(demand);
    }
    let output = command.output().unwrap();
    let (text, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(0), "{text}\n{stderr}");
    let last = text.lines().last().unwrap();
    assert!(last.contains(" 0 failed, 0 errored, "), "{last}");
    let summary = text.split_once("\nskipped:\n").unwrap().1;
    for need in ["@needs-postgresql: ", "@needs-host: "] {
        assert_eq!(summary.matches(need).count(), 1, "{summary}");
    }
}

fn the_base_image_is_made_where_no_registry_has_it() -> Completion {
    with_containers(|| {
        let base = format!("localhost:1/mattermost-lab-test:{}", std::process::id());
        let program = |arguments: &[&str]| {
            let mut command = Command::new(PROGRAM);
            command.args(arguments).env("LAB_BASE_IMAGE", &base).output().unwrap()
        };
        let played = program(&["run", "--only", ON_A_HOST]);
        let looked = program(&["prepare", "--check", "--format", "json"]);
        let (text, stderr) = texts(&played);
        let supplies: Value = serde_json::from_slice(&looked.stdout).unwrap();
        let machine = supplies["supplies"].as_array().unwrap().iter().find(|it| it["need"] == "@needs-host").unwrap();
        block_on(async {
            let engine = Engine::require().await.unwrap();
            for name in [machine["detail"].as_str().unwrap(), &base] {
                let force = RemoveImageOptionsBuilder::new().force(true).build();
                // What was not made cannot be removed; that shows below.
                let _ = engine.docker().remove_image(name, Some(force), None).await;
            }
        });
        assert_eq!(played.status.code(), Some(0), "{text}\n{stderr}");
        assert!(text.contains("1 scenario: 1 passed"), "{text}");
        assert!(stderr.contains("making it of Debian's packages"), "{stderr}");
        assert_eq!(machine["state"], "at-hand", "{machine}");
    })
}

fn postgresql_is_brought_along_where_nothing_has_it_and_nobody_is_root() -> Completion {
    with_containers(|| block_on(on_a_bare_machine()))
}

async fn on_a_bare_machine() {
    let engine = Engine::require().await.unwrap();
    // Comes with the base image, which is all that this machine has.
    image::ensure(&engine, image::MACHINE).await.unwrap();
    let run = Run::start(std::path::Path::new(PROGRAM), Keep::Nothing).await.unwrap();
    let (name, tag) = image::base_image().rsplit_once(':').unwrap();
    let container = GenericImage::new(name, tag)
        .with_wait_for(WaitFor::Exit(ExitWaitStrategy::new()))
        .with_user("nobody")
        .with_env_var("HOME", "/tmp/home")
        .with_mount(Mount::bind_mount(PROGRAM, "/usr/local/bin/mattermost-lab"))
        // Whoever has compiled a program with crates has these.
        .with_mount(Mount::bind_mount("/etc/ssl/certs", "/etc/ssl/certs"))
        .with_mount(Mount::bind_mount("/usr/share/ca-certificates", "/usr/share/ca-certificates"))
        .with_label(OWNER_LABEL, run.owner().to_string())
        .with_startup_timeout(std::time::Duration::from_secs(300))
        .with_cmd(["mattermost-lab", "run", "--only", "17_oauth2_sequence/a-new-user-signs-up-through-gitlab"])
        .start()
        .await
        .unwrap();
    let stdout = String::from_utf8(container.stdout_to_vec().await.unwrap()).unwrap();
    let stderr = String::from_utf8(container.stderr_to_vec().await.unwrap()).unwrap();
    assert!(stdout.contains("1 scenario: 1 passed"), "{stdout}\n{stderr}");
    assert!(stderr.contains("(local, /tmp/home/.cache/mattermost-lab/postgresql/bin"), "{stderr}");
}
