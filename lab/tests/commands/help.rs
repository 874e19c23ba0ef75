//! What the program says of itself: help with examples, completions for shells, man pages.

use std::fs;

use crate::program::program;
use tempfile::TempDir;

/// Every command that people can see, as its words; of a command with commands of its own those alone.
fn commands(words: &[&str]) -> Vec<Vec<String>> {
    let help = program(&[words, &["--help"]].concat()).output();
    let Some((_, listed)) = help.split_once("\nCommands:\n") else {
        return vec![words.iter().map(|&word| word.to_owned()).collect()];
    };
    let entries = listed.lines().take_while(|line| !line.is_empty());
    // The name of a command stands two blanks from the left, what continues a description further right.
    let names = entries.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    let names = names.filter_map(|entry| entry.split_whitespace().next()).filter(|name| *name != "help");
    names.flat_map(|name| commands(&[words, &[name]].concat())).collect()
}

#[test]
fn every_command_has_examples_that_begin_with_its_name() {
    let commands = commands(&[]);
    assert!(commands.len() > 10, "{commands:?}");
    for words in commands {
        let help = program(&words.iter().map(String::as_str).chain(["--help"]).collect::<Vec<_>>()).output();
        let examples = help.split_once("\nExamples:\n").map(|(_, examples)| examples).unwrap_or_default();
        let name = format!("mattermost-lab {}", words.join(" "));
        assert!(examples.contains(&name), "`{name} --help` has no example of it:\n{help}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for (shell, mark) in [("bash", "complete -F"), ("zsh", "#compdef mattermost-lab"), ("fish", "complete -c")] {
        let text = program(&["completions", shell]).output();
        assert!(text.contains(mark) && text.contains("translate"), "{shell}");
    }
}

#[test]
fn the_completions_for_bash_are_a_script_that_bash_takes() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("completions.bash");
    fs::write(&script, program(&["completions", "bash"]).output()).unwrap();
    let checked = std::process::Command::new("bash").arg("-n").arg(&script).status().unwrap();
    assert!(checked.success());
}

#[test]
fn the_completions_for_bash_complete_the_ids_of_scenarios() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("completions.bash");
    fs::write(&script, program(&["completions", "bash"]).output()).unwrap();
    let completed = "source \"$1\"; COMP_WORDS=(mattermost-lab run --only 17_oauth2_sequence/a-new); COMP_CWORD=3; \
                     _mattermost__lab mattermost-lab \"${COMP_WORDS[3]}\" --only; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = std::process::Command::new("bash");
    let output = bash.args(["-c", completed, "bash"]).arg(&script).output().unwrap();
    let ids = String::from_utf8(output.stdout).unwrap();
    assert!(ids.lines().any(|id| id == "17_oauth2_sequence/a-new-user-signs-up-through-gitlab"), "{ids}");
    assert!(ids.lines().all(|id| id.starts_with("17_oauth2_sequence/a-new")), "{ids}");
}

#[test]
fn every_command_has_its_man_page() {
    let folder = TempDir::new().unwrap();
    let man = folder.path().join("man/man1");
    program(&["man", man.to_str().unwrap()]).check();
    for words in commands(&[]) {
        let page = format!("mattermost-lab-{}.1", words.join("-"));
        let text = fs::read_to_string(man.join(&page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(".SH NAME") && text.contains("Examples:"), "{page}");
    }
    for hidden in ["reap", "hold"] {
        assert!(!man.join(format!("mattermost-lab-{hidden}.1")).exists(), "{hidden}");
    }
}

#[test]
fn a_folder_for_man_pages_that_cannot_be_made_is_refused() {
    let error = "error: cannot write man pages to `/dev/null/man`: Not a directory (os error 20)\n";
    program(&["man", "/dev/null/man"]).status(2).stderr(error).check();
}
