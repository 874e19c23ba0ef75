//! Settings files, damaged at random: reading them must neither panic nor hang.
//!
//! 20 000 mutants by default; `MUTATIONS=1000000 cargo test --release --test library mutations` runs more. The numbers come
//! from a fixed seed, so a failure repeats; `MUTATIONS_SEED` chooses another.

use std::panic::{AssertUnwindSafe, catch_unwind};

use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};

const READINGS: &str = include_str!("data/ruby-readings.jsonl");

/// Pieces that lead a parser astray, or an evaluation to work hard.
const PIECES: [&str; 40] = [
    "'",
    "\"",
    "#{",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "<<~X\n",
    "X\n",
    "%w(",
    "%",
    "=begin\n",
    "=end\n",
    "__END__\n",
    " do |x| ",
    " end ",
    "if ",
    "unless ",
    "while ",
    "x",
    "mattermost",
    "['a']",
    " = ",
    " << ",
    " * 99999999",
    "**",
    "||=",
    "..",
    ".each { ",
    ".map(&:to_s)",
    "\\",
    "\n",
    "#",
    ":",
    "?",
    "->",
    "é",
    "\0",
];

/// A small generator of numbers (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % limit.max(1)
    }
}

fn mutate(source: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = source.chars().collect();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(chars.len() + 1);
        let end = (at + numbers.below(12)).min(chars.len());
        match numbers.below(5) {
            0 => drop(chars.drain(at..end)),
            1 => {
                let copy: Vec<char> = chars[at..end].to_vec();
                let to = numbers.below(chars.len() + 1);
                chars.splice(to..to, copy);
            }
            2 => {
                let piece = PIECES[numbers.below(PIECES.len())];
                let times = if numbers.below(50) == 0 { 300 } else { 1 };
                chars.splice(at..at, piece.repeat(times).chars());
            }
            3 => chars.truncate(at.max(chars.len() / 2)),
            _ => {
                let piece = PIECES[numbers.below(PIECES.len())];
                chars.splice(at..end, piece.chars());
            }
        }
    }
    chars.into_iter().collect()
}

/// A number from the environment, which must be one if it is there.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are not the core; the number of mutants is the developer's choice"
)]
fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn no_mutant_makes_reading_panic() {
    let sources: Vec<String> = READINGS
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["gitlab_rb"].as_str().unwrap().to_owned())
        .collect();
    let mut numbers = Numbers(from_environment("MUTATIONS_SEED", 0x9E37_79B9_7F4A_7C15));
    let count = from_environment("MUTATIONS", 20_000);
    let options = ReadOptions::default();
    let mut read_well = 0_u64;
    for _ in 0..count {
        let source = mutate(&sources[numbers.below(sources.len())], &mut numbers);
        let result = catch_unwind(AssertUnwindSafe(|| match read(&source, &options) {
            Ok(_) => true,
            Err(error) => error.to_string().is_empty(),
        }));
        match result {
            Ok(well) => read_well += u64::from(well),
            Err(_) => panic!("reading panics on this file:\n{source}"),
        }
    }
    // Damage that is always fatal would test the parser alone.
    assert!(read_well > count / 20 && read_well < count, "{read_well} of {count} mutants were read");
}
