//! The comparison of two inventories: what differs, and whether anything known explains it.

mod attachments;
mod database;
mod findings;
mod folders;
mod pair;
mod passage;
mod settings;
mod table;
mod users;

use self::findings::Findings;
use self::passage::Passage;
use super::{Change, Diff, Inventory, Judgement};

/// Compares the inventory of `before` with that of `after` a move, an upgrade or a restore.
///
/// ```
/// use gitlab_mattermost_core::inventory::{Inventory, DiffVerdict, diff};
///
/// let before: Inventory = serde_json::from_str(
///     r#"{"format_version": 1, "folders": {"data": {"files": {"a.png": {"size": 3, "sha256": "00"}}}}}"#,
/// )?;
/// assert_eq!(diff(&before, &before).verdict, DiffVerdict::Identical);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn diff(before: &Inventory, after: &Inventory) -> Diff {
    let passage = Passage::of(before, after);
    let mut findings = Findings::default();
    server(&passage, &mut findings);
    settings::compare(before, after, &mut findings);
    database::compare(before.database.as_ref(), after.database.as_ref(), &passage, &mut findings);
    folders::compare(before, after, &passage, &mut findings);
    attachments::compare(before.attachments.as_ref(), after.attachments.as_ref(), &mut findings);
    findings.into_diff()
}

fn server(passage: &Passage, findings: &mut Findings) {
    let (Some(before), Some(after)) = (passage.before, passage.after) else { return };
    let (judgement, why) = match before.cmp(&after) {
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Less => (Judgement::Expected, "the server is a later one"),
        std::cmp::Ordering::Greater => {
            (Judgement::Changed, "the server is an earlier one; its database may hold what it does not know (P28)")
        }
    };
    findings.add(Change::new(judgement, "server-version", "Mattermost", why).between(before, after));
}
