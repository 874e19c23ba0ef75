//! Logs, looked through line by line in constant memory.
//!
//! A line is kept no longer than its entry lasts: of each sign the hits are counted, and of the first few the line's number
//! and time. What a finding shows are the signs' own words, so nothing that a log holds, tokens included, can get into it.
//!
//! Not here: reading files, and unpacking them (`gitlab-mattermost-lab`).

mod assembly;
mod entry;
mod field;
mod journal;
mod matcher;
mod reader;
mod request;
mod sign;
mod signs;

pub use reader::{Log, LogReader};

use super::{Finding, Place, Problem};
use signs::signs;

/// Whether a sign of `problem` can be in a log.
pub(super) fn has_signs(problem: &Problem) -> bool {
    signs().iter().any(|sign| sign.problem == problem)
}

/// The signs of `problem` in `logs`, a finding for each.
pub(super) fn findings(problem: &Problem, logs: &[Log]) -> Vec<Finding> {
    let signs = signs().iter().enumerate().filter(|(_, sign)| sign.problem == problem);
    signs
        .filter_map(|(number, sign)| {
            let hits: Vec<_> = logs.iter().filter_map(|log| Some((log, log.hits(number)?))).collect();
            let count: u64 = hits.iter().map(|(_, hits)| hits.count).sum();
            let places = hits.iter().flat_map(|(log, hits)| {
                hits.first.iter().map(|hit| {
                    let place = Place::line(&log.name, hit.line);
                    match &hit.time {
                        Some(time) => place.showing(format!("at {time}")),
                        None => place,
                    }
                })
            });
            let words = hits.first().map(|(_, hits)| hits.words.join("\" and \"")).unwrap_or_default();
            let evidence = format!("the log says \"{words}\"");
            let finding = if sign.is_certain { problem.seen(evidence) } else { problem.suspected(evidence) };
            (count > 0).then(|| finding.at(places).times(count))
        })
        .collect()
}
