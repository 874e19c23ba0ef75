//! `mattermost-lab schema`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/program.rs"]
mod program;

use program::program;

#[test]
fn every_schema_is_listed_and_printed_as_it_is() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let listed = program(&["schema"]).output();
    let names: Vec<&str> = listed.lines().collect();
    assert_eq!(names.len(), std::fs::read_dir(&folder).unwrap().count());
    for name in names {
        let file = if name == "junit" { "junit.xsd".to_owned() } else { format!("{name}.schema.json") };
        program(&["schema", name]).stdout(&std::fs::read_to_string(folder.join(file)).unwrap()).check();
    }
}

#[test]
fn a_schema_that_is_none_is_refused_with_those_there_are() {
    program(&["schema", "serve"]).status(2).stderr_has("no schema is called `serve`; there are backup, ").check();
}
