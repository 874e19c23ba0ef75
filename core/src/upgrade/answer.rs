//! The answer that a plan comes to: what stands in the way, where it stops, what keeps Mattermost down, how it begins.

use super::{Bundled, Concern, Direction, PlannedHop, Severity, UpgradePlan};
use crate::plan::Effect;
use crate::version::Version;

/// What somebody who asks for an upgrade wants to know first.
///
/// # Shape
/// Given by [`UpgradePlan::answer`]; it borrows from the plan.
///
/// ```
/// use gitlab_mattermost_core::installation::Installation;
/// use gitlab_mattermost_core::upgrade::{Severity, release_from, release_to, upgrade};
///
/// let (from, to) = (release_from("13.12".parse()?)?, release_to("19.0".parse()?)?);
/// let plan = upgrade(from, to, &Installation::default())?;
/// let answer = plan.answer();
/// assert!(answer.blockers.iter().all(|it| it.severity == Severity::Blocker));
/// assert_eq!(answer.blockers[0].rule, "mattermost-removed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    /// What would break or lose something if the plan began now, in the order of the path.
    pub blockers: Vec<&'a Concern>,
    /// What has to be done or checked besides, in the same order.
    pub actions: Vec<&'a Concern>,
    /// The GitLab releases to stop at before the last one.
    pub stops: Vec<Version>,
    /// How often another package replaces the one that runs Mattermost.
    pub restarts: usize,
    /// The releases whose first start changes the database.
    pub database_changes: Vec<DatabaseChange<'a>>,
    /// The first command of the plan.
    pub first_command: Option<&'a str>,
}

/// A release whose first start changes Mattermost's database before it serves anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseChange<'a> {
    /// The GitLab.
    pub gitlab: Version,
    /// What the time of the changes grows with: `rows of posts`.
    pub grows_with: Vec<&'a str>,
}

impl UpgradePlan {
    /// The answer that the plan comes to.
    pub fn answer(&self) -> Answer<'_> {
        let of = |severity| self.concerns.iter().filter(move |concern| concern.severity == severity).collect();
        let restarts = |hop: &&PlannedHop| !matches!(hop.direction, Direction::Absent | Direction::Removed);
        let uses_mattermost = self.mattermost_enabled != Some(false);
        let hops = self.hops.iter().filter(restarts).filter(|_| uses_mattermost);
        let effects = self.steps.steps.iter().flat_map(|step| &step.effects);
        Answer {
            blockers: of(Severity::Blocker),
            actions: of(Severity::Action),
            stops: self.hops.iter().filter(|hop| hop.required_stop).map(|hop| hop.to.gitlab).collect(),
            restarts: hops.clone().filter(|hop| hop.from.mattermost != Bundled::Nothing).count(),
            database_changes: hops.filter_map(database_change).collect(),
            first_command: effects.into_iter().find_map(|effect| match effect {
                Effect::Command { command } => Some(command.as_str()),
                _ => None,
            }),
        }
    }
}

fn database_change(hop: &PlannedHop) -> Option<DatabaseChange<'_>> {
    let mut grows_with: Vec<&str> = Vec::new();
    for it in hop.migrations.iter().filter_map(|note| note.driven_by.as_deref()) {
        if !grows_with.contains(&it) {
            grows_with.push(it);
        }
    }
    (!hop.migrations.is_empty()).then_some(DatabaseChange { gitlab: hop.to.gitlab, grows_with })
}

#[cfg(test)]
mod tests {
    use super::super::{release_from, release_to, upgrade};
    use crate::installation::Installation;

    #[test]
    fn the_answer_names_blockers_stops_and_changes_of_the_database() {
        let [from, to] = ["13.12.0", "18.10"].map(|text| text.parse().unwrap());
        let (from, to) = (release_from(from).unwrap(), release_to(to).unwrap());
        let plan = upgrade(from, to, &Installation::default()).unwrap();
        let answer = plan.answer();
        assert_eq!(answer.restarts, plan.hops.len());
        assert_eq!(answer.stops.len() + 1, plan.hops.len());
        let rewrite =
            answer.database_changes.iter().find(|it| it.grows_with.iter().any(|it| it.contains("posts, users")));
        assert!(rewrite.is_some_and(|it| it.gitlab.major == 14), "{:?}", answer.database_changes);
        assert!(answer.first_command.is_some_and(|it| it.contains("mattermost-lab inventory")));
        assert!(answer.actions.iter().any(|it| it.rule == "schema-rewrite-6.0"));
        let last = release_to("19.0".parse().unwrap()).unwrap();
        assert_eq!(
            upgrade(from, last, &Installation::default()).unwrap().answer().blockers[0].rule,
            "mattermost-removed"
        );
    }
}
