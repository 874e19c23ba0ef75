//! The forms of nesting that the parser does not count, counted before it runs.
//!
//! The parser refuses more than 10 000 levels of expressions and patterns by itself. Three of its functions call
//! themselves beside that limit: for parentheses among parameters, for the operators of a condition, and for escapes such
//! as `\M-\C-a`. For a row of `!` it takes a time that grows with the square of the length. No file can nest such a form
//! deeper than it writes it, so how often it is written is a limit that needs no knowledge of strings and comments.
//!
//! # Source
//! prism 2.1.0, `prism.c`: `parse_required_destructured_parameter`, `pm_conditional_predicate`, `escape_read`; and
//! `pm_command_call_value_p`, which follows a row of `rescue`.

use super::Span;
use super::failure::{Failure, Kind};

/// How often each form may be written. The package's own template has fewer than 1000 of each.
pub(super) const LIMIT: usize = 10_000;

/// The forms, as messages call them.
const FORMS: [&str; 4] = ["`(`", "`\\`", "`!`, `not` and `rescue`", "`&&`, `||`, `and` and `or`"];

/// Refuses a text that writes one of the forms more often than [`LIMIT`] times, strings and comments included.
///
/// # Errors
/// Too deep, at the place where the limit is passed.
pub(super) fn check(source: &str) -> Result<(), Failure> {
    let mut counts = [0_usize; FORMS.len()];
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (form, length) = match byte {
            b'(' => (Some(0), 1),
            b'\\' => (Some(1), 1),
            b'!' => (Some(2), 1),
            b'&' | b'|' if bytes.get(at + 1) == Some(byte) => (Some(3), 2),
            byte if is_of_word(*byte) => {
                let length = bytes[at..].iter().take_while(|byte| is_of_word(**byte)).count();
                (form_of_word(&bytes[at..at + length]), length)
            }
            _ => (None, 1),
        };
        if let Some(form) = form {
            counts[form] += 1;
            if counts[form] > LIMIT {
                let message = format!("the file has more than {LIMIT} of {}", FORMS[form]);
                return Err(Failure::new(Kind::TooDeep, Span { start: at, end: at + length }, message)
                    .with_help("write fewer of them; strings and comments count too"));
            }
        }
        at += length;
    }
    Ok(())
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn form_of_word(word: &[u8]) -> Option<usize> {
    match word {
        b"not" | b"rescue" => Some(2),
        b"and" | b"or" => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_counted_wherever_it_stands() {
        for (text, form) in [
            ("((a", 0),
            ("# (", 0),
            ("'\\M-'", 1),
            ("!a", 2),
            ("a&&b", 3),
            ("a or b", 3),
            ("not(a)", 2),
            ("a ||= b", 3),
        ] {
            let repeated = format!("{text}\n").repeat(LIMIT + 1);
            let failure = check(&repeated).unwrap_err();
            assert!(
                failure.message.ends_with(FORMS[form]) || text.matches('(').count() > 0,
                "{text}: {}",
                failure.message
            );
        }
    }

    #[test]
    fn what_only_looks_like_a_form_is_not_counted() {
        for text in ["order", "an_or", "a & b", "a | b", "[1]", "handy", "nöt", "or_", "if a then b end"] {
            assert!(check(&format!("{text}\n").repeat(LIMIT + 1)).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        assert!(check(&"(".repeat(LIMIT)).is_ok());
        let failure = check(&"(".repeat(LIMIT + 1)).unwrap_err();
        assert_eq!(failure.span, Span { start: LIMIT, end: LIMIT + 1 });
    }
}
