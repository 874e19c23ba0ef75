//! What to do, in order: the plan that a person or a program can carry out.

use super::gate::{REMOVE_TRACES, crossed};
use super::{Bundled, Concern, Gate, Hop, Leaving, Ruling, Severity, Stops, safeguard};
use crate::backup::shell;
use crate::installation::Installation;
use crate::plan::{Effect, Step, StepList};

const STOP: &str = "sudo gitlab-ctl stop mattermost";
const RECONFIGURE: &str = "sudo gitlab-ctl reconfigure";

/// The steps of the upgrade along `hops`.
pub(super) fn steps(
    hops: &[Hop],
    concerns: &[Concern],
    gates: &[Gate],
    leaving: Option<&Leaving>,
    installation: &Installation<'_>,
) -> StepList {
    let mut plan = StepList::default();
    if let Some(first) = hops.first() {
        let mut step = safeguard::back_up("back-up", installation, false);
        let command = safeguard::inventory(first.from.gitlab, "before.json", installation);
        step.effects.insert(0, Effect::Command { command });
        plan.push(step);
    }
    let mut left = false;
    for hop in hops {
        if let Some(leaving) = leaving.filter(|leaving| leaving.last_gitlab == hop.from.gitlab) {
            leave(&mut plan, leaving, installation);
            left = true;
        }
        if crossed(hop) {
            let refused = gates.iter().any(|gate| gate.planned && gate.reconfigure.stops != Stops::No);
            plan.push(clear_settings(refused));
        }
        for concern in concerns.iter().filter(|concern| concern.at == hop.to.gitlab && is_preparation(concern)) {
            let id = format!("{}-{}-{}", concern.rule, concern.at, plan.steps.len());
            plan.push(Step::new(id, concern.fix.clone()).because(concern.what.clone()));
        }
        plan.push(install(hop));
    }
    if let Some(last) = hops.last().filter(|last| last.to.mattermost != Bundled::Nothing) {
        plan.push(safeguard::compare(last.to.gitlab, installation));
    }
    if let Some(leaving) = leaving.filter(|_| !left) {
        leave(&mut plan, leaving, installation);
    }
    plan
}

/// Whether the concern is dealt with before the package of its release is installed, by a step of its own.
fn is_preparation(concern: &Concern) -> bool {
    const ELSEWHERE: [&str; 6] = [
        "environment-only-settings",
        "gitlab-sign-in-ends",
        "setting-refused",
        "mattermost-removed",
        "stopped-before-installation",
        "stopped-at-reconfigure",
    ];
    concern.severity > Severity::Note && !ELSEWHERE.contains(&concern.rule)
}

fn install(hop: &Hop) -> Step {
    let gitlab = hop.to.gitlab;
    let what = match hop.to.mattermost {
        Bundled::Nothing => format!("install GitLab {gitlab}, which has no Mattermost"),
        mattermost => format!("install GitLab {gitlab} with Mattermost {}", super::passage::shown(mattermost)),
    };
    let mut step = Step::new(format!("install-{gitlab}"), what);
    step.effects.push(Effect::Install { gitlab });
    let step = step.command(RECONFIGURE);
    if hop.stop.is_some() {
        step.because("required stop: let its background migrations finish before going on")
    } else {
        step
    }
}

fn clear_settings(twice: bool) -> Step {
    let step = Step::new("remove-settings", REMOVE_TRACES).command(RECONFIGURE);
    if twice {
        step.because(
            "the checks before and after the next package look for them; if its first reconfigure stops over the old \
             secrets file, run it a second time",
        )
    } else {
        step.because("the checks before and after the next package look for them")
    }
}

fn leave(plan: &mut StepList, leaving: &Leaving, installation: &Installation<'_>) {
    let server = &leaving.server;
    plan.push(Step::new("refresh-environment", "write the env directory anew").command(RECONFIGURE));
    plan.push(Step::new("stop-mattermost", "stop Mattermost").command(STOP));
    plan.push(safeguard::back_up("back-up-to-move", installation, true));
    plan.push(new_database(installation));
    plan.push(Step::new("new-server", format!("install Mattermost Team Edition {}", server.land_on)).because(
        "the same version as in the bundle: a move and an upgrade at once could not be told apart when something fails",
    ));
    plan.push(Step::new(
        "new-files",
        "unpack data, plugins, client plugins and config.json into the new server's own folders, owned by its account",
    ));
    plan.push(Step::new("new-settings", "carry over every setting that lives only in the environment"));
    plan.push(
        Step::new("gitlab-application", "register the new address with GitLab's application and let GitLab know its host").because(
            "GitLab compares redirect URIs character by character; `gitlab_rails['mattermost_host']` replaces the external URL",
        ),
    );
    plan.push(Step::new(
        "start-and-compare",
        "start it; sign in through GitLab; compare users, posts and files with before",
    ));
    plan.push(
        Step::new(
            "next-server",
            format!("later, if an edition with sign-in through GitLab is at hand, go to {}", server.then),
        )
        .because("older releases of 11.x do not start on this database"),
    );
}

/// The database of the new server: the one that there is, where it is not the package's.
fn new_database(installation: &Installation<'_>) -> Step {
    let places = installation.places();
    if let Some(own) = &places.own_database {
        let given = own.line.map_or(String::new(), |line| format!(", set in line {line} of the settings file"));
        let keep = "keep the database: it is not the package's, and stays where it is";
        return Step::new("new-database", keep)
            .because(format!("its data source{given}, holds for the new server too"));
    }
    let bundled = places.database.unwrap_or_default();
    let role = bundled.role.unwrap_or_else(|| "gitlab_mattermost".to_owned());
    let name = bundled.name.unwrap_or_else(|| "mattermost_production".to_owned());
    Step::new(
        "new-database",
        "on the new server make a role and a database that it owns, and load the dump, stopping at the first error",
    )
    .because("since PostgreSQL 15 a role that does not own the database cannot create tables in it")
    .command(shell::line(["createuser", &role]))
    .command(shell::line(["createdb", "-O", &role, &name]))
    .command(format!(
        "zcat mattermost_dbdump_*.sql.gz | {}",
        shell::line(["psql", "-v", "ON_ERROR_STOP=1", "-U", &role, &name])
    ))
}

/// The gate's stops as concerns.
pub(super) fn gate_concerns(gate: &Gate) -> impl Iterator<Item = Concern> {
    let at = gate.target;
    let rulings = [
        ("stopped-before-installation", "the check before the package is installed", &gate.package),
        ("stopped-at-reconfigure", "the new package's reconfigure", &gate.reconfigure),
    ];
    rulings.into_iter().filter(|(.., ruling)| ruling.stops != Stops::No).map(move |(rule, check, ruling)| Concern {
        rule,
        severity: if ruling.stops == Stops::Yes { Severity::Blocker } else { Severity::Action },
        at,
        what: format!("{check} {}: {}", verb(ruling), ruling.when),
        why: ruling.why.clone(),
        fix: ruling.fix.join("; "),
        place: None,
        source: "package/libraries/deprecations.rb of omnibus-gitlab; known problem P29",
    })
}

fn verb(ruling: &Ruling) -> &'static str {
    if ruling.stops == Stops::Yes { "stops" } else { "may stop" }
}
