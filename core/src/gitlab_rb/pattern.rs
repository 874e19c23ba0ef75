//! Regular expressions, as far as their meaning is beyond doubt.
//!
//! Followed are ASCII patterns of characters, classes, anchors, groups, alternatives and quantifiers, on ASCII texts. What else
//! Ruby's engine knows (look-around, back references, named groups, properties, other flags than `i` and `m`) is left to it.
//!
//! Not here: which methods take a pattern (`evaluate`).

mod parser;

/// More steps than a pattern of a settings file takes.
const MOST_STEPS: usize = 100_000;

/// A pattern that can be matched here.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    program: Vec<Instruction>,
    groups: usize,
    can_be_empty: bool,
}

/// One step of a match.
#[derive(Debug, Clone)]
enum Instruction {
    /// One character of a set.
    Set(Set),
    /// Go on at the first place; if that fails, at the second.
    Split(usize, usize),
    Jump(usize),
    /// The place is a bound of a group.
    Save(usize),
    /// The place must be of this kind.
    Assert(Place),
    Done,
}

/// A kind of place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    TextEndOrLastBreak,
    WordBound,
}

/// A set of ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Set(u128);

impl Set {
    const NONE: Self = Self(0);
    const ALL: Self = Self(u128::MAX);

    const fn of(byte: u8) -> Self {
        Self(1 << (byte & 0x7f))
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn but(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn which(is_in: impl Fn(u8) -> bool) -> Self {
        (0..128).filter(|byte| is_in(*byte)).fold(Self::NONE, |set, byte| set.and(Self::of(byte)))
    }

    const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    /// The set with both cases of each of its letters.
    fn in_any_case(self) -> Self {
        Self::which(|byte| self.has(byte.to_ascii_lowercase()) || self.has(byte.to_ascii_uppercase()) || self.has(byte))
    }
}

/// Where a pattern matched: the bounds of the whole and of each group, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    bounds: Vec<Option<usize>>,
}

impl Match {
    /// The bounds of a group, 0 being the whole.
    pub(super) fn group(&self, number: usize) -> Option<(usize, usize)> {
        let bound = |index: usize| self.bounds.get(index).copied().flatten();
        Some((bound(2 * number)?, bound(2 * number + 1)?))
    }
}

/// What cannot be said without Ruby.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeftToRuby;

impl Pattern {
    /// The pattern between the slashes, with these flags; `None` if it is left to Ruby.
    pub(super) fn new(source: &str, ignore_case: bool, dot_takes_breaks: bool) -> Option<Self> {
        parser::parse(source, ignore_case, dot_takes_breaks)
    }

    /// The number of groups.
    pub(super) const fn groups(&self) -> usize {
        self.groups
    }

    /// Whether it can match the empty text, which Ruby's methods each treat in their own way.
    pub(super) const fn can_be_empty(&self) -> bool {
        self.can_be_empty
    }

    /// The first match at or after `from`.
    pub(super) fn find(&self, text: &str, from: usize) -> Result<Option<Match>, LeftToRuby> {
        let mut steps = MOST_STEPS;
        for start in from..=text.len() {
            if let Some(found) = self.at(text, start, &mut steps)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The match that begins at `start`.
    pub(super) fn find_at(&self, text: &str, start: usize) -> Result<Option<Match>, LeftToRuby> {
        self.at(text, start, &mut MOST_STEPS.clone())
    }

    /// Matches from left to right, the first way that succeeds, as engines that go back do.
    fn at(&self, text: &str, start: usize, steps: &mut usize) -> Result<Option<Match>, LeftToRuby> {
        if !text.is_ascii() {
            return Err(LeftToRuby);
        }
        let text = text.as_bytes();
        let mut bounds = vec![None; 2 * (self.groups + 1)];
        let mut others: Vec<(usize, usize, Vec<Option<usize>>)> = Vec::new();
        let (mut next, mut place) = (0, start);
        loop {
            *steps = steps.checked_sub(1).ok_or(LeftToRuby)?;
            let goes_on = match self.program.get(next).ok_or(LeftToRuby)? {
                Instruction::Done => return Ok(Some(Match { bounds })),
                Instruction::Jump(to) => {
                    next = *to;
                    true
                }
                Instruction::Split(first, second) => {
                    others.push((*second, place, bounds.clone()));
                    next = *first;
                    true
                }
                Instruction::Save(bound) => {
                    bounds[*bound] = Some(place);
                    next += 1;
                    true
                }
                Instruction::Assert(kind) => {
                    next += 1;
                    is_at(text, place, *kind)
                }
                Instruction::Set(set) => {
                    next += 1;
                    place += 1;
                    text.get(place - 1).is_some_and(|byte| set.has(*byte))
                }
            };
            if !goes_on {
                let Some(other) = others.pop() else { return Ok(None) };
                (next, place, bounds) = other;
            }
        }
    }
}

fn is_at(text: &[u8], place: usize, kind: Place) -> bool {
    let before = place.checked_sub(1).and_then(|before| text.get(before));
    let after = text.get(place);
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    match kind {
        // Ruby: not behind the last line break of a text.
        Place::LineStart => before.is_none() || before == Some(&b'\n') && after.is_some(),
        Place::LineEnd => after.is_none() || after == Some(&b'\n'),
        Place::TextStart => before.is_none(),
        Place::TextEnd => after.is_none(),
        Place::TextEndOrLastBreak => after.is_none() || text.get(place..) == Some(b"\n"),
        Place::WordBound => is_word(before) != is_word(after),
    }
}

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
