//! Users' files that the database knows: how many of them are there no more.

use super::findings::Findings;
use crate::inventory::{Attachments, Change, Judgement};

/// How many paths are named.
const NAMED: usize = 5;

pub(super) fn compare(before: Option<&Attachments>, after: Option<&Attachments>, findings: &mut Findings) {
    let (Some(before), after) = (before, after) else { return };
    let Some(after) = after else {
        findings.not_compared.insert("attachments".to_owned());
        return;
    };
    let told = |it: &Attachments| format!("{} of {} without their file", it.missing, it.rows);
    let new: Vec<&str> =
        after.missing_paths.iter().filter(|path| !before.missing_paths.contains(path)).map(String::as_str).collect();
    let (judgement, rule, why) = match after.missing.cmp(&before.missing) {
        std::cmp::Ordering::Equal if new.is_empty() => return,
        std::cmp::Ordering::Less => {
            (Judgement::Expected, "attachments-found", "files that were missing are there".to_owned())
        }
        _ => {
            let named = new.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
            (Judgement::Lost, "attachments-missing", format!("the database knows files that are gone: {named}"))
        }
    };
    findings.add(Change::new(judgement, rule, "attachments", why).between(told(before), told(after)));
}
