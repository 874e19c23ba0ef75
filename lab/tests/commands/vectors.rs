//! `mattermost-lab vectors` from outside, and the files against their schema.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::program;
use serde_json::Value;

const FAMILIES: [&str; 8] = [
    "archive-rules",
    "documented-variables",
    "env-over-file",
    "legacy-translation",
    "redirect-uris",
    "settings-to-env",
    "token-answers",
    "versions",
];

fn source(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../core/tests/data/vectors/{family}.json"))
}

fn fits(schema: &str, json: &str) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let json = serde_json::from_str(json).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&json).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_exported_is_what_the_tests_read_byte_for_byte_and_fits_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new/vectors");
    let name = target.to_str().unwrap();
    let output = program(&["vectors", "export", name, "--format", "json"]).any_stdout().output();
    fits(include_str!("../../schemas/vectors-command.schema.json"), &output);
    let schema = fs::read_to_string(target.join("vectors.schema.json")).unwrap();
    for family in FAMILIES {
        let exported = fs::read(target.join(format!("{family}.json"))).unwrap();
        assert!(exported == fs::read(source(family)).unwrap(), "{family}");
        fits(&schema, std::str::from_utf8(&exported).unwrap());
    }
    let data = fs::read_dir(source("versions").parent().unwrap()).unwrap();
    assert_eq!(data.count(), FAMILIES.len(), "a file of vectors is not exported");
    let listed: String = FAMILIES.iter().map(|family| format!("{family}.json\n")).collect();
    program(&["vectors", "lint", name]).stdout(&listed).check();
}

#[test]
fn a_folder_is_judged_by_its_worst_file() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().to_str().unwrap();
    program(&["vectors", "lint", name])
        .status(4)
        .stderr(&format!(
            "error: nothing selected: `{name}` has no file that ends in `.json`; `vectors export` writes some\n"
        ))
        .check();
    program(&["vectors", "lint", "/such/folder"]).status(2).any_stderr().check();
    let right = fs::read_to_string(source("redirect-uris")).unwrap();
    fs::write(folder.path().join("redirect-uris.json"), right.replace("\"count\": 15", "\"count\": 16")).unwrap();
    fs::write(folder.path().join("strange.json"), b"\xff").unwrap();
    program(&["vectors", "lint", name])
        .status(1)
        .stdout(
            "
redirect-uris.json: `count` is 16, but there are 15 vectors
strange.json: not UTF-8 text: the fault is at byte 0
",
        )
        .check();
    let json = program(&["vectors", "lint", name, "--format", "json"]).status(1).any_stdout().output();
    fits(include_str!("../../schemas/vectors-command.schema.json"), &json);
}
