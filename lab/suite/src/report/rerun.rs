//! The command that plays one scenario again.

/// The words of `command`, which runs the same features against the same subjects, for the scenario `id` alone, quoted
/// for a shell.
pub(super) fn rerun(command: &[String], id: &str) -> String {
    let words = command.iter().map(String::as_str).chain(["--only", id]);
    // Only a zero byte cannot be quoted, and no argument of a command can contain one.
    shlex::try_join(words).unwrap_or_default()
}
