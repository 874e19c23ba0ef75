//! From the bytes of a settings file to its text: Ruby minds bytes outside of UTF-8 in texts and names, not in comments,
//! and not at all where the file names another encoding.

use super::secret_places::comments;

/// Encodings of one byte a character, whose characters up to 255 are taken for those of ISO 8859-1.
const ONE_BYTE: [&str; 6] = ["iso-8859-", "iso8859-", "latin", "windows-125", "cp125", "ascii-8bit"];

/// A file that Ruby does not read: a byte that is no UTF-8 in a text or name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} has a byte that is not UTF-8 (`invalid multibyte char`); save the file as UTF-8, or name its encoding in \
     the first line, as in `# coding: iso-8859-1`"
)]
pub struct InvalidByte {
    /// The line, from 1.
    pub line: usize,
    /// Offset of the byte.
    pub offset: usize,
}

/// The text of a settings file, as far as Ruby takes it.
///
/// # Errors
/// [`InvalidByte`] where Ruby would refuse the file.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::source_text;
/// assert_eq!(source_text(b"# f\xfcr GitLab\n".to_vec()).as_deref(), Ok("# für GitLab\n"));
/// assert_eq!(source_text(b"a = 1\nb = 'f\xfcr'\n".to_vec()).map_err(|it| it.line), Err(2));
/// ```
pub fn source_text(bytes: Vec<u8>) -> Result<String, InvalidByte> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    let (text, foreign) = with_foreign_bytes(&bytes);
    if names_one_byte_encoding(&text) {
        return Ok(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    let comments = comments(&text);
    let in_comment = |at: usize| {
        let next = comments.partition_point(|comment| comment.end <= at);
        comments.get(next).is_some_and(|comment| comment.contains(&at))
    };
    match foreign.into_iter().find(|(at, _)| !in_comment(*at)) {
        None => Ok(text),
        Some((at, offset)) => Err(InvalidByte { line: text[..at].matches('\n').count() + 1, offset }),
    }
}

/// The text with every byte outside of UTF-8 as the character of ISO 8859-1, and where each stands in text and bytes.
fn with_foreign_bytes(bytes: &[u8]) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut foreign, mut offset) = (String::with_capacity(bytes.len()), Vec::new(), 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        offset += chunk.valid().len();
        for byte in chunk.invalid() {
            foreign.push((text.len(), offset));
            text.push(char::from(*byte));
            offset += 1;
        }
    }
    (text, foreign)
}

/// Whether the first line, or the second behind a `#!`, names such an encoding.
fn names_one_byte_encoding(text: &str) -> bool {
    let mut lines = text.lines();
    let mut first = lines.next().unwrap_or_default();
    if first.starts_with("#!") {
        first = lines.next().unwrap_or_default();
    }
    let line = first.to_ascii_lowercase();
    let named = line.strip_prefix('#').and_then(|comment| comment.split_once("coding"));
    let name = named.and_then(|(_, rest)| rest.trim_start().strip_prefix([':', '='])).map(str::trim_start);
    name.is_some_and(|name| ONE_BYTE.iter().any(|encoding| name.starts_with(encoding)))
}

#[cfg(test)]
mod tests {
    use super::source_text;

    #[test]
    fn bytes_outside_of_utf_8_may_stand_in_comments_and_where_the_encoding_is_named() {
        for (bytes, expected) in [
            (
                &b"# Einstellungen f\xfcr GitLab\nexternal_url 'http://a'\n"[..],
                "# Einstellungen für GitLab\nexternal_url 'http://a'\n",
            ),
            (b"a = 1 # f\xfcr\n", "a = 1 # für\n"),
            (b"=begin\nf\xfcr\n=end\na = 1\n", "=begin\nfür\n=end\na = 1\n"),
            (b"a = 1\n__END__\n\xfc\n", "a = 1\n__END__\nü\n"),
            (b"# -*- coding: iso-8859-1 -*-\na = 'f\xfcr'\n", "# -*- coding: iso-8859-1 -*-\na = 'für'\n"),
            (
                b"#!/usr/bin/ruby\n# encoding: Latin1\na = 'f\xfcr'\n",
                "#!/usr/bin/ruby\n# encoding: Latin1\na = 'für'\n",
            ),
            ("a = 'für' # ü\n".as_bytes(), "a = 'für' # ü\n"),
        ] {
            assert_eq!(source_text(bytes.to_vec()).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn bytes_outside_of_utf_8_may_not_stand_in_texts_and_names() {
        for (bytes, line, offset) in [
            (&b"a = 'f\xfcr'\n"[..], 1, 6),
            (b"# \xfc\na = \"#\xfc\"\n", 2, 10),
            (b"# coding: utf-8\na = <<E\nf\xfcr\nE\n", 3, 25),
            (b"\n# coding: iso-8859-1\na = '\xfc'\n", 3, 27),
        ] {
            let error = source_text(bytes.to_vec()).unwrap_err();
            assert_eq!((error.line, error.offset), (line, offset));
        }
    }
}
