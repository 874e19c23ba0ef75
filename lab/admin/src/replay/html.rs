//! Reads HTML as a sequence of tags and texts: enough to see the forms and messages of a page.
//!
//! Not here: which of them matter.

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// `<name …>`.
    Open(Tag),
    /// `</name>`.
    Close(String),
    /// Text with its character references resolved; the content of a script as it stands.
    Text(String),
}

/// An opening tag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tag {
    /// Name in lower case.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(attribute, _)| attribute == name).map(|(_, value)| value.as_str())
    }

    /// Whether the `class` attribute names `class`.
    pub fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }
}

/// The pieces of a page, in order.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let start = rest.find('<').unwrap_or(rest.len());
        if start > 0 {
            pieces.push(Piece::Text(resolve(&rest[..start])));
        }
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if let Some(end) = tag_end(rest) {
            let (inside, after) = (&rest[1..end], &rest[end + 1..]);
            rest = after;
            if let Some(name) = inside.strip_prefix('/') {
                pieces.push(Piece::Close(name.trim().to_ascii_lowercase()));
            } else if !inside.starts_with('!') {
                let tag = tag(inside);
                let name = tag.name.clone();
                pieces.push(Piece::Open(tag));
                if matches!(name.as_str(), "script" | "style") {
                    let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
                    pieces.push(Piece::Text(rest[..end].to_owned()));
                    rest = &rest[end..];
                }
            }
        } else {
            break;
        }
    }
    pieces
}

/// Where the tag at the start of `html` ends; a `>` in quotes does not end it.
fn tag_end(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, character) in html.char_indices() {
        match (quote, character) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
    }
    None
}

fn tag(inside: &str) -> Tag {
    let inside = inside.trim_end_matches('/');
    let end = inside.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inside.len());
    let mut tag = Tag { name: inside[..end].to_ascii_lowercase(), ..Tag::default() };
    let mut rest = inside[end..].trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            (value, rest) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((after, "")),
            };
        }
        if name.is_empty() && value.is_empty() && end == 0 {
            break;
        }
        tag.attributes.push((name, resolve(value)));
        rest = rest.trim_start();
    }
    tag
}

/// Resolves the character references that servers write.
fn resolve(text: &str) -> String {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        resolved.push_str(before);
        let reference = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match reference.and_then(|(name, tail)| Some((character(name)?, tail))) {
            Some((character, tail)) => {
                resolved.push(character);
                rest = tail;
            }
            None => {
                resolved.push('&');
                rest = after;
            }
        }
    }
    resolved.push_str(rest);
    resolved
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "middot" => Some('\u{b7}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn attributes_and_references_are_read() {
        let read = pieces(r#"<p class='a b' data-x=1 hidden>5 &lt; 6 &#39;&amp;lt;</p>"#);
        let [Piece::Open(tag), Piece::Text(text), Piece::Close(name)] = read.as_slice() else {
            panic!("{read:?}");
        };
        assert!(tag.has_class("b") && tag.get("data-x") == Some("1") && tag.get("hidden") == Some(""));
        assert_eq!((text.as_str(), name.as_str()), ("5 < 6 '&lt;", "p"));
    }

    #[test]
    fn scripts_comments_and_quoted_brackets_do_not_confuse() {
        let read = pieces(r#"<!-- <b> --><script>if (a < b) "</p>";</script><i title="a>b">"#);
        assert_eq!(read.len(), 4, "{read:?}");
        assert_eq!(read[1], Piece::Text(r#"if (a < b) "</p>";"#.to_owned()));
    }

    #[test]
    fn broken_html_ends_somewhere() {
        for broken in ["<", "<a", "<a b=\"", "<!--", "&", "&#xZ;", "<a =", "<a = =>", "</"] {
            pieces(broken);
        }
    }
}
