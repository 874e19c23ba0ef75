//! Where the choices of a run come from: flags over the environment over a file over the defaults.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{command, program};
use crate::{Test, tests};

const FILE: &str = "features/selection.feature";

pub fn tests() -> Vec<Test> {
    tests![
        a_flag_wins_over_the_environment_over_the_file_over_the_default,
        the_file_of_the_folder_is_read_unless_another_is_named,
        a_key_that_is_no_choice_is_refused_with_the_nearest,
        a_value_that_its_choice_does_not_take_is_refused,
        a_file_that_cannot_be_read_is_refused,
        every_choice_can_stand_in_the_file,
        a_program_that_does_not_start_is_told_before_anything_is_played,
    ]
}

/// A file with choices, and the folder that holds it.
fn file(text: &str) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lab.toml");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// Value and origin of a choice in the output of `list`.
fn choice(list: &str, name: &str) -> (String, String) {
    let list: Value = serde_json::from_str(list).unwrap();
    let choice = list["choices"].as_array().unwrap().iter().find(|choice| choice["name"] == name).unwrap().clone();
    let text = |part: &str| choice[part].as_str().unwrap_or("none").to_owned();
    (text("value"), text("from"))
}

fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let (_folder, path) = file("seed = 7\npostgres = 'local'\nhost = 'container'\n");
    let flags = ["list", FILE, "--format", "json", "--config", &path, "--host", "auto"];
    let list = program(&flags).env("LAB_POSTGRES", "container").output();
    let pair = |value: &str, from: &str| (value.to_owned(), from.to_owned());
    assert_eq!(choice(&list, "host"), pair("auto", "flag"));
    assert_eq!(choice(&list, "postgres"), pair("container", "environment"));
    assert_eq!(choice(&list, "seed"), pair("7", "file"));
    assert_eq!(choice(&list, "planner"), pair("builtin", "default"));
    assert_eq!(choice(&list, "config"), pair(&path, "flag"));
    let schema = serde_json::from_str(include_str!("../../schemas/list.schema.json")).unwrap();
    jsonschema::validate(&schema, &serde_json::from_str(&list).unwrap()).unwrap();
}

fn the_file_of_the_folder_is_read_unless_another_is_named() {
    let (folder, _) = file("seed = 7\n");
    let (_other, other) = file("seed = 8\n");
    for (flags, expected) in [(vec![], "7"), (vec!["--config", other.as_str()], "8")] {
        let features = format!("{}/tests/{FILE}", env!("CARGO_MANIFEST_DIR"));
        let mut list = command(&[&["list", &features, "--format", "json"], &flags[..]].concat());
        let output = list.current_dir(folder.path()).output().unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        assert_eq!(choice(&output, "seed"), (expected.to_owned(), "file".to_owned()));
    }
}

fn a_key_that_is_no_choice_is_refused_with_the_nearest() {
    let (_folder, path) = file("matermost = 'standin'\n");
    let error = format!("error: `{path}` has the key `matermost`, which is no choice; the nearest is `mattermost`\n");
    program(&["run", FILE, "--config", &path]).status(2).stderr(&error).check();
}

fn a_value_that_its_choice_does_not_take_is_refused() {
    for (text, message) in [
        ("gitlab = 'none'", "invalid value 'none' for '--gitlab <SUBJECT>': `none` is no GitLab; choose "),
        ("seed = 'x'", "invalid value 'x' for '--seed <N>': invalid digit found in string"),
        ("host = true", "`host` is a text or a number, found boolean"),
    ] {
        let (_folder, path) = file(text);
        let output = command(&["list", FILE, "--config", &path]).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.starts_with(&format!("error: `{path}`: {message}")), "{told}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    }
}

fn a_file_that_cannot_be_read_is_refused() {
    let error = "error: cannot read the choices in `no/such/file`: No such file or directory (os error 2)\n";
    program(&["run", FILE, "--config", "no/such/file"]).status(2).stderr(error).check();
    let (_folder, path) = file("seed = \n");
    let output = command(&["run", FILE, "--config", &path]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with(&format!("error: `{path}` is not TOML: ")) && told.contains("line 1"), "{told}");
    assert_eq!(output.status.code(), Some(2));
}

fn every_choice_can_stand_in_the_file() {
    let list: Value = serde_json::from_str(&program(&["list", FILE, "--format", "json"]).output()).unwrap();
    let names = list["choices"].as_array().unwrap().iter().map(|choice| choice["name"].as_str().unwrap());
    let schema: Value = serde_json::from_str(include_str!("../../schemas/lab-config.schema.json")).unwrap();
    let keys: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.filter(|name| *name != "config").collect::<Vec<_>>(), keys);
}

fn a_program_that_does_not_start_is_told_before_anything_is_played() {
    let error = "error: the translator `cmd:/no/such/program` did not start: it cannot be started: \
                 No such file or directory (os error 2)\n";
    for subcommand in ["run", "list"] {
        program(&[subcommand, FILE, "--translator", "cmd:/no/such/program"]).status(3).stderr(error).check();
    }
}
