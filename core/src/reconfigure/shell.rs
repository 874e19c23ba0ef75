//! Words of a shell command.

/// `word` as one word of a POSIX shell, in quotes where it needs them.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The words as a command.
pub(super) fn command(words: &[&str]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn whatever_a_word_holds_it_stays_one_word() {
        let words = ["chown", "a b", "it's", "$(reboot)", "", "/plain/path-1.2"];
        assert_eq!(command(&words), r"chown 'a b' 'it'\''s' '$(reboot)' '' /plain/path-1.2");
    }
}
