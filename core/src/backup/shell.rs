//! Commands as a shell reads them, for plans that are printed.

/// A word that the shell takes as it is: quoted where it has to be.
pub fn word(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A command line of these words.
///
/// ```
/// use gitlab_mattermost_core::backup::shell::{line, sql_name, sql_text, word};
///
/// assert_eq!(line(["tar", "-C", "/srv/my chat"]), "tar -C '/srv/my chat'");
/// assert_eq!(word("it's"), r"'it'\''s'");
/// assert_eq!((sql_name("a b"), sql_text("it's")), ("\"a b\"".to_owned(), "'it''s'".to_owned()));
/// ```
pub fn line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

/// A name as SQL takes it, always in quotes.
pub fn sql_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL takes it, whatever `standard_conforming_strings` says.
pub fn sql_text(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', r"\\")) } else { format!("'{quoted}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_word_is_special_to_the_reader() {
        assert_eq!(line(["a b", "it's", "/x-1", ""]), r"'a b' 'it'\''s' /x-1 ''");
        assert_eq!(sql_name("a\"b"), "\"a\"\"b\"");
        assert_eq!(sql_text(r"a'\b"), r"E'a''\\b'");
    }
}
