//! What is known of the machine that a run is played on, for the readers of its report. Nothing here names the machine
//! or its user.

use std::collections::BTreeMap;

/// Facts of this machine: operating system, processor, container engine's address.
pub fn environment() -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let mut know = |name: &str, value: String| facts.insert(name.to_owned(), value);
    know("operating system", operating_system());
    know("architecture", std::env::consts::ARCH.to_owned());
    if let Ok(processors) = std::thread::available_parallelism() {
        know("processors", processors.to_string());
    }
    let engine = if std::env::var_os("DOCKER_HOST").is_some() { "given by DOCKER_HOST" } else { "default socket" };
    know("container engine", engine.to_owned());
    facts
}

fn operating_system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(|| std::env::consts::OS.to_owned(), |name| name.trim_matches('"').to_owned())
}
