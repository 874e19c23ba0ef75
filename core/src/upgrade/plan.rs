//! The plan of an upgrade: the path with everything that belongs to it, as plain data.
//!
//! # Shape
//! `lab/schemas/upgrade-plan.schema.json`.

use serde::Serialize;

use super::before_11::OldSettings;
use super::decision::{self, decide};
use super::gate::{crossed, gate};
use super::settings::Catalogues;
use super::{
    Bundled, Concern, Decision, Direction, Documented, Floors, Gate, Hop, Leaving, Line, Note, NoteKind, Release,
    Severity, UpgradeError, before_11, breaks, documented, leaving, not_known, notes, passage, path, postgresql,
    releases, settings, steps, stops,
};
use crate::installation::Installation;
use crate::plan::StepList;
use crate::version::Version;

/// A hop with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedHop {
    /// The release installed before.
    pub from: &'static Release,
    /// The release to install.
    pub to: &'static Release,
    /// Whether it is made because it is a required stop.
    pub required_stop: bool,
    /// Why that stop, or why from that patch on, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Where it takes Mattermost.
    pub direction: Direction,
    /// What the new release needs of PostgreSQL.
    pub postgresql: Floors,
    /// Stops on the way that only some installations must make, with whom they concern.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditional_stops: Vec<ConditionalStop>,
    /// Changes of the database at the first start, with what their time grows with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub migrations: Vec<&'static Note>,
    /// What changes in the command-line tools.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command_line: Vec<&'static Note>,
    /// What else the versions in between bring.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<&'static Note>,
}

/// A stop that only some installations must make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ConditionalStop {
    /// The minor.
    pub gitlab: Line,
    /// Whom it concerns.
    pub required_for: &'static str,
}

/// A section of the document that applies to the upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Chapter {
    /// Its anchor.
    pub section: &'static str,
    /// The release whose installation it is about.
    pub at: Version,
}

/// A planned upgrade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpgradePlan {
    /// The release that is installed.
    pub from: &'static Release,
    /// The release at the end.
    pub to: &'static Release,
    /// Whether the settings switch Mattermost on; `None` if that is not known.
    pub mattermost_enabled: Option<bool>,
    /// By what route the document upgrades.
    pub decision: Decision,
    /// What becomes of the settings of GitLab 10.x, where the plan leaves it and `gitlab.rb` was given.
    pub old_settings: Option<OldSettings>,
    /// The sections of the document that apply.
    pub chapters: Vec<Chapter>,
    /// The target's row in the document's table, if its heading speaks of the target.
    pub documented: Option<&'static Documented>,
    /// The path.
    pub hops: Vec<PlannedHop>,
    /// What must be minded, in the order of the path.
    pub concerns: Vec<Concern>,
    /// The checks on the way to GitLab 19.
    pub gates: Vec<Gate>,
    /// How to leave the bundle, where the plan does.
    pub leaving: Option<Leaving>,
    /// What to do.
    pub steps: StepList,
}

impl UpgradePlan {
    /// Whether somebody has to do or check more than installing the packages.
    pub fn needs_action(&self) -> bool {
        self.concerns.iter().any(|concern| concern.severity > Severity::Note)
    }
}

/// The upgrade from one release to a later one.
///
/// # Errors
/// [`UpgradeError::NotUpwards`] unless `to` is later than `from`.
///
/// ```
/// use gitlab_mattermost_core::installation::Installation;
/// use gitlab_mattermost_core::upgrade::{release_from, release_to, upgrade};
///
/// let (from, to) = (release_from("13.12".parse()?)?, release_to("14.7".parse()?)?);
/// let plan = upgrade(from, to, &Installation::default())?;
/// assert_eq!(plan.hops[0].from.gitlab, "13.12.0".parse()?);
/// assert!(plan.steps.steps.iter().any(|step| step.id.starts_with("install-14.0")), "a required stop");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn upgrade(
    from: &'static Release,
    to: &'static Release,
    installation: &Installation<'_>,
) -> Result<UpgradePlan, UpgradeError> {
    let hops = path(from, to)?;
    let left = hops.iter().find(|hop| crossed(hop)).map(|hop| hop.from);
    Ok(assemble(from, to, &hops, left.filter(|_| installation.enabled() != Some(false)), installation))
}

/// The way out of the bundle: up to the last release that ships Mattermost, then to a server of its own.
///
/// ```
/// use gitlab_mattermost_core::installation::Installation;
/// use gitlab_mattermost_core::upgrade::{leave, release_from};
///
/// let plan = leave(release_from("18.0".parse()?)?, &Installation::default());
/// assert!(plan.leaving.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn leave(from: &'static Release, installation: &Installation<'_>) -> UpgradePlan {
    let last = releases::last_with_mattermost().filter(|last| last.gitlab > from.gitlab).unwrap_or(from);
    // There is nothing to do on the way if nothing later ships Mattermost.
    let hops = path(from, last).unwrap_or_default();
    let left = Some(last).filter(|last| last.mattermost != Bundled::Nothing);
    assemble(from, last, &hops, left, installation)
}

fn assemble(
    from: &'static Release,
    to: &'static Release,
    hops: &[Hop],
    left: Option<&'static Release>,
    installation: &Installation<'_>,
) -> UpgradePlan {
    let gates = gates(hops, installation);
    let decision = decide(from, installation);
    let at = hops.first().map_or(from.gitlab, |first| first.to.gitlab);
    let mut concerns: Vec<Concern> = not_known::concerns(at, installation);
    concerns.extend(hops.iter().filter_map(passage::gitlab_floor));
    concerns.extend(gates.iter().filter(|gate| gate.planned).flat_map(steps::gate_concerns));
    if installation.enabled() != Some(false) {
        concerns.extend(hops.first().and_then(|first| decision::concern(&decision, first)));
        concerns.extend(mattermost_concerns(hops, installation));
        concerns.extend(left.into_iter().flat_map(|left| leaving::concerns(left, installation)));
    }
    let leaving = left.and_then(|left| Some(leaving::leaving(left, left.mattermost.at_most()?, installation)));
    if from.mattermost == Bundled::Nothing {
        concerns.push(nothing_left(from));
    }
    concerns.sort_by_key(|concern| concern.at);
    let steps = steps::steps(hops, &concerns, &gates, leaving.as_ref(), installation);
    UpgradePlan {
        from,
        to,
        mattermost_enabled: installation.enabled(),
        decision,
        old_settings: old_settings(hops, installation),
        chapters: chapters(hops, left),
        documented: documented::of(Line::of(to.gitlab)),
        hops: hops.iter().map(planned).collect(),
        concerns,
        gates,
        leaving,
        steps,
    }
}

/// What the hops mean for a Mattermost that is in use.
fn mattermost_concerns(hops: &[Hop], installation: &Installation<'_>) -> Vec<Concern> {
    let mut catalogues = Catalogues::default();
    let mut concerns = Vec::new();
    for hop in hops {
        concerns.extend(before_11::concern(hop, installation));
        concerns.extend(passage::concerns(hop));
        concerns.extend(breaks::concerns(hop, installation));
        concerns.extend(settings::concerns(hop, installation, &mut catalogues));
        concerns.extend(gone(hop, installation));
    }
    concerns
}

fn planned(hop: &Hop) -> PlannedHop {
    let of =
        |wanted: fn(NoteKind) -> bool| notes::between(hop.from, hop.to).filter(move |note| wanted(note.kind)).collect();
    PlannedHop {
        from: hop.from,
        to: hop.to,
        required_stop: hop.stop.is_some(),
        reason: hop.stop.map(|stop| stop.reason).filter(|reason| !reason.is_empty()),
        direction: hop.direction(),
        postgresql: postgresql::floors(hop.to),
        conditional_stops: stops::conditional(Line::of(hop.from.gitlab), Line::of(hop.to.gitlab))
            .map(|stop| ConditionalStop { gitlab: stop.line, required_for: stop.reason })
            .collect(),
        migrations: of(|kind| kind == NoteKind::Migration),
        command_line: of(|kind| kind == NoteKind::Cli),
        // The database's least version stands under `postgresql`.
        notes: of(|kind| {
            !matches!(kind, NoteKind::Bundled | NoteKind::Cli | NoteKind::Migration | NoteKind::MinimumDb)
        }),
    }
}

/// The gate as it would be on the direct way, where the plan makes a stop in between, and as the plan passes it.
fn gates(hops: &[Hop], installation: &Installation<'_>) -> Vec<Gate> {
    let Some(hop) = hops.iter().find(|hop| crossed(hop)) else { return Vec::new() };
    let ends = hops.first().zip(hops.last()).map(|(first, last)| (first.from, last.to));
    // From an older minor there is no direct way: its check stops for the required stop alone.
    let direct =
        ends.filter(|ends| *ends != (hop.from, hop.to) && Line::of(ends.0.gitlab) == Line::of(hop.from.gitlab));
    let direct = direct.map(|(from, to)| gate(from.gitlab, to.gitlab, false, installation));
    direct.into_iter().chain([gate(hop.from.gitlab, hop.to.gitlab, true, installation)]).collect()
}

fn old_settings(hops: &[Hop], installation: &Installation<'_>) -> Option<OldSettings> {
    let crossed = hops.iter().any(before_11::crossed);
    Some(before_11::translation(installation).filter(|_| crossed)?.ok()?.into())
}

fn chapters(hops: &[Hop], left: Option<&Release>) -> Vec<Chapter> {
    let mut chapters = Vec::new();
    for hop in hops {
        let at = hop.to.gitlab;
        if chapters.is_empty() {
            chapters.push(Chapter { section: "upgrading-gitlab-mattermost", at });
        }
        if before_11::crossed(hop) {
            chapters.push(Chapter { section: "upgrading-gitlab-mattermost-from-versions-prior-to-110", at });
        }
        if passage::crosses(hop, Version::new(6, 0, 0)) {
            chapters.push(Chapter { section: "upgrading-gitlab-mattermost-to-146", at });
        }
    }
    chapters
        .extend(left.map(|left| Chapter { section: "upgrading-gitlab-mattermost-outside-of-gitlab", at: left.gitlab }));
    chapters
}

/// The step after which the package has no Mattermost.
fn gone(hop: &Hop, installation: &Installation<'_>) -> Option<Concern> {
    let used = match installation.enabled() {
        Some(_) => "gitlab.rb enables it",
        None => "whether gitlab.rb enables it is not known",
    };
    (hop.direction() == Direction::Removed).then(|| Concern {
        rule: "mattermost-removed",
        severity: Severity::Blocker,
        at: hop.to.gitlab,
        what: format!(
            "GitLab {} has no Mattermost: the program, its service and its nginx site are removed",
            hop.to.gitlab
        ),
        why: format!(
            "{used}; its data, database and account stay, but it cannot log in to the bundled database any more"
        ),
        fix: format!("leave the bundle with GitLab {} installed, as this plan does", hop.from.gitlab),
        place: None,
        source: "facts of omnibus-gitlab 19.0; known problem P29",
    })
}

/// An installation that is past the end already.
fn nothing_left(from: &Release) -> Concern {
    Concern {
        rule: "mattermost-already-removed",
        severity: Severity::Action,
        at: from.gitlab,
        what: format!("GitLab {} has no Mattermost", from.gitlab),
        why: "what is left: /var/opt/gitlab/mattermost, its logs, the env directory, the database and its role; the secrets \
              are in the automatic backup of /etc/gitlab only"
            .to_owned(),
        fix: "if it was in use, dump the database as the superuser and build a server from what is left".to_owned(),
        place: None,
        source: "facts of omnibus-gitlab 19.0",
    }
}
