//! A pattern becomes a program.

use super::program::{Instruction, Pattern, Place, Set};

/// Groups in groups.
const DEEPEST: usize = 16;
/// Instructions of a pattern, whose quantifiers are spelt out.
const LONGEST: usize = 2_000;

impl Pattern {
    /// The pattern between the slashes, with these flags; `None` if it is left to Ruby.
    pub(in crate::gitlab_rb) fn new(source: &str, ignore_case: bool, dot_takes_breaks: bool) -> Option<Self> {
        parse(source, ignore_case, dot_takes_breaks)
    }
}

fn parse(source: &str, ignore_case: bool, dot_takes_breaks: bool) -> Option<Pattern> {
    if !source.is_ascii() {
        return None;
    }
    let mut parser = Parser { rest: source.as_bytes(), ignore_case, dot_takes_breaks, groups: 0, depth: 0 };
    let body = parser.alternatives()?;
    if !parser.rest.is_empty() {
        return None;
    }
    let mut program = vec![Instruction::Save(0)];
    append(&mut program, body.program);
    program.extend([Instruction::Save(1), Instruction::Done]);
    Some(Pattern { program, groups: parser.groups, can_be_empty: body.can_be_empty })
}

struct Parser<'a> {
    rest: &'a [u8],
    ignore_case: bool,
    dot_takes_breaks: bool,
    groups: usize,
    depth: usize,
}

/// A part of the program, its places counted from its own beginning.
#[derive(Clone)]
struct Part {
    program: Vec<Instruction>,
    can_be_empty: bool,
    /// Whether it is a place and takes no text, of which there cannot be many.
    is_place: bool,
}

impl Part {
    fn set(set: Set) -> Self {
        Self { program: vec![Instruction::Set(set)], can_be_empty: false, is_place: false }
    }

    fn place(place: Place) -> Self {
        Self { program: vec![Instruction::Assert(place)], can_be_empty: true, is_place: true }
    }

    const fn nothing() -> Self {
        Self { program: Vec::new(), can_be_empty: true, is_place: false }
    }

    fn then(&mut self, next: Self) -> Option<()> {
        append(&mut self.program, next.program);
        self.can_be_empty &= next.can_be_empty;
        (self.program.len() <= LONGEST).then_some(())
    }
}

/// Puts a part behind the program.
fn append(program: &mut Vec<Instruction>, part: Vec<Instruction>) {
    let base = program.len();
    program.extend(part.into_iter().map(|instruction| match instruction {
        Instruction::Split(first, second) => Instruction::Split(first + base, second + base),
        Instruction::Jump(to) => Instruction::Jump(to + base),
        other => other,
    }));
}

impl Parser<'_> {
    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn takes(&mut self, expected: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(expected);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn alternatives(&mut self) -> Option<Part> {
        let mut first = self.sequence()?;
        while self.takes(b"|") {
            let other = self.sequence()?;
            let mut program = vec![Instruction::Split(1, first.program.len() + 2)];
            append(&mut program, first.program);
            program.push(Instruction::Jump(program.len() + 1 + other.program.len()));
            append(&mut program, other.program);
            let can_be_empty = first.can_be_empty || other.can_be_empty;
            first = Part { program, can_be_empty, is_place: false };
        }
        (first.program.len() <= LONGEST).then_some(first)
    }

    fn sequence(&mut self) -> Option<Part> {
        let mut sequence = Part::nothing();
        while let Some(next) = self.rest.first() {
            if matches!(next, b'|' | b')') {
                break;
            }
            let part = self.atom()?;
            let part = self.quantified(part)?;
            sequence.then(part)?;
        }
        Some(sequence)
    }

    fn atom(&mut self) -> Option<Part> {
        Some(match self.take()? {
            b'^' => Part::place(Place::LineStart),
            b'$' => Part::place(Place::LineEnd),
            b'.' if self.dot_takes_breaks => Part::set(Set::ALL),
            b'.' => Part::set(Set::ALL.but(Set::of(b'\n'))),
            b'(' => return self.group(),
            b'[' => Part::set(self.class()?),
            b'\\' => return self.escaped(),
            b'*' | b'+' | b'?' | b'{' | b'}' | b']' => return None,
            literal => Part::set(self.cased(Set::of(literal))),
        })
    }

    fn cased(&self, set: Set) -> Set {
        if self.ignore_case { set.in_any_case() } else { set }
    }

    fn group(&mut self) -> Option<Part> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let number = if self.takes(b"?:") {
            None
        } else if self.rest.starts_with(b"?") {
            return None;
        } else {
            self.groups += 1;
            Some(self.groups)
        };
        let inner = self.alternatives()?;
        if !self.takes(b")") {
            return None;
        }
        self.depth -= 1;
        let Some(number) = number else { return Some(inner) };
        let mut program = vec![Instruction::Save(2 * number)];
        append(&mut program, inner.program);
        program.push(Instruction::Save(2 * number + 1));
        Some(Part { program, ..inner })
    }

    fn escaped(&mut self) -> Option<Part> {
        let place = match self.rest.first()? {
            b'A' => Place::TextStart,
            b'z' => Place::TextEnd,
            b'Z' => Place::TextEndOrLastBreak,
            b'b' => Place::WordBound,
            _ => {
                let set = self.escaped_set()?;
                return Some(Part::set(self.cased(set)));
            }
        };
        self.take()?;
        Some(Part::place(place))
    }

    /// What stands behind a backslash for one character.
    fn escaped_set(&mut self) -> Option<Set> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c);
        Some(match self.take()? {
            b'd' => Set::which(|byte| byte.is_ascii_digit()),
            b'D' => Set::which(|byte| !byte.is_ascii_digit()),
            b'w' => Set::which(word),
            b'W' => Set::which(|byte| !word(byte)),
            b's' => Set::which(space),
            b'S' => Set::which(|byte| !space(byte)),
            b'h' => Set::which(|byte| byte.is_ascii_hexdigit()),
            b'n' => Set::of(b'\n'),
            b't' => Set::of(b'\t'),
            b'r' => Set::of(b'\r'),
            sign if sign.is_ascii_punctuation() => Set::of(sign),
            _ => return None,
        })
    }

    /// What stands between brackets, the first of which has been taken.
    fn class(&mut self) -> Option<Set> {
        let is_negated = self.takes(b"^");
        let mut set = Set::NONE;
        let mut is_first = true;
        loop {
            let (one, single) = match self.take()? {
                b']' if !is_first => break,
                b']' | b'[' => return None,
                b'&' if self.rest.starts_with(b"&") => return None,
                b'\\' => {
                    let single = self.rest.first().copied().filter(u8::is_ascii_punctuation);
                    (self.escaped_set()?, single)
                }
                // A bare `-` is one only at the bounds.
                b'-' if !is_first && !self.rest.starts_with(b"]") => return None,
                literal => (Set::of(literal), Some(literal)),
            };
            is_first = false;
            let is_range = self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(|next| *next != b']');
            if !is_range {
                set = set.and(one);
                continue;
            }
            self.take()?;
            let last = match self.take()? {
                b'[' | b'&' => return None,
                b'\\' => self.take().filter(u8::is_ascii_punctuation)?,
                literal => literal,
            };
            let first = single?;
            if first > last {
                return None;
            }
            set = (first..=last).fold(set, |set, byte| set.and(Set::of(byte)));
        }
        // The complement is taken after the case, as in Ruby.
        let set = if self.ignore_case { set.in_any_case() } else { set };
        Some(if is_negated { Set::ALL.but(set) } else { set })
    }

    fn quantified(&mut self, part: Part) -> Option<Part> {
        let (least, most) = match self.rest.first() {
            Some(b'?') => (0, Some(1)),
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'{') => return self.counted(part),
            _ => return Some(part),
        };
        self.take()?;
        self.repeated(part, least, most)
    }

    fn counted(&mut self, part: Part) -> Option<Part> {
        let end = self.rest.iter().position(|byte| *byte == b'}')?;
        let (inside, rest) = (std::str::from_utf8(&self.rest[1..end]).ok()?, &self.rest[end + 1..]);
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let (least, most) = match inside.split_once(',') {
            // Ruby takes `{2}?` for `{2}` or nothing, others for lazy.
            None if rest.starts_with(b"?") => return None,
            None => (number(inside)?, Some(number(inside)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        self.rest = rest;
        self.repeated(part, least, most)
    }

    fn repeated(&mut self, part: Part, least: usize, most: Option<usize>) -> Option<Part> {
        let is_lazy = self.takes(b"?");
        // A second quantifier means different things to different engines, and so does a repeated nothing.
        let is_in_doubt = self.rest.first().is_some_and(|next| matches!(next, b'?' | b'*' | b'+' | b'{'));
        if is_in_doubt || part.is_place || part.can_be_empty || most.is_some_and(|most| most < least || most > LONGEST)
        {
            return None;
        }
        if least > LONGEST {
            return None;
        }
        let mut whole = Part::nothing();
        for _ in 0..least {
            whole.then(part.clone())?;
        }
        let size = part.program.len();
        let split = |first: usize, second: usize| {
            if is_lazy { Instruction::Split(second, first) } else { Instruction::Split(first, second) }
        };
        match most {
            None => {
                let mut looped = vec![split(1, size + 2)];
                append(&mut looped, part.program.clone());
                looped.push(Instruction::Jump(0));
                whole.then(Part { program: looped, can_be_empty: true, is_place: false })?;
            }
            Some(most) => {
                for _ in least..most {
                    let mut once = vec![split(1, size + 1)];
                    append(&mut once, part.program.clone());
                    whole.then(Part { program: once, can_be_empty: true, is_place: false })?;
                }
            }
        }
        whole.can_be_empty = least == 0;
        Some(whole)
    }
}
