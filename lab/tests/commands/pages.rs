//! The commands that README and `docs` tell people to type: each is one that the program knows, with flags that it has.

use std::fs;
use std::path::Path;

use crate::program::program;

/// The pages, by their paths from the project's root.
fn pages() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = ["README.md", "CONTRIBUTING.md"].map(|name| root.join(name)).into_iter().chain(docs);
    pages.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

/// The commands of a page: lines of its shell blocks, and code in its text.
fn commands(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, block) in page.split("```").enumerate() {
        let is_code = number % 2 == 1;
        match (is_code, block.strip_prefix("shell\n")) {
            (true, Some(lines)) => found.extend(lines.replace("\\\n", " ").lines().map(str::to_owned)),
            (true, None) => {}
            (false, _) => found.extend(block.split('`').skip(1).step_by(2).map(|code| code.replace('\n', " "))),
        }
    }
    found.retain(|command| command.starts_with("mattermost-lab "));
    found
}

/// The words after the program's name, up to a comment or what belongs to the shell, with the page's placeholders filled.
fn words(command: &str) -> Vec<String> {
    let command = command.split(" #").next().unwrap();
    let words = shlex::split(command).unwrap_or_else(|| panic!("no command line: {command}"));
    let words = words.into_iter().skip(1).take_while(|word| !["|", ">", "&&", ";"].contains(&word.as_str()));
    let words = words.filter(|word| word != "…");
    let filled = [("postgres://…", "postgres://user@host/database"), ("URL", "http://127.0.0.1:9")];
    words.map(|word| filled.iter().fold(word, |word, (placeholder, value)| word.replace(placeholder, value))).collect()
}

#[test]
fn every_command_that_a_page_shows_is_one_that_the_program_knows() {
    let mut looked_at = 0;
    for (path, page) in pages() {
        for command in commands(&page) {
            // What comes before `--help` is parsed, so an unknown command, flag or value is refused.
            let words = words(&command);
            let asked: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
            let help = program(&asked).output();
            assert!(help.contains("Usage: mattermost-lab"), "{path}: {command}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 40, "only {looked_at} commands were found");
}

#[test]
fn a_command_that_the_program_does_not_know_is_noticed() {
    let page = "Type `mattermost-lab doctor --no-such-flag`.\n```shell\nmattermost-lab doctr   # look\n```\n";
    let found: Vec<_> = commands(page).iter().map(|command| words(command)).collect();
    assert_eq!(found, [vec!["doctor", "--no-such-flag"], vec!["doctr"]]);
    for words in found {
        let asked: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        program(&asked).status(2).stderr_has(&words[words.len() - 1]).output();
    }
}
