//! Commands of a shell block, one a line, without comments and prompts.
//!
//! Not here: running them, and judging them (`check`).

/// The commands: continued lines are joined, comments left out, runs of blanks outside of quotes are one.
pub(super) fn commands(text: &str) -> Vec<String> {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    joined.lines().map(command).filter(|line| !line.is_empty()).collect()
}

fn command(line: &str) -> String {
    let line = line.trim();
    let line = line.strip_prefix("$ ").unwrap_or(line);
    if line.starts_with('#') {
        return String::new();
    }
    let (mut command, mut quote) = (String::with_capacity(line.len()), None);
    for letter in line.chars() {
        match (quote, letter) {
            (None, '#') if command.ends_with(' ') => break,
            (None, ' ' | '\t') if command.is_empty() || command.ends_with(' ') => continue,
            (None, '\t') => command.push(' '),
            (None, '\'' | '"') => {
                quote = Some(letter);
                command.push(letter);
            }
            (Some(open), _) if open == letter => {
                quote = None;
                command.push(letter);
            }
            _ => command.push(letter),
        }
    }
    command.trim_end().to_owned()
}

/// Whether a line begins with a prompt, so that the others are what the command prints.
pub(super) fn has_prompt(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("$ "))
}

/// The words of a command, quotes gone, the parts of a pipeline one after the other.
pub(super) fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut open) = (Vec::new(), String::new(), None, false);
    for letter in command.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => (quote, open) = (Some(letter), true),
            (Some(mark), _) if mark == letter => quote = None,
            (None, ' ' | '\t' | ';' | '|' | '&') => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            _ => word.push(letter),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    words
}
