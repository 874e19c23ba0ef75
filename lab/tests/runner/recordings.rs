//! Runs that are over: parts put together are the whole, and two runs can be compared.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::command::program;
use crate::{Test, tests};

pub fn tests() -> Vec<Test> {
    tests![
        two_parts_put_together_equal_the_whole,
        a_known_deviation_is_judged_over_the_whole_alone,
        parts_with_other_known_deviations_are_refused,
        the_variables_of_a_job_choose_the_part,
        a_missing_part_is_noticed,
        a_part_that_did_not_come_to_its_end_shows,
        parts_of_different_runs_are_refused,
        what_is_no_record_is_refused_with_its_line,
        a_record_of_another_version_is_refused_by_its_version_whatever_its_lines_are,
        what_became_worse_is_told_and_ends_with_one,
        durations_are_written_as_they_are_read,
    ]
}

const FEATURES: [&str; 2] = ["features/outcomes.feature", "features/selection.feature"];

/// Runs the features with more flags and gives the folder of the report.
fn recorded(folder: &Path, name: &str, flags: &[&str], status: i32) -> PathBuf {
    let reports = folder.join(name);
    let directory = reports.to_str().unwrap();
    let flags = [&["run", "--report-dir", directory], &FEATURES[..], flags].concat();
    program(&flags).env("DOCKER_HOST", "unix:///nowhere").status(status).output();
    reports
}

fn events(reports: &Path) -> String {
    reports.join("events.jsonl").to_str().unwrap().to_owned()
}

/// What is said of the scenarios, by id, without how long anything took.
fn timeless(reports: &Path) -> Vec<Value> {
    let text = fs::read_to_string(reports.join("events.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut lines: Vec<Value> = lines.filter(|line| line["event"] != "scenario-started").collect();
    for line in &mut lines {
        let line = line.as_object_mut().unwrap();
        line.retain(|key, _| key != "duration_ms" && key != "started_at");
        for step in line.get_mut("steps").and_then(Value::as_array_mut).into_iter().flatten() {
            step.as_object_mut().unwrap().remove("duration_ms");
        }
    }
    lines.sort_by_key(|line| line["id"].as_str().map(str::to_owned));
    lines
}

fn two_parts_put_together_equal_the_whole() {
    let folder = TempDir::new().unwrap();
    let whole = recorded(folder.path(), "whole", &[], 1);
    let parts =
        ["1/2", "2/2"].map(|part| events(&recorded(folder.path(), &part.replace('/', "-"), &["--shard", part], 1)));
    let merged = folder.path().join("merged");
    let flags = ["report", "merge", &parts[0], &parts[1], "--report-dir", merged.to_str().unwrap()];
    let told = program(&flags).status(1).output();
    assert!(told.contains("outcomes/deviates"), "{told}");
    assert_eq!(timeless(&merged), timeless(&whole));
    for report in ["report.html", "junit.xml", "sequences"] {
        assert_eq!(merged.join(report).exists(), whole.join(report).exists(), "{report}");
    }
}

/// A list of known deviations in `folder`, all for the same reason.
fn list(folder: &Path, name: &str, scenarios: &[&str]) -> String {
    let entry =
        |id: &&str| format!("[[deviation]]\nscenario = {id:?}\nreason = 'known'\nlink = 'https://example.com/1'\n");
    let path = folder.join(name);
    fs::write(&path, scenarios.iter().map(entry).collect::<String>()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn footer(reports: &Path) -> Value {
    timeless(reports).into_iter().find(|line| line["event"] == "run-finished").unwrap()
}

fn a_known_deviation_is_judged_over_the_whole_alone() {
    let folder = TempDir::new().unwrap();
    // `outcomes/` means scenarios of both parts that pass and that fail; `selection/` passes in both.
    let known = list(folder.path(), "known.toml", &["outcomes/", "selection/"]);
    let known = ["--expectations", &known];
    let whole = recorded(folder.path(), "whole", &known, 1);
    let parts = ["1/2", "2/2"].map(|part| {
        let flags = [&known[..], &["--shard", part]].concat();
        let status = 1;
        recorded(folder.path(), &part.replace('/', "-"), &flags, status)
    });
    for part in &parts {
        let footer = footer(part);
        assert_eq!(footer["no_longer"], Value::Array(Vec::new()), "{footer}");
        let listed = footer["listed"].as_array().unwrap();
        assert_eq!(listed.len(), 2, "{footer}");
        let here =
            |tally: &Value| ["passed", "others", "skipped"].iter().filter_map(|key| tally[key].as_u64()).sum::<u64>();
        assert!(listed.iter().all(|tally| here(tally) < tally["means"].as_u64().unwrap()), "{footer}");
    }
    let merged = folder.path().join("merged");
    let [one, two] = [&parts[0], &parts[1]].map(|part| events(part));
    program(&["report", "merge", &one, &two, "--report-dir", merged.to_str().unwrap()]).status(1).output();
    assert_eq!(timeless(&merged), timeless(&whole));
    assert_eq!(footer(&merged)["no_longer"][0]["scenario"], "selection/");
}

fn parts_with_other_known_deviations_are_refused() {
    let folder = TempDir::new().unwrap();
    let one = list(folder.path(), "one.toml", &["outcomes/"]);
    let two = list(folder.path(), "two.toml", &["outcomes/", "selection/"]);
    let one = events(&recorded(folder.path(), "1", &["--shard", "1/2", "--expectations", &one], 1));
    let two = events(&recorded(folder.path(), "2", &["--shard", "2/2", "--expectations", &two], 1));
    let error =
        "error: these recordings are not parts of one run: the known deviation `selection/` is listed in one alone\n";
    program(&["report", "merge", &one, &two]).status(2).stderr(error).check();
}

fn the_variables_of_a_job_choose_the_part() {
    let list = |flag: &str, variables: &[(&str, &str)]| {
        let program = program(&["list", "--format", "json", "features/selection.feature", "--shard", flag]);
        variables.iter().fold(program, |program, (name, value)| program.env(name, value)).output()
    };
    let second = list("2/2", &[]);
    assert_eq!(list("auto", &[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "2")]), second);
    assert_eq!(list("auto/2", &[("JOB_COMPLETION_INDEX", "1")]), second);
    assert_ne!(list("1/2", &[]), second);
}

fn a_missing_part_is_noticed() {
    let folder = TempDir::new().unwrap();
    let part = events(&recorded(folder.path(), "part", &["--shard", "1/3"], 1));
    let error = "error: these recordings are not parts of one run: the part 2/3, 3/3 is missing\n";
    program(&["report", "merge", &part]).status(2).stderr(error).check();
}

fn a_part_that_did_not_come_to_its_end_shows() {
    let folder = TempDir::new().unwrap();
    let reports = recorded(folder.path(), "run", &["--only", "selection/plain"], 0);
    let text = fs::read_to_string(events(&reports)).unwrap();
    let cut: Vec<&str> = text.lines().take_while(|line| !line.contains("run-finished")).collect();
    let file = folder.path().join("cut.jsonl");
    fs::write(&file, cut.join("\n")).unwrap();
    let told = program(&["report", "merge", file.to_str().unwrap()]).status(1).output();
    assert!(told.contains("interrupted"), "{told}");
}

fn parts_of_different_runs_are_refused() {
    let folder = TempDir::new().unwrap();
    let reports = recorded(folder.path(), "run", &["--only", "selection/plain"], 0);
    let file = events(&reports);
    let error = "error: these recordings are not parts of one run: scenario `selection/plain` is in two of them\n";
    program(&["report", "merge", &file, &file]).status(2).stderr(error).check();
    let mut lines: Vec<String> = fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    let mut header: Value = serde_json::from_str(&lines[0]).unwrap();
    let stood = header["subjects"]["GitLab"].as_str().unwrap().to_owned();
    header["subjects"]["GitLab"] = "url:http://gitlab.example.com".into();
    lines[0] = header.to_string();
    let other = folder.path().join("other.jsonl");
    fs::write(&other, lines.join("\n")).unwrap();
    let error = format!(
        "error: these recordings are not parts of one run: GitLab was `{stood}` in one and \
         `url:http://gitlab.example.com` in another\n"
    );
    program(&["report", "merge", &file, other.to_str().unwrap()]).status(2).stderr(&error).check();
}

fn what_is_no_record_is_refused_with_its_line() {
    let error = "error: `features/together.feature`, line 1: this is no event of a run; give the file `events.jsonl` \
                 of a report: expected value at line 1 column 1\n";
    program(&["report", "merge", "features/together.feature"]).status(2).stderr(error).check();
    let error = "error: cannot read `features/nowhere.jsonl`: No such file or directory (os error 2)\n";
    program(&["report", "diff", "features/nowhere.jsonl", "features/nowhere.jsonl"]).status(2).stderr(error).check();
    let flags = ["list", "features/selection.feature", "--shard", "1/2", "--durations", "features/nowhere.jsonl"];
    program(&flags).status(2).stderr(error).check();
}

fn a_record_of_another_version_is_refused_by_its_version_whatever_its_lines_are() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("later.jsonl");
    for first in [r#"{"event":"run-started","format_version":4,"said":"otherwise"}"#, r#"{"format_version":4}"#] {
        fs::write(&file, format!("{first}\n{{\"event\":\"nobody-knows\"}}\n")).unwrap();
        let path = file.to_str().unwrap();
        let error = format!("error: `{path}` has format version 4; this program reads 3\n");
        program(&["report", "merge", path]).status(2).stderr(&error).check();
    }
}

fn what_became_worse_is_told_and_ends_with_one() {
    let folder = TempDir::new().unwrap();
    let whole = events(&recorded(folder.path(), "whole", &[], 1));
    let told = program(&["report", "diff", &whole, &whole]).output();
    assert_eq!(told, "0 worse, 0 better, 0 new, 11 as before\n");
    let broken = fs::read_to_string(&whole).unwrap();
    let mut lines: Vec<Value> = broken.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.retain(|line| line["id"] != "selection/plain");
    for line in &mut lines {
        if line["event"] == "scenario-finished" && line["id"] == "outcomes/deviates" {
            line["outcome"] = "passed".into();
            line.as_object_mut().unwrap().remove("failure");
        }
    }
    let other = folder.path().join("other.jsonl");
    fs::write(&other, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    let expected = "
better outcomes/deviates: failed, now passed
worse  selection/plain: passed, now gone
1 worse, 1 better, 0 new, 9 as before
";
    program(&["report", "diff", &whole, other.to_str().unwrap()]).status(1).stdout(expected).check();
    let json = program(&["report", "diff", &whole, other.to_str().unwrap(), "--format", "json"]).status(1).output();
    let json: Value = serde_json::from_str(&json).unwrap();
    let schema = serde_json::from_str(include_str!("../../schemas/report-diff.schema.json")).unwrap();
    jsonschema::validate(&schema, &json).unwrap_or_else(|error| panic!("{error}: {json}"));
}

fn durations_are_written_as_they_are_read() {
    let folder = TempDir::new().unwrap();
    let reports = recorded(folder.path(), "run", &["--only", "selection"], 0);
    let told = program(&["report", "durations", &events(&reports)]).output();
    let rows: Vec<&str> = told.lines().collect();
    assert_eq!(rows[0], "id,milliseconds");
    assert_eq!(rows.len(), 7);
    assert!(rows[1..].iter().all(|row| row.rsplit_once(',').is_some_and(|(_, time)| time.parse::<u64>().is_ok())));
    let flags = ["list", "--format", "json", "features/selection.feature", "--shard", "1/2", "--durations"];
    let listed = program(&[&flags[..], &[&events(&reports)]].concat()).output();
    assert!(listed.contains("selection/"), "{listed}");
}
