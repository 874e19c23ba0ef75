//! Messages in journald's JSON that are numbers, byte by byte, as those with colours in them are.

use memchr::memmem;

/// The line with the message as text; `None` for every other line.
pub(super) fn decoded(line: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"\"MESSAGE\"";
    if line.first() != Some(&b'{') {
        return None;
    }
    let after = memmem::find(line, NAME)? + NAME.len();
    let value = line.get(after..)?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"[")?;
    let end = memchr::memchr(b']', value)?;
    let numbers = std::str::from_utf8(&value[..end]).ok()?.split(',');
    let message: Vec<u8> = numbers.map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    Some([&line[..after], b":\"", &message, b"\"", &value[end + 1..]].concat())
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_message_of_numbers_becomes_text() {
        let text = |line: &str| decoded(line.as_bytes()).map(|line| String::from_utf8(line).unwrap());
        assert_eq!(
            text(r#"{"A":"1","MESSAGE" : [27,91,51, 49,109,120],"B":"2"}"#).as_deref(),
            Some("{\"A\":\"1\",\"MESSAGE\":\"\u{1b}[31mx\",\"B\":\"2\"}")
        );
        for line in ["", "{}", r#"{"MESSAGE":"x"}"#, r#"{"MESSAGE":[1,999]}"#, r#"{"MESSAGE":[1"#] {
            assert_eq!(text(line), None, "{line}");
        }
    }
}
