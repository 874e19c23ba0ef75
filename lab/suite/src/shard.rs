//! One part of a suite that is played as several runs, on as many machines.
//!
//! Not here: which scenarios it holds (`runner::Durations`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of a suite.
///
/// # Shape
/// `2/3` is the second of three parts; `0/3`, `4/3` and `2` are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// The number of the part, from 1.
    part: usize,
    /// How many parts there are.
    of: usize,
}

impl Shard {
    /// The number of the part, from 1.
    pub const fn part(self) -> usize {
        self.part
    }

    /// How many parts there are.
    pub const fn of(self) -> usize {
        self.of
    }

    /// All parts of a suite that is split into `of`.
    pub fn all(of: usize) -> impl Iterator<Item = Self> {
        (1..=of).map(move |part| Self { part, of })
    }

    /// Reads the flag: `I/N`, or `auto` and `auto/N`, which take the numbers from the variables of a CI job.
    ///
    /// GitLab CI sets `CI_NODE_INDEX` (from 1) and `CI_NODE_TOTAL` in jobs with `parallel:`. Kubernetes sets
    /// `JOB_COMPLETION_INDEX` (from 0) in an indexed Job and says nowhere how many there are, hence `auto/N`.
    ///
    /// # Errors
    /// A sentence that says how to write the flag, or which variable is missing.
    pub fn from_flag(text: &str) -> Result<Self, String> {
        Self::with_variables(text, |name| std::env::var(name).ok())
    }

    fn with_variables(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("auto") else { return text.parse() };
        let number = |name: &str| variable(name)?.parse::<usize>().ok();
        let given = match rest.strip_prefix('/') {
            Some(of) => Some(of.parse().map_err(|_| HOW.to_owned())?),
            None if rest.is_empty() => None,
            None => return Err(HOW.to_owned()),
        };
        let index = number("CI_NODE_INDEX").or_else(|| number("JOB_COMPLETION_INDEX")?.checked_add(1));
        let of = given.or_else(|| number("CI_NODE_TOTAL"));
        match (index, of) {
            (Some(part), Some(of)) => Self::new(part, of)
                .ok_or_else(|| format!("the job's variables say part {part} of {of}, which is none of the parts")),
            (None, _) => {
                Err("`auto` needs the variable CI_NODE_INDEX or JOB_COMPLETION_INDEX, and neither is a number"
                    .to_owned())
            }
            (Some(_), None) => Err("how many parts are there? write `auto/N`, or set CI_NODE_TOTAL".to_owned()),
        }
    }

    fn new(part: usize, of: usize) -> Option<Self> {
        (1 <= part && part <= of).then_some(Self { part, of })
    }
}

const HOW: &str = "write it as I/N with 1 <= I <= N, like `2/3`, or as `auto` or `auto/N`";

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        numbers.and_then(|(part, of)| Self::new(part, of)).ok_or_else(|| HOW.to_owned())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Shard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(text: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
        Shard::with_variables(text, variable).map(|shard| shard.to_string())
    }

    #[test]
    fn the_variables_of_gitlab_ci_count_from_one_and_those_of_kubernetes_from_nought() {
        assert_eq!(auto("auto", &[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "3")]), Ok("2/3".to_owned()));
        assert_eq!(auto("auto/3", &[("JOB_COMPLETION_INDEX", "0")]), Ok("1/3".to_owned()));
        assert_eq!(auto("2/3", &[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "9")]), Ok("2/3".to_owned()));
    }

    #[test]
    fn what_the_variables_lack_is_said() {
        assert!(auto("auto", &[]).unwrap_err().contains("CI_NODE_INDEX"));
        assert!(auto("auto", &[("JOB_COMPLETION_INDEX", "0")]).unwrap_err().contains("auto/N"));
        assert!(auto("auto/2", &[("JOB_COMPLETION_INDEX", "2")]).unwrap_err().contains("part 3 of 2"));
        assert_eq!(auto("automatic", &[]), Err(HOW.to_owned()));
        assert_eq!(auto("auto/", &[]), Err(HOW.to_owned()));
    }
}
