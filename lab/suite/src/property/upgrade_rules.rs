//! What the tables of releases and stops say of a plan, without planning one.

use gitlab_mattermost_core::upgrade::tables::{releases, stops};
use gitlab_mattermost_core::upgrade::{Line, Release, StopKind};
use gitlab_mattermost_stage::subject::program::Answer;
use serde_json::{Value, json};

/// What was expected and found, if the answer to "from `from` to `to`" does not keep to the tables.
///
/// A plan is one chain of ever later releases from the one to the other, each with the Mattermost that it ships, and makes
/// every required stop on the way, at a patch that will do. Only what leads nowhere up is refused.
pub(super) fn broken_rule(from: &str, to: &str, answer: &Answer) -> Option<(String, String)> {
    let (Some(from), Some(to)) = (release(from), release(to)) else {
        return Some(("a question about two releases".to_owned(), format!("from {from} to {to}")));
    };
    let plan = match answer {
        Ok(plan) => plan,
        Err(_) if from.gitlab >= to.gitlab => return None,
        Err(refusal) => return Some(("a plan".to_owned(), format!("a refusal as `{}`", refusal.kind))),
    };
    let hops = plan.get("hops").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    chain(from, to, hops).or_else(|| missed_stop(from, to, hops))
}

fn release(version: &str) -> Option<&'static Release> {
    releases().iter().find(|release| release.gitlab.to_string() == version)
}

fn end<'a>(hop: &'a Value, side: &str) -> Option<&'a str> {
    hop.get(side)?.get("gitlab")?.as_str()
}

/// The first place where the hops are no chain upwards of releases as the table has them.
fn chain(from: &Release, to: &Release, hops: &[Value]) -> Option<(String, String)> {
    let mut at = from;
    for hop in hops {
        let begins = end(hop, "from").unwrap_or_default();
        if begins != at.gitlab.to_string() {
            return Some((format!("a hop from {}", at.gitlab), format!("one from {begins}")));
        }
        let ends = end(hop, "to").unwrap_or_default();
        let Some(next) = release(ends).filter(|next| next.gitlab > at.gitlab) else {
            return Some((format!("a hop to a release after {}", at.gitlab), format!("one to {ends}")));
        };
        let shipped = json!(next.mattermost);
        let said = hop.get("to").and_then(|to| to.get("mattermost")).cloned().unwrap_or_default();
        if said != shipped {
            return Some((format!("{ends} with Mattermost {shipped}"), format!("with Mattermost {said}")));
        }
        at = next;
    }
    (at.gitlab != to.gitlab).then(|| (format!("an end at {}", to.gitlab), format!("an end at {}", at.gitlab)))
}

/// The first required stop that no hop makes, or that is not said to be required.
fn missed_stop(from: &Release, to: &Release, hops: &[Value]) -> Option<(String, String)> {
    let (installed, target) = (Line::of(from.gitlab), Line::of(to.gitlab));
    let is_due = |line: Line, least_patch: u32| {
        line < target && (line > installed || line == installed && from.gitlab.patch < least_patch)
    };
    let due = stops().iter().filter(|stop| stop.kind == StopKind::Required && is_due(stop.line, stop.least_patch));
    for stop in due {
        let will_do =
            |release: &&Release| Line::of(release.gitlab) == stop.line && release.gitlab.patch >= stop.least_patch;
        let is_made = |hop: &Value| end(hop, "to").and_then(release).as_ref().is_some_and(will_do);
        let is_said = |hop: &Value| hop.get("required_stop") == Some(&Value::Bool(true));
        if !hops.iter().any(|hop| is_made(hop) && is_said(hop)) {
            let Line { major, minor } = stop.line;
            let expected = format!("a required stop at {major}.{minor}, patch {} or later", stop.least_patch);
            let ends: Vec<&str> = hops.iter().filter_map(|hop| end(hop, "to")).collect();
            return Some((expected, ends.join(", ")));
        }
    }
    None
}
