//! Bodies of type `multipart/form-data`, as far as forms without files need them.
//!
//! Not here: nested names; those are the same in every kind of form.

/// One field of a form.
pub(super) struct Part {
    /// Its name as sent.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
    /// Whether it names a file.
    pub is_file: bool,
}

/// The fields of `body`; a body that does not follow its boundary has none.
pub(super) fn parts(content_type: &str, body: &[u8]) -> Vec<Part> {
    let Some(boundary) = attribute(content_type, "boundary") else { return Vec::new() };
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let Some(mut rest) = body.strip_prefix(&delimiter[2..]) else { return Vec::new() };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let Some(start) = find(rest, b"\r\n") else { break };
        rest = &rest[start + 2..];
        let Some(end) = find(rest, &delimiter) else { break };
        let (part, tail) = (&rest[..end], &rest[end + delimiter.len()..]);
        rest = tail;
        let Some(blank) = find(part, b"\r\n\r\n") else { continue };
        let header = String::from_utf8_lossy(&part[..blank]);
        let disposition = header.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"));
        let Some(name) = disposition.and_then(|line| attribute(line, "name")) else { continue };
        parts.push(Part {
            name: name.into_bytes(),
            value: part[blank + 4..].to_vec(),
            is_file: disposition.is_some_and(|line| attribute(line, "filename").is_some()),
        });
    }
    parts
}

/// The value of `name="value"` or `name=value` in a header field.
fn attribute(field: &str, name: &str) -> Option<String> {
    field.split(';').skip(1).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then(|| bare.to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::parts;

    const TYPE: &str = "multipart/form-data; boundary=\"x y\"";

    #[test]
    fn reads_fields_and_marks_files() {
        let body = b"--x y\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\na\r\nb\r\n--x y\r\n\
            content-disposition: form-data; name=\"f\"; filename=\"n\"\r\nContent-Type: text/plain\r\n\r\nz\r\n--x y--\r\n";
        let read: Vec<_> = parts(TYPE, body).into_iter().map(|p| (p.name, p.value, p.is_file)).collect();
        assert_eq!(read, [(b"code".to_vec(), b"a\r\nb".to_vec(), false), (b"f".to_vec(), b"z".to_vec(), true)]);
    }

    #[test]
    fn a_body_that_breaks_off_has_no_further_field() {
        for body in [&b""[..], b"--x y", b"--x y\r\nno header", b"--other\r\n", b"--x y\r\n\r\n\r\nvalue\r\n"] {
            assert!(parts(TYPE, body).is_empty(), "{body:?}");
        }
        assert!(parts("multipart/form-data", b"--\r\n").is_empty());
    }
}
