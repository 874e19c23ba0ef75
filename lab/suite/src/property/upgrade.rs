//! Any upgrade is planned with the same releases on the way.

use gitlab_mattermost_core::upgrade::tables::releases;
use proptest::sample::select;
use serde_json::Value;

use super::search::{Found, Kind, PropertyError, Search};
use gitlab_mattermost_stage::subject::planner::PlanRequest;
use gitlab_mattermost_stage::subject::program::{self, Answer};

/// Searches for an upgrade that is planned wrongly.
///
/// # Errors
/// [`PropertyError`], if the planner gives no answer or is too slow to say.
pub fn any_upgrade_is_planned(search: &Search<'_>) -> Result<Option<Found>, PropertyError> {
    let versions: Vec<String> = releases().iter().map(|release| release.gitlab.to_string()).collect();
    let kind = Kind {
        shown: |(from, to): &(String, String)| format!("from {from} to {to}"),
        request: |(from, to)| {
            let request = PlanRequest { from: from.clone(), to: Some(to.clone()), ..PlanRequest::default() };
            program::request(&request)
        },
        difference,
    };
    search.run((select(versions.clone()), select(versions)), &kind)
}

/// The way as far as every planner tells it: each release with its Mattermost, and which of them are required stops.
fn way(plan: &Value) -> String {
    let release = |release: Option<&Value>| {
        let part = |name| release.and_then(|release| release.get(name)).cloned().unwrap_or_default();
        let gitlab = part("gitlab");
        format!("{} with Mattermost {}", gitlab.as_str().unwrap_or_default(), part("mattermost"))
    };
    let hops = plan.get("hops").and_then(Value::as_array).cloned().unwrap_or_default();
    let hops = hops.iter().map(|hop| {
        let stop = if hop.get("required_stop") == Some(&Value::Bool(true)) { " (required)" } else { "" };
        format!("{}{stop}", release(hop.get("to")))
    });
    let parts: Vec<String> = [release(plan.get("from"))].into_iter().chain(hops).collect();
    parts.join(", ")
}

fn difference(right: &Answer, given: &Answer) -> Option<(String, String)> {
    let told = |answer: &Answer| answer.as_ref().map_or_else(|_| "a refusal".to_owned(), way);
    let (expected, actual) = (told(right), told(given));
    (expected != actual).then_some((expected, actual))
}
