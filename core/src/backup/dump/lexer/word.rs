//! Letters of words.

/// Whether the byte can stand in a word; those of other alphabets all can.
pub(super) fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether a text ends with `U&` and a quote.
pub(super) fn ends_with_unicode_mark(text: &[u8]) -> bool {
    match text {
        [before @ .., b'u' | b'U', b'&', _] => before.last().is_none_or(|before| !is_word(*before) && *before != b'$'),
        _ => false,
    }
}
