//! What parsers say of a value that does not fit: they repeat it, whatever it is.

/// How they begin.
const BEGINNINGS: [&str; 2] = ["invalid type: ", "invalid value: "];

/// What a parser says, without the value that did not fit; where it stands is still said.
///
/// ```
/// use gitlab_mattermost_core::masking::shown_fault;
///
/// let said = "invalid type: string \"hunter2\", expected u16 at line 3 column 9";
/// assert_eq!(shown_fault(said), "invalid type: string, expected u16 at line 3 column 9");
/// ```
pub fn shown_fault(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    let mut rest = message;
    let begins = |text: &str| BEGINNINGS.into_iter().filter_map(|it| Some(text.find(it)? + it.len())).min();
    while let Some(start) = begins(rest) {
        let (before, value) = rest.split_at(start);
        shown.push_str(before);
        // The value may hold anything, also what looks like its end: the last one counts.
        let Some(end) = value.rfind(", expected ") else {
            rest = value;
            continue;
        };
        let name = value[..end].find(['"', '`']).map_or(&value[..end], |quote| value[..quote].trim_end());
        shown.push_str(name);
        rest = &value[end..];
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::shown_fault;

    #[test]
    fn values_are_left_out_of_what_serde_says() {
        for (json, shown) in [
            ("\"hunter2\"", "invalid type: string, expected u16 at line 1 column 9"),
            ("\"a, expected \\\"hunter2\"", "invalid type: string, expected u16"),
            ("70001", "invalid value: integer, expected u16 at line 1 column 5"),
            ("12.5", "invalid type: floating point, expected u16 at line 1 column 4"),
            ("null", "invalid type: null, expected u16 at line 1 column 4"),
            ("[]", "invalid type: sequence, expected u16"),
        ] {
            let said = serde_json::from_str::<u16>(json).unwrap_err().to_string();
            assert!(shown_fault(&said).starts_with(shown), "{said}: {}", shown_fault(&said));
        }
        let fine = "missing field `id` at line 1 column 2";
        assert_eq!(shown_fault(fine), fine);
    }
}
