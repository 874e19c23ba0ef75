//! Finding the signs that an entry shows: one automaton finds all words, and the signs are formulas over what it found. A
//! second one, which takes as long to build as it takes to look at a small log, passes over most lines of a large one.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use indexmap::IndexSet;

use super::sign::Sign;
use super::signs::signs;

/// How much of a log is looked at before the second automaton is worth building, in bytes.
const SMALL: u64 = 64 << 10;

/// The words of all signs, ready to look for.
#[derive(Debug)]
pub(super) struct Matcher {
    /// Finds the words that an entry must have one of to show anything.
    beginning: LazyLock<AhoCorasick>,
    all: AhoCorasick,
    words: Vec<&'static str>,
    /// Whether each of the words is one that `beginning` finds.
    begins: Vec<bool>,
    formulas: Vec<Formula>,
}

/// A sign with its words as numbers.
#[derive(Debug)]
struct Formula {
    /// Of each of these sets one must be there.
    sets: Vec<Vec<usize>>,
    without: Vec<usize>,
}

/// A sign that an entry shows, and by which words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Its number in the table.
    pub sign: usize,
    /// The words.
    pub words: Vec<&'static str>,
}

impl Matcher {
    /// The words of the table.
    pub fn get() -> &'static Self {
        static MATCHER: LazyLock<Matcher> = LazyLock::new(Matcher::new);
        &MATCHER
    }

    fn new() -> Self {
        let mut words = IndexSet::new();
        let mut number = |word: &'static str| words.insert_full(word).0;
        let mut formula = |sign: &Sign| Formula {
            sets: std::iter::once(sign.words)
                .chain(sign.with.iter().copied())
                .map(|set| set.iter().map(|word| number(word)).collect())
                .collect(),
            without: sign.without.iter().copied().flatten().map(|word| number(word)).collect(),
        };
        let formulas = signs().iter().map(|sign| formula(sign)).collect();
        let mut begins = vec![false; words.len()];
        for number in beginning_words().filter_map(|word| words.get_index_of(word)) {
            begins[number] = true;
        }
        let words: Vec<&str> = words.into_iter().collect();
        Self {
            beginning: LazyLock::new(|| automaton(&beginning_words().collect::<Vec<_>>(), Some(AhoCorasickKind::DFA))),
            all: automaton(&words, None),
            words,
            begins,
            formulas,
        }
    }

    /// Whether an entry has a word without which it shows nothing. `read` is how much of the log was read, in bytes.
    pub fn may_show(&self, entry: &[u8], read: u64) -> bool {
        if read > SMALL {
            return self.beginning.is_match(entry);
        }
        self.all.find_overlapping_iter(entry).any(|found| self.begins[found.pattern().as_usize()])
    }

    /// The first sign in the table that one of the texts of an entry shows: an entry has one cause.
    pub fn shown(&self, texts: &[&str]) -> Option<Shown> {
        let mut has = vec![false; self.words.len()];
        for text in texts {
            for found in self.all.find_overlapping_iter(*text) {
                has[found.pattern().as_usize()] = true;
            }
        }
        let fits = |formula: &Formula| {
            let one_of = |set: &Vec<usize>| set.iter().copied().find(|word| has[*word]);
            let words = formula.sets.iter().map(one_of).collect::<Option<Vec<usize>>>()?;
            let is_excluded = formula.without.iter().any(|word| has[*word]);
            (!is_excluded).then_some(words)
        };
        let (sign, words) =
            self.formulas.iter().enumerate().find_map(|(sign, formula)| Some((sign, fits(formula)?)))?;
        Some(Shown { sign, words: self.told(&words) })
    }

    /// The words, without those that are part of another.
    fn told(&self, words: &[usize]) -> Vec<&'static str> {
        let words: Vec<&str> = words.iter().map(|word| self.words[*word]).collect();
        let is_part = |at: usize, word: &str| {
            words.iter().enumerate().any(|(other, longer)| {
                other != at && longer.contains(word) && (longer.len() > word.len() || other < at)
            })
        };
        words.iter().enumerate().filter(|(at, word)| !is_part(*at, word)).map(|(_, word)| *word).collect()
    }
}

/// The words that an entry must have one of to show anything.
fn beginning_words() -> impl Iterator<Item = &'static str> {
    signs().iter().flat_map(|sign| sign.words).copied()
}

#[expect(clippy::expect_used, reason = "the words are constant; building it is tested")]
fn automaton(words: &[&'static str], kind: Option<AhoCorasickKind>) -> AhoCorasick {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(kind).build(words).expect("an automaton of constant words")
}

#[cfg(test)]
mod tests {
    use super::{Matcher, SMALL, beginning_words};

    #[test]
    fn the_beginning_of_a_log_is_looked_at_for_the_same_words_as_the_rest() {
        let matcher = Matcher::get();
        let texts = beginning_words()
            .flat_map(|word| [format!("a {word} b"), word.to_uppercase(), word.chars().skip(1).collect()]);
        for text in texts {
            let [small, large] = [0, SMALL + 1].map(|read| matcher.may_show(text.as_bytes(), read));
            assert_eq!(small, large, "{text}");
        }
    }

    #[test]
    fn what_healthy_servers_write_is_passed_over_in_one_go() {
        for line in [
            r#"{"level":"debug","msg":"Received HTTP request","method":"GET","url":"/api/v4/users/me","status_code":"200"}"#,
            r#"{"level":"debug","msg":"Received HTTP request","method":"GET","url":"/oauth/gitlab/login","status_code":"302"}"#,
            r#"{"level":"info","msg":"Server is listening on [::]:8065"}"#,
            r#"{"method":"GET","path":"/api/v4/projects","status":200,"params":[],"ua":"Mozilla/5.0"}"#,
            r#"192.0.2.9 - - [31/Mar/2020:13:48:24 +0200] "GET /api/v4/users/ids HTTP/1.1" 200 77 "-" "Mozilla/5.0""#,
        ] {
            assert!(!Matcher::get().may_show(line.as_bytes(), SMALL + 1), "{line}");
        }
    }
}
