//! The first line a program says: which protocol it speaks, what it is, what it can do.

use std::collections::BTreeSet;

use serde::Deserialize;

/// The version of the protocol that the lab speaks.
const PROTOCOL: u32 = 1;

/// What a program says of itself.
///
/// # Shape
/// `{"protocol": 1, "name": "my-translator 1.2", "abilities": ["translate"]}`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    protocol: u32,
    /// Its name and version, for people.
    pub name: String,
    /// What it can be asked.
    pub abilities: BTreeSet<String>,
}

impl Hello {
    /// Reads the line; `known` are the abilities that its slot has.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub(super) fn read(line: &str, known: &[&str]) -> Result<Self, String> {
        let hello: Self = serde_json::from_str(line).map_err(|error| {
            format!("began with something else than `{{\"protocol\": 1, \"name\": …, \"abilities\": […]}}` ({error}): {line}")
        })?;
        if hello.protocol != PROTOCOL {
            return Err(format!("speaks version {} of the protocol, the lab speaks {PROTOCOL}", hello.protocol));
        }
        if let Some(unknown) = hello.abilities.iter().find(|ability| !known.contains(&ability.as_str())) {
            let known: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
            return Err(format!("declares the unknown ability `{unknown}`; known are {}", known.join(", ")));
        }
        Ok(hello)
    }
}
