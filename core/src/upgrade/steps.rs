//! What to do, in order: the plan that a person or a program can carry out.

use super::gate::{REMOVE_TRACES, crossed};
use super::{Bundled, Concern, Gate, Hop, Leaving, Ruling, Severity, Stops};
use crate::plan::{Effect, Plan, Step};

/// The document's dump of the bundled database, and what its archive leaves out.
const DUMP: &str = "sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql \
                    mattermost_production | gzip > mattermost_dbdump_$(date --rfc-3339=date).sql.gz";
const FILES: &str = "sudo tar -zcvf mattermost_files_$(date --rfc-3339=date).gz -C /var/opt/gitlab mattermost";
const SETTINGS: &str =
    "sudo tar -zcvf mattermost_settings_$(date --rfc-3339=date).gz -C / etc/gitlab opt/gitlab/etc/mattermost";
const STOP: &str = "sudo gitlab-ctl stop mattermost";
const START: &str = "sudo gitlab-ctl start mattermost";
const RECONFIGURE: &str = "sudo gitlab-ctl reconfigure";

/// The steps of the upgrade along `hops`.
pub(super) fn steps(hops: &[Hop], concerns: &[Concern], gates: &[Gate], leaving: Option<&Leaving>) -> Plan {
    let mut plan = Plan::default();
    if !hops.is_empty() {
        let mut step = backup("back-up");
        step.effects.insert(0, Effect::Command { command: STOP.to_owned() });
        plan.push(step.command(START));
    }
    let mut left = false;
    for hop in hops {
        if let Some(leaving) = leaving.filter(|leaving| leaving.last_gitlab == hop.from.gitlab) {
            leave(&mut plan, leaving);
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
    if let Some(leaving) = leaving.filter(|_| !left) {
        leave(&mut plan, leaving);
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

fn backup(id: &str) -> Step {
    Step::new(id, "back up Mattermost: database, files, settings")
        .because(
            "GitLab's own backup leaves it out, and the document's archive leaves out plugins, settings and secrets",
        )
        .command(DUMP)
        .command(FILES)
        .command(SETTINGS)
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

fn leave(plan: &mut Plan, leaving: &Leaving) {
    let server = &leaving.server;
    plan.push(Step::new("refresh-environment", "write the env directory anew").command(RECONFIGURE));
    plan.push(Step::new("stop-mattermost", "stop Mattermost").command(STOP));
    plan.push(backup("back-up-to-move"));
    plan.push(
        Step::new("check-dump", "check that the dump is whole: it ends with \"PostgreSQL database dump complete\"")
            .because("the pipeline's exit status tells nothing"),
    );
    plan.push(
        Step::new(
            "new-database",
            "on the new server make a role and a database that it owns, and load the dump, stopping at the first error",
        )
        .because("since PostgreSQL 15 a role that does not own the database cannot create tables in it")
        .command("createuser gitlab_mattermost")
        .command("createdb -O gitlab_mattermost mattermost_production")
        .command(
            "zcat mattermost_dbdump_*.sql.gz | psql -v ON_ERROR_STOP=1 -U gitlab_mattermost mattermost_production",
        ),
    );
    plan.push(Step::new("new-server", format!("install Mattermost Team Edition {}", server.land_on)).because(
        "the same version as in the bundle: a move and an upgrade at once could not be told apart when something fails",
    ));
    plan.push(Step::new(
        "new-files",
        "unpack data, plugins, client plugins and config.json into the new server's own folders, owned by its account",
    ));
    plan.push(Step::new("new-settings", "carry over every setting listed under `environment_only`"));
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
