//! Whether a file of vectors is one: its form, its count, its names, its flags.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::masking::shown_fault;

use super::{FILES, FORMAT_VERSION, Family, Vector, VectorFile};
use crate::document::claims;

/// Something wrong with a file of vectors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VectorFault {
    /// It is not of the form at all.
    #[error("not a file of vectors: {0}")]
    Form(String),
    /// It is of another version of the form.
    #[error("format version {0}; this program reads {FORMAT_VERSION}")]
    Version(u32),
    /// Its family is unknown, or its file is named otherwise.
    #[error("the file `{file}` says that it is of the family `{family}`")]
    Family {
        /// The file's name.
        file: String,
        /// What it says.
        family: String,
    },
    /// It says another number of vectors than it has.
    #[error("`count` is {said}, but there are {found} vectors")]
    Count {
        /// What it says.
        said: usize,
        /// What it has.
        found: usize,
    },
    /// A flag without a vector, or without a meaning.
    #[error("no vector has the flag `{0}`")]
    UnusedFlag(String),
    /// Something about one vector.
    #[error("vector `{id}`: {what}")]
    Vector {
        /// Its name.
        id: String,
        /// What is wrong.
        what: String,
    },
}

/// Checks a file of vectors; `file` is its name.
pub fn lint(file: &str, text: &str) -> Vec<VectorFault> {
    let read: VectorFile = match serde_json::from_str(text) {
        Ok(read) => read,
        Err(error) => return vec![VectorFault::Form(shown_fault(&error.to_string()))],
    };
    let mut faults = Vec::new();
    if read.format_version != FORMAT_VERSION {
        faults.push(VectorFault::Version(read.format_version));
    }
    let family = FILES.iter().map(|(family, _)| family).find(|family| family.name == read.family);
    if family.is_none() || file.strip_suffix(".json") != Some(&read.family) {
        faults.push(VectorFault::Family { file: file.to_owned(), family: read.family.clone() });
    }
    if read.count != read.vectors.len() {
        faults.push(VectorFault::Count { said: read.count, found: read.vectors.len() });
    }
    let used: BTreeSet<&String> = read.vectors.iter().flat_map(|vector| &vector.flags).collect();
    faults.extend(read.flags.keys().filter(|flag| !used.contains(flag)).cloned().map(VectorFault::UnusedFlag));
    let (mut seen, sections) = (BTreeSet::new(), claims::sections());
    for vector in &read.vectors {
        let mut wrong = of_vector(vector, &read);
        if !seen.insert(&vector.id) {
            wrong.push("its name is not its own".to_owned());
        }
        if !sections.iter().any(|section| section.anchor == vector.section) {
            wrong.push(format!("the document has no section `{}`", vector.section));
        }
        wrong.extend(family.into_iter().flat_map(|family| of_fields(vector, family)));
        faults.extend(wrong.into_iter().map(|what| VectorFault::Vector { id: vector.id.clone(), what }));
    }
    faults
}

fn of_vector(vector: &Vector, file: &VectorFile) -> Vec<String> {
    let mut wrong = Vec::new();
    let letters = vector.id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    if !letters || vector.id.is_empty() || vector.id.starts_with('-') || vector.id.ends_with('-') {
        wrong.push("its name is no slug: lower case, digits and single hyphens".to_owned());
    }
    if vector.flags.is_empty() {
        wrong.push("no flag says why it exists".to_owned());
    }
    let unknown = vector.flags.iter().filter(|flag| !file.flags.contains_key(*flag));
    wrong.extend(unknown.map(|flag| format!("the file does not explain the flag `{flag}`")));
    wrong
}

fn of_fields(vector: &Vector, family: &Family) -> Vec<String> {
    let mut wrong = fields("input", &vector.input, family.input, &["authorization"]);
    wrong.extend(fields("expected", &vector.expected, family.expected, family.expected_optional));
    if vector.expected.is_empty() {
        wrong.push("nothing is expected of it".to_owned());
    }
    wrong
}

fn fields(of: &str, given: &Map<String, Value>, needed: &[&str], optional: &[&str]) -> Vec<String> {
    let missing = needed.iter().filter(|name| !given.contains_key(**name));
    let missing = missing.map(|name| format!("`{of}` lacks `{name}`"));
    let strange = given.keys().filter(|name| !needed.contains(&name.as_str()) && !optional.contains(&name.as_str()));
    missing.chain(strange.map(|name| format!("`{of}` has the unknown field `{name}`"))).collect()
}
