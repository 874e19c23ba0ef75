//! Finding the signs that an entry shows: one automaton finds all words, and the signs are formulas over what it found.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::sign::Sign;
use super::signs::signs;

/// The words of all signs, ready to look for.
#[derive(Debug)]
pub(super) struct Matcher {
    /// Finds the words that an entry must have one of to show anything; an entry without is passed over in one go.
    pub beginning: AhoCorasick,
    all: AhoCorasick,
    words: Vec<&'static str>,
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

    #[expect(clippy::expect_used, reason = "the words are constant; building it is tested")]
    fn new() -> Self {
        let mut numbers = BTreeMap::new();
        let mut words = Vec::new();
        let mut number = |word: &'static str| {
            *numbers.entry(word).or_insert_with(|| {
                words.push(word);
                words.len() - 1
            })
        };
        let mut formula = |sign: &Sign| Formula {
            sets: std::iter::once(sign.words)
                .chain(sign.with.iter().copied())
                .map(|set| set.iter().map(|word| number(word)).collect())
                .collect(),
            without: sign.without.iter().copied().flatten().map(|word| number(word)).collect(),
        };
        let formulas = signs().iter().map(|sign| formula(sign)).collect();
        let mut builder = AhoCorasick::builder();
        let builder = builder.ascii_case_insensitive(true);
        let all = builder.build(&words).expect("an automaton of constant words");
        let beginning: Vec<&str> = signs().iter().flat_map(|sign| sign.words).copied().collect();
        let beginning =
            builder.kind(Some(AhoCorasickKind::DFA)).build(beginning).expect("an automaton of constant words");
        Self { beginning, all, words, formulas }
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

#[cfg(test)]
mod tests {
    use super::Matcher;

    #[test]
    fn what_healthy_servers_write_is_passed_over_in_one_go() {
        for line in [
            r#"{"level":"debug","msg":"Received HTTP request","method":"GET","url":"/api/v4/users/me","status_code":"200"}"#,
            r#"{"level":"debug","msg":"Received HTTP request","method":"GET","url":"/oauth/gitlab/login","status_code":"302"}"#,
            r#"{"level":"info","msg":"Server is listening on [::]:8065"}"#,
            r#"{"method":"GET","path":"/api/v4/projects","status":200,"params":[],"ua":"Mozilla/5.0"}"#,
            r#"192.0.2.9 - - [31/Mar/2020:13:48:24 +0200] "GET /api/v4/users/ids HTTP/1.1" 200 77 "-" "Mozilla/5.0""#,
        ] {
            assert!(!Matcher::get().beginning.is_match(line), "{line}");
        }
    }
}
