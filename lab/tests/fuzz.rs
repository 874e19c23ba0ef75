//! Data of strangers at every entry point: inputs that were found once are taken, and so is whatever becomes of them.
//!
//! The same entry points are played with libFuzzer by `ci/fuzz`. `LAB_FUZZ_SECONDS` says for how long inputs are changed here,
//! in all, else each entry point gets the same few hundred; `LAB_FUZZ_SEED` where to begin. An input that breaks something is kept below `target/tmp`.

#[path = "../fuzz/entry_points.rs"]
mod entry_points;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer inputs find nothing that shorter ones do not, and take longer, in bytes.
const LONGEST: usize = 64 << 10;

/// How many changed inputs each entry point gets.
const USUAL: u32 = 600;

/// What leads readers astray.
const BITS: [&[u8]; 30] = [
    b"\0",
    b"\n",
    b"\r\n",
    b"'",
    b"\"",
    b"\\",
    b"`",
    b"$$",
    b"(",
    b")",
    b"{",
    b"}",
    b"[",
    b"]",
    b"#",
    b"#{",
    b"%",
    b"%00",
    b"&",
    b"=",
    b"@",
    b"/",
    b"//",
    b":",
    b";",
    b"--",
    b"|",
    b"<",
    b"\xff",
    "\u{202e}é".as_bytes(),
];

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

/// The inputs of an entry point.
fn inputs(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/inputs").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// An input with some bytes changed, taken out, said again or taken from another one.
fn changed(inputs: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = inputs[dice.below(inputs.len())].clone();
    for _ in 0..=dice.below(5) {
        let at = dice.below(input.len() + 1);
        let to = (at + dice.below(80)).min(input.len());
        match dice.below(6) {
            0 => drop(input.drain(at..to)),
            1 => {
                let again = input[at..to].to_vec();
                let place = dice.below(input.len() + 1);
                input.splice(place..place, again);
            }
            2 if at < input.len() => input[at] ^= 1 << dice.below(8),
            3 => {
                let other = &inputs[dice.below(inputs.len())];
                let from = dice.below(other.len() + 1);
                let end = (from + dice.below(200)).min(other.len());
                input.splice(at..to, other[from..end].iter().copied());
            }
            4 => input.truncate(at),
            _ => {
                let times = if dice.below(40) == 0 { 500 } else { 1 };
                input.splice(at..at, BITS[dice.below(BITS.len())].repeat(times));
            }
        }
    }
    input.truncate(LONGEST);
    input
}

/// Plays one input; one that breaks something is kept.
fn play(name: &str, entry_point: fn(&[u8]), input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| entry_point(input))).is_err() {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
        fs::write(&path, input).unwrap();
        panic!("`{name}` breaks over `{}`", path.display());
    }
}

#[test]
fn every_entry_point_takes_what_it_is_given() {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let whole = std::env::var("LAB_FUZZ_SECONDS").ok().map(|text| Duration::from_secs(text.parse().unwrap()));
    let mut dice = Dice(number("LAB_FUZZ_SEED", 4711) | 1);
    for (name, entry_point) in entry_points::ALL {
        let inputs = inputs(name);
        assert!(inputs.len() > 2, "`{name}` has too few inputs");
        inputs.iter().for_each(|input| play(name, entry_point, input));
        let (start, mut played) = (Instant::now(), 0_u32);
        // Inputs are alike in every run, so that what breaks tells of a change; on demand they go on for a time.
        let goes_on = |played| match whole {
            Some(whole) => start.elapsed() < whole / entry_points::ALL.len() as u32,
            None => played < USUAL,
        };
        while goes_on(played) {
            play(name, entry_point, &changed(&inputs, &mut dice));
            played += 1;
        }
        println!("{name}: {} inputs and {played} changed ones", inputs.len());
    }
    entry_points::clean_up();
}
