//! A shell script cut into commands, as far as the rules need it.
//!
//! # Shape
//! Words are separated by blanks; quotes, parentheses and back quotes are separators too, so what stands in `sh -c "…"` or
//! `$(…)` is seen as well. `|`, `&`, `;` and line ends end a command, a backslash at the end of a line does not. `#` at
//! the beginning of a word starts a comment. Nothing is expanded.

use std::borrow::Cow;

/// A simple command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its words.
    pub words: Vec<String>,
    /// Whether another command's output goes into it.
    pub is_piped_into: bool,
    /// Whether its output goes into another command.
    pub pipes_on: bool,
}

/// What is typed: of a text that shows commands behind a prompt, `$ command`, those lines alone, each where it stands.
///
/// # Shape
/// A line whose first word is `$` is a command; one that ends in a backslash goes on in the next.
pub(super) fn typed(text: &str) -> Cow<'_, str> {
    let prompted = |line: &str| line.trim_start().strip_prefix("$ ").map(str::to_owned);
    if !text.lines().any(|line| prompted(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let (mut typed, mut goes_on) = (String::new(), false);
    for line in text.lines() {
        let command = prompted(line).or_else(|| goes_on.then(|| line.to_owned())).unwrap_or_default();
        goes_on = command.ends_with('\\');
        typed.push_str(&command);
        typed.push('\n');
    }
    Cow::Owned(typed)
}

/// More words than any script that a person reads has are not looked at.
const MOST_WORDS: usize = 100_000;

/// The commands of a script.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut command = Command { line: 1, ..Command::default() };
    let (mut line, mut word, mut words) = (1, String::new(), 0);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let ends_word = c.is_whitespace() || "'\"`()|&;".contains(c);
        if c == '\\' && characters.peek() == Some(&'\n') {
            characters.next();
            line += 1;
            continue;
        }
        if c == '#' && word.is_empty() {
            while characters.next_if(|c| *c != '\n').is_some() {}
            continue;
        }
        if !ends_word {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            if command.words.is_empty() {
                command.line = line;
            }
            command.words.push(std::mem::take(&mut word));
            words += 1;
        }
        if "|&;\n".contains(c) {
            let pipe = c == '|' && characters.peek() != Some(&'|') && !command.words.is_empty();
            let next = Command { line, is_piped_into: pipe, ..Command::default() };
            let mut ended = std::mem::replace(&mut command, next);
            ended.pipes_on = pipe;
            // A pipe goes on over a line's end.
            command.is_piped_into |= ended.words.is_empty() && ended.is_piped_into;
            if !ended.words.is_empty() {
                commands.push(ended);
            }
        }
        if c == '\n' {
            line += 1;
        }
        if words > MOST_WORDS {
            break;
        }
    }
    if !word.is_empty() {
        command.words.push(word);
    }
    if !command.words.is_empty() {
        commands.push(command);
    }
    commands
}

impl Command {
    /// Whether a word is exactly this.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|it| it == word)
    }

    /// Whether the one word is followed by the other, whatever is between and in whatever case.
    pub fn has_in_order(&self, first: &str, then: &str) -> bool {
        let mut words = self.words.iter();
        words.any(|it| it.eq_ignore_ascii_case(first)) && words.any(|it| it.eq_ignore_ascii_case(then))
    }

    /// Whether a word is the program, with or without its path.
    pub fn runs(&self, program: &str) -> bool {
        self.words.iter().any(|it| it.rsplit('/').next() == Some(program))
    }

    /// Whether a word is the program, and not the name of a user.
    pub fn calls(&self, program: &str) -> bool {
        let is_user = |at: usize| at > 0 && ["-u", "-U", "--user"].contains(&self.words[at - 1].as_str());
        self.words.iter().enumerate().any(|(at, it)| it.rsplit('/').next() == Some(program) && !is_user(at))
    }

    /// Whether it runs Mattermost's server program.
    pub fn runs_server(&self) -> bool {
        let is_program = |word: &str| word.ends_with("bin/mattermost") || word == "mattermost";
        let first = self.words.iter().find(|word| !["sudo", "exec", "time"].contains(&word.as_str()));
        let by_path = self.words.iter().any(|word| word.ends_with("bin/mattermost"));
        by_path || first.is_some_and(|word| is_program(word))
    }

    /// Whether it is `tar` that makes an archive.
    pub fn packs(&self) -> bool {
        let makes = |word: &str| word == "--create" || !word.contains(['/', '=', '.']) && word.contains('c');
        let mut words = self.words.iter().skip_while(|word| word.rsplit('/').next() != Some("tar")).skip(1);
        words.next().is_some_and(|options| makes(options))
    }

    /// The paths that a `tar` packs, each with the folder that `-C` has named for it.
    pub fn packed(&self) -> Vec<String> {
        let mut folder = String::new();
        let mut words = self.words.iter().skip_while(|word| word.rsplit('/').next() != Some("tar")).skip(1);
        let mut paths = Vec::new();
        while let Some(word) = words.next() {
            if word == "-C" || word == "--directory" {
                folder = words.next().map(|it| it.trim_end_matches('/').to_owned()).unwrap_or_default();
            } else if !word.starts_with('-') {
                paths.push(format!("{folder}/{word}"));
            }
        }
        paths
    }

    /// Whether it packs Mattermost's whole home.
    pub fn packs_home(&self) -> bool {
        let has = |word: &str| self.words.iter().any(|it| it.trim_end_matches('/') == word);
        has("mattermost")
            || has("var/opt/gitlab/mattermost")
            || has(".")
            || self.words.iter().filter(|it| it.trim_end_matches('/').ends_with("opt/gitlab/mattermost")).count()
                > usize::from(has("-C"))
    }

    /// Whether it copies a folder to one of the same name.
    pub fn copies_folder_into_itself(&self) -> bool {
        let mut words = self.words.iter().skip_while(|word| word.rsplit('/').next() != Some("cp")).skip(1);
        let options: Vec<&String> = words.by_ref().take_while(|word| word.starts_with('-')).collect();
        let is_deep = options.iter().any(|it| it.contains(['r', 'R', 'a']));
        let rest: Vec<&String> = self
            .words
            .iter()
            .skip_while(|word| word.rsplit('/').next() != Some("cp"))
            .skip(1)
            .filter(|it| !it.starts_with('-'))
            .collect();
        let [from, to] = rest.as_slice() else { return false };
        // With a slash at its end, GNU cp takes the folder all the same.
        let name = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        is_deep && name(from) == name(to) && !name(from).is_empty() && name(from) != "."
    }
}

#[cfg(test)]
mod tests {
    use super::{commands, typed};

    #[test]
    fn a_script_is_cut_into_commands() {
        let text = "# a comment\nset -o pipefail\nsudo -u x sh -c \"zcat /tmp/a.gz | \\\n  psql -U y db\" && echo done; true\n";
        let read = commands(text);
        let shown: Vec<String> = read
            .iter()
            .map(|it| format!("{}{}{}", it.line, if it.is_piped_into { "<" } else { ":" }, it.words.join(" ")))
            .collect();
        assert_eq!(
            shown,
            ["2:set -o pipefail", "3:sudo -u x sh -c zcat /tmp/a.gz", "4<psql -U y db", "4:echo done", "4:true"]
        );
        assert!(read[1].pipes_on && !read[0].pipes_on);
    }

    #[test]
    fn behind_a_prompt_only_what_is_typed_counts() {
        let text = "Do this\n  $ tar -zcf a.gz \\\n    -C /etc gitlab\nmattermost version\n";
        let read = commands(&typed(text));
        assert_eq!(read.iter().map(|it| it.line).collect::<Vec<_>>(), [2]);
        assert_eq!(read[0].packed(), ["/a.gz", "/etc/gitlab"]);
        assert_eq!(typed("mattermost version\n"), "mattermost version\n");
    }
}
