//! The files of vectors: their form, and the families that no other test reads.

use gitlab_mattermost_core::upgrade::{Line, tables};
use gitlab_mattermost_core::vectors::{self, Vector, lint};
use serde_json::{Value, json};

#[test]
fn every_file_is_of_the_form_it_says() {
    for (file, text) in vectors::files() {
        let faults: Vec<String> = lint(&file, text).iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{file}: {}", faults.join("\n"));
    }
    assert_eq!(vectors::files().count(), 8);
}

#[test]
fn every_version_is_that_of_the_tables() {
    let versions = vectors::family("versions").unwrap().vectors;
    let releases: Vec<&Vector> = versions.iter().filter(|vector| vector.id.starts_with("release-")).collect();
    assert_eq!(releases.len(), tables::recorded_releases().len());
    for (vector, release) in releases.iter().zip(tables::recorded_releases()) {
        let ours = json!({"gitlab": release.gitlab, "mattermost": release.mattermost.at_least()});
        assert_eq!(json!({"gitlab": vector.input["gitlab"], "mattermost": vector.expected["mattermost"]}), ours);
    }
    let rows = versions.iter().filter(|vector| vector.id.starts_with("row-"));
    for (vector, row) in rows.zip(tables::documented()) {
        assert_eq!(vector.input["gitlab"], json!(row.gitlab));
        assert_eq!(vector.expected["documented"], json!(row.mattermost), "{}", vector.id);
        assert_eq!(vector.expected["verdict"], json!(row.verdict), "{}", vector.id);
        let first: Line = vector.expected["first"].as_str().unwrap().rsplit_once('.').unwrap().0.parse().unwrap();
        assert_eq!(first, row.shipped, "{}", vector.id);
    }
}

/// The faults of a file with one thing changed.
fn faults(change: impl FnOnce(&mut Value)) -> String {
    let (file, text) = vectors::files().find(|(file, _)| file == "redirect-uris.json").unwrap();
    let mut json: Value = serde_json::from_str(text).unwrap();
    change(&mut json);
    lint(&file, &json.to_string()).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_file_that_is_wrong_in_any_way_is_told_so() {
    assert_eq!(faults(|_| {}), "");
    assert!(
        lint("redirect-uris.json", "{").first().is_some_and(|it| it.to_string().starts_with("not a file of vectors"))
    );
    assert_eq!(faults(|file| file["format_version"] = json!(2)), "format version 2; this program reads 1");
    assert_eq!(faults(|file| file["count"] = json!(3)), "`count` is 3, but there are 15 vectors");
    assert!(faults(|file| file["family"] = json!("others")).contains("says that it is of the family `others`"));
    assert!(faults(|file| file["flags"]["more"] = json!("never")).contains("no vector has the flag `more`"));
    assert!(faults(|file| file["more"] = json!(1)).contains("unknown field `more`"));
    let of_first = |field: &str, value: Value| faults(|file| file["vectors"][0][field] = value);
    let second = vectors::family("redirect-uris").unwrap().vectors[1].id.clone();
    assert!(of_first("id", json!(second)).contains("its name is not its own"));
    assert!(of_first("id", json!("No_Slug")).contains("its name is no slug"));
    assert!(of_first("flags", json!([])).contains("no flag says why it exists"));
    assert!(of_first("flags", json!(["luck"])).contains("the file does not explain the flag `luck`"));
    assert!(of_first("section", json!("nowhere")).contains("the document has no section `nowhere`"));
    assert!(of_first("input", json!({"registered": [], "other": 1})).contains("`input` lacks `requested`"));
    assert!(of_first("expected", json!({})).contains("nothing is expected of it"));
}
