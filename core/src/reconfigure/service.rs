//! Services under runit.

use super::machine::Machine;
use super::paths::{INIT, LOG_RUN, RUN};
use super::shell::command;
use crate::omnibus::RunScript;
use crate::plan::{Content, Effect, Step, StepList};

const SV: &str = "/opt/gitlab/embedded/bin/sv";

/// Writes the files of Mattermost's service; tells whether its run script changed.
pub(super) fn files(run: &RunScript, machine: &Machine, plan: &mut StepList) -> bool {
    let log = "#!/bin/sh\nexec /opt/gitlab/embedded/bin/svlogd -tt /var/log/gitlab/mattermost\n".to_owned();
    if !machine.files.contains_key(INIT) {
        let folders = command(&["mkdir", "-p", "/opt/gitlab/sv/mattermost/log", "/var/log/gitlab/mattermost"]);
        let link = command(&["ln", "-s", SV, INIT]);
        plan.push(Step::new("service-folder", "make the service `mattermost`").command(folders).command(link));
    }
    let mut changed = false;
    for (id, path, text) in [("service-log", LOG_RUN, log), ("service-run", RUN, script(run))] {
        if machine.text(path) != Some(&text) {
            let owner = "root:root".to_owned();
            let (content, mode) = (Content::plain(text), "0755".to_owned());
            let write = Effect::Write { path: path.to_owned(), content, owner, mode };
            plan.push(Step::new(id, format!("write {path}")).with(write));
            changed |= path == RUN;
        }
    }
    changed
}

/// What runit runs for Mattermost.
fn script(run: &RunScript) -> String {
    let words = run.chpst.iter().skip(1).chain([&run.program]).chain(&run.arguments);
    let words: Vec<_> = words.map(String::as_str).collect();
    let cd = command(&["cd", &run.working_directory]);
    format!("#!/bin/sh\nexec 2>&1\n{cd}\nexec /opt/gitlab/embedded/bin/chpst {}\n", command(&words))
}

/// Starts a service that is not supervised yet, or ends one that shall not be.
pub(super) fn switch(service: &str, wanted: bool, machine: &Machine, plan: &mut StepList) {
    let path = format!("/opt/gitlab/service/{service}");
    match (wanted, machine.services.contains(service)) {
        (true, false) => {
            let step = Step::new(format!("start-{service}"), format!("start the service `{service}`"));
            plan.push(step.with(Effect::Supervise { service: service.to_owned() }));
        }
        (false, true) => {
            let step = Step::new(format!("stop-{service}"), format!("stop the service `{service}` and take it out"));
            plan.push(step.command(command(&[SV, "force-stop", &path])).command(command(&["rm", "-f", &path])));
        }
        _ => {}
    }
}

/// Tells a running service that something of its own has changed: `restart` or `hup`.
pub(super) fn tell(service: &str, what: &str, plan: &mut StepList) {
    let step = Step::new(format!("{what}-{service}"), format!("{what} the service `{service}`"));
    plan.push(step.command(command(&["/opt/gitlab/bin/gitlab-ctl", what, service])));
}
