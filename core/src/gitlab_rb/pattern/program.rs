//! A pattern as a program, and how it is matched.

/// More steps than a pattern of a settings file takes.
const MOST_STEPS: usize = 100_000;

/// A pattern that can be matched here.
#[derive(Debug, Clone)]
pub(in crate::gitlab_rb) struct Pattern {
    pub(super) program: Vec<Instruction>,
    pub(super) groups: usize,
    pub(super) can_be_empty: bool,
}

/// One step of a match.
#[derive(Debug, Clone)]
pub(super) enum Instruction {
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
pub(super) enum Place {
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    TextEndOrLastBreak,
    WordBound,
}

/// A set of ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Set(u128);

impl Set {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(u128::MAX);

    pub(super) const fn of(byte: u8) -> Self {
        Self(1 << (byte & 0x7f))
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn but(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn which(is_in: impl Fn(u8) -> bool) -> Self {
        (0..128).filter(|byte| is_in(*byte)).fold(Self::NONE, |set, byte| set.and(Self::of(byte)))
    }

    const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    /// The set with both cases of each of its letters.
    pub(super) fn in_any_case(self) -> Self {
        Self::which(|byte| self.has(byte.to_ascii_lowercase()) || self.has(byte.to_ascii_uppercase()) || self.has(byte))
    }
}

/// Where a pattern matched: the bounds of the whole and of each group, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gitlab_rb) struct Match {
    bounds: Vec<Option<usize>>,
}

impl Match {
    /// The bounds of a group, 0 being the whole.
    pub(in crate::gitlab_rb) fn group(&self, number: usize) -> Option<(usize, usize)> {
        let bound = |index: usize| self.bounds.get(index).copied().flatten();
        Some((bound(2 * number)?, bound(2 * number + 1)?))
    }
}

/// What cannot be said without Ruby.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::gitlab_rb) struct LeftToRuby;

impl Pattern {
    /// The number of groups.
    pub(in crate::gitlab_rb) const fn groups(&self) -> usize {
        self.groups
    }

    /// Whether it can match the empty text, which Ruby's methods each treat in their own way.
    pub(in crate::gitlab_rb) const fn can_be_empty(&self) -> bool {
        self.can_be_empty
    }

    /// The first match at or after `from`.
    pub(in crate::gitlab_rb) fn find(&self, text: &str, from: usize) -> Result<Option<Match>, LeftToRuby> {
        let mut steps = MOST_STEPS;
        for start in from..=text.len() {
            if let Some(found) = self.at(text, start, &mut steps)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The match that begins at `start`.
    pub(in crate::gitlab_rb) fn find_at(&self, text: &str, start: usize) -> Result<Option<Match>, LeftToRuby> {
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
