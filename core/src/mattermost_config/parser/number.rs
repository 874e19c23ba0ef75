//! Whole numbers of 64 bits as the server's language reads them.

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotANumber {
    /// Not the form of a number.
    Syntax,
    /// A number beyond 64 bits.
    Range,
}

impl NotANumber {
    /// The server's words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Syntax => "invalid syntax",
            Self::Range => "value out of range",
        }
    }
}

/// A decimal number with an optional sign; `010` is ten.
pub(super) fn decimal(text: &str) -> Result<i64, NotANumber> {
    let (negative, digits) = signed(text);
    magnitude(digits, 10, negative)
}

/// A number whose prefix tells the base: `0x`, `0o`, `0b`, a leading zero for octal; underscores may separate digits.
pub(super) fn any_base(text: &str) -> Result<i64, NotANumber> {
    let (negative, body) = signed(text);
    let lower = body.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    // An underscore may follow the prefix, but neither open a plain number nor stand twice or last.
    let may_open_with_underscore = digits.len() < lower.len();
    let misplaced =
        digits.contains("__") || digits.ends_with('_') || digits.starts_with('_') && !may_open_with_underscore;
    if misplaced {
        return Err(NotANumber::Syntax);
    }
    magnitude(&digits.replace('_', ""), base, negative)
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn magnitude(digits: &str, base: u32, negative: bool) -> Result<i64, NotANumber> {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Err(NotANumber::Syntax);
    }
    let signed = if negative { format!("-{digits}") } else { digits.to_owned() };
    i64::from_str_radix(&signed, base).map_err(|_| NotANumber::Range)
}
