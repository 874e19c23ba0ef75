//! The way from one GitLab release to a later one: every required stop, and nothing else.
//!
//! Not here: what a hop means for the installation (`passage`).

use serde::Serialize;

use super::stops::required;
use super::{Bundled, Line, Release, Stop, UpgradeError};

/// One installation of a package.
///
/// # Shape
/// Given by [`path`]; `from` of a hop is `to` of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// The release installed before.
    pub from: &'static Release,
    /// The release to install.
    pub to: &'static Release,
    /// The stop it is made for; `None` for the target.
    pub stop: Option<&'static Stop>,
}

/// Where a hop takes Mattermost.
///
/// # Shape
/// In JSON `up`, `same`, `down`, `perhaps_down`, `removed` or `absent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To a later version.
    Up,
    /// Nowhere: the same version.
    Same,
    /// To an older version.
    Down,
    /// Perhaps to an older version: which one is installed is not known exactly.
    PerhapsDown,
    /// Out of the package.
    Removed,
    /// The package has no Mattermost before and after.
    Absent,
}

impl Hop {
    /// Where the hop takes Mattermost.
    pub fn direction(&self) -> Direction {
        match (self.from.mattermost, self.to.mattermost) {
            (Bundled::Nothing, Bundled::Nothing) => Direction::Absent,
            (_, Bundled::Nothing) => Direction::Removed,
            (before, after) if before.at_least() > after.at_most() => Direction::Down,
            (before, after) if before.at_most() > after.at_least() => Direction::PerhapsDown,
            (before, after) if before.at_least() == after.at_most() => Direction::Same,
            _ => Direction::Up,
        }
    }

    /// Whether a later patch of the stop exists but would have to be left for an older Mattermost afterwards.
    pub fn held_back(&self) -> bool {
        self.stop.is_some_and(|stop| stop.releases.last() != Some(self.to))
    }
}

/// The fewest hops from `from` to `to` that make every required stop.
///
/// At each stop the latest patch is taken, or the latest whose Mattermost is not later than that of the next hop: so
/// Mattermost goes down on the way only if it cannot be avoided.
///
/// # Errors
/// [`UpgradeError::NotUpwards`] unless `to` is later than `from`.
///
/// ```
/// use gitlab_mattermost_core::upgrade::{Direction, UpgradeError, path, release_from, release_to};
///
/// let (from, to) = (release_from("14.6".parse()?)?, release_to("14.7".parse()?)?);
/// let hops = path(from, to)?;
/// assert_eq!((hops.len(), hops[0].direction()), (1, Direction::Up));
/// assert!(matches!(path(to, from), Err(UpgradeError::NotUpwards { .. })));
/// # Ok::<(), UpgradeError>(())
/// ```
pub fn path(from: &'static Release, to: &'static Release) -> Result<Vec<Hop>, UpgradeError> {
    if to.gitlab <= from.gitlab {
        return Err(UpgradeError::NotUpwards { from: from.gitlab, to: to.gitlab });
    }
    let mut hops = Vec::new();
    let mut next = Hop { from, to, stop: None };
    for stop in between(from, to).iter().rev().filter(|stop| stop.line > Line::of(from.gitlab) || !serves(stop, from)) {
        let Some(here) = choose(stop, next.to) else { continue };
        next.from = here;
        hops.push(next);
        next = Hop { from, to: here, stop: Some(stop) };
    }
    hops.push(next);
    hops.reverse();
    Ok(hops)
}

/// The required stops from the line of `from` on and before the line of `to`.
fn between(from: &Release, to: &Release) -> &'static [Stop] {
    let required = required();
    let start = required.partition_point(|stop| stop.line < Line::of(from.gitlab));
    let end = required.partition_point(|stop| stop.line < Line::of(to.gitlab));
    &required[start..end.max(start)]
}

/// Whether the installed release is itself good enough for the stop on its own line.
fn serves(stop: &Stop, from: &Release) -> bool {
    from.gitlab.patch >= stop.least_patch
}

/// The release of `stop` to take when `next` follows.
fn choose(stop: &Stop, next: &Release) -> Option<&'static Release> {
    let not_later = |release: &&Release| {
        next.mattermost == Bundled::Nothing || release.mattermost.at_most() <= next.mattermost.at_least()
    };
    stop.releases.iter().rev().find(not_later).or(stop.releases.last())
}
