//! Regular expressions, as far as their meaning is beyond doubt.
//!
//! Followed are ASCII patterns of characters, classes, anchors, groups, alternatives and quantifiers, on ASCII texts. What else
//! Ruby's engine knows (look-around, back references, named groups, properties, other flags than `i` and `m`) is left to it.
//!
//! Not here: which methods take a pattern (`evaluate`).

mod parser;
mod program;

pub(super) use program::{LeftToRuby, Match, Pattern};

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{LeftToRuby, Pattern};

    /// The first match and its groups, as Ruby's `match(…).to_a` has them.
    fn found(source: &str, text: &str) -> Option<Vec<Option<String>>> {
        let pattern = Pattern::new(source, false, false).unwrap_or_else(|| panic!("/{source}/ is followed"));
        let found = pattern.find(text, 0).unwrap()?;
        let part = |(start, end): (usize, usize)| text[start..end].to_owned();
        Some((0..=pattern.groups()).map(|group| found.group(group).map(part)).collect())
    }

    #[test]
    fn matches_are_those_of_ruby() {
        let all = |texts: &[&str]| Some(texts.iter().map(|text| Some((*text).to_owned())).collect::<Vec<_>>());
        for (source, text, expected) in [
            ("b+", "abbbc", all(&["bbb"])),
            ("b+?", "abbbc", all(&["b"])),
            ("^(true|1|yes)$", "yes", all(&["yes", "yes"])),
            (
                r"\Ahttps?://([^/:]+)",
                "https://chat.example.com:8443/x",
                all(&["https://chat.example.com", "chat.example.com"]),
            ),
            (r"(\d+)\.(\d+)", "GitLab 14.7.3", all(&["14.7", "14", "7"])),
            ("a{2,3}", "aaaa", all(&["aaa"])),
            ("(?:ab){2}", "xababab", all(&["abab"])),
            ("a|ab", "ab", all(&["a"])),
            (r"\bprod\b", "on-prod-1", all(&["prod"])),
            ("^b", "a\nb", all(&["b"])),
            (r"\Ab", "a\nb", None),
            (r"a\Z", "a\n", all(&["a"])),
            (r"a\z", "a\n", None),
            ("[^a-c.]", "ab.d", all(&["d"])),
            (r"[\w-]+@", "x me-2@host", all(&["me-2@"])),
            (".", "\n", None),
            ("(x)?y", "y", Some(vec![Some("y".to_owned()), None])),
        ] {
            assert_eq!(found(source, text), expected, "/{source}/ on {text:?}");
        }
        assert!(Pattern::new("PROD", true, false).unwrap().find("prod", 0).unwrap().is_some());
        assert!(Pattern::new("a.b", false, true).unwrap().find("a\nb", 0).unwrap().is_some());
    }

    #[test]
    fn what_is_in_doubt_is_left_to_ruby() {
        for source in [
            r"(?<name>a)",
            "(?=a)",
            "(?i)a",
            r"\1",
            r"\p{Alpha}",
            "[[:alpha:]]",
            "(a*)*",
            "a++",
            "a{,3}",
            "a**",
            "ä",
            "[a&&b]",
            "(",
            "[a",
            "*a",
            r"\G",
            "(?>a)",
            "a{2,1}",
            "[z-a]",
            r"\u0041",
        ] {
            assert!(Pattern::new(source, false, false).is_none(), "/{source}/");
        }
        let pattern = Pattern::new("(a+)+b", false, false);
        assert_eq!(pattern.unwrap().find(&"a".repeat(60), 0), Err(LeftToRuby));
        assert_eq!(Pattern::new("a", false, false).unwrap().find("ä", 0), Err(LeftToRuby));
    }
}
