//! `mattermost-lab upgrade` from outside: status, stdout and stderr, and what it prints against its schema.

use std::fs;
use std::path::Path;

use crate::program::program;
use serde_json::Value;

const SETTINGS: &str = "\
mattermost_external_url 'http://mattermost.example.com'
mattermost['email_smtp_password'] = 'not-to-be-shown'
mattermost['webrtc_gateway_stun_uri'] = 'stun:stun.example.com'
mattermost['env'] = { 'MM_EMAILSETTINGS_BATCHINGINTERVAL' => '30' }
";

/// Runs the program for JSON and checks it against the schema.
fn plan(arguments: &[&str], settings: &str, status: i32) -> Value {
    let arguments: Vec<&str> = ["upgrade", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = program(&arguments).stdin(settings).status(status).output();
    let plan = serde_json::from_str(&output).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/upgrade-plan.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&plan).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{arguments:?}: {}", faults.join("\n"));
    assert!(!output.contains("not-to-be-shown"), "{arguments:?}");
    plan
}

#[test]
fn every_kind_of_plan_fits_its_schema_and_shows_no_secret() {
    for (arguments, status) in [
        (["--from", "14.7.0", "--to", "14.7.7"].as_slice(), 0),
        (&["--from", "7.14", "--to", "19.3"], 1),
        (&["--from", "8.14.5", "--to", "8.15.0"], 1),
        (&["--from", "10.8.1", "--to", "11.0", "--gitlab-rb", "-"], 1),
        (&["--from", "18.10.8", "--to", "18.11.3"], 1),
        (&["--from", "18.11.3", "--to", "19.0"], 1),
        (&["--from", "10.2.0"], 1),
        (&["--from", "18.11.11", "--gitlab-rb", "-"], 1),
        (&["--from", "19.0.0", "--to", "19.3"], 1),
        (&["--from", "19.0.0"], 1),
    ] {
        plan(arguments, SETTINGS, status);
    }
}

#[test]
fn old_settings_are_translated_by_name() {
    let plan = plan(&["--from", "10.8.7", "--to", "11.0", "--gitlab-rb", "-"], SETTINGS, 1);
    assert_eq!(plan["old_settings"]["variables"][0], "MM_EMAILSETTINGS_SMTPPASSWORD");
    assert_eq!(plan["old_settings"]["differences"][0]["key"], "webrtc_gateway_stun_uri");
}

#[test]
fn without_mattermost_only_gitlabs_own_needs_are_minded() {
    let plan =
        plan(&["--from", "14.5.4", "--to", "17.0", "--gitlab-rb", "-"], "external_url 'http://g.example.com'\n", 1);
    let rules: Vec<&Value> = plan["concerns"].as_array().unwrap().iter().map(|concern| &concern["rule"]).collect();
    assert!(!rules.is_empty() && rules.iter().all(|rule| *rule == "postgresql-floor-gitlab"), "{rules:?}");
}

#[test]
fn the_text_of_a_plan_tells_path_and_steps() {
    program(&["upgrade", "--from", "14.7.0", "--to", "14.7.7"])
        .stdout(
            "
verdict   GitLab 14.7.0 (Mattermost 6.2.1) -> GitLab 14.7.7 (Mattermost 6.2.5): ready: install and reconfigure
blockers  none
stops     none
downtime  one restart
next      mattermost-lab upgrade --from 14.7.0 --to 14.7.7 --gitlab-rb /etc/gitlab/gitlab.rb --config-json /var/opt/gitlab/mattermost/config.json

Route: upgrade the package and run reconfigure
  from GitLab 11.0 on the package passes its settings by environment and leaves config.json alone

Path
  14.7.0 -> GitLab 14.7.7 (Mattermost 6.2.5)  target
      PostgreSQL: GitLab needs 12, Mattermost needs 10, the package has 12.7

Steps
   1. back up Mattermost: database, files, plugins, settings, secrets
      (GitLab's own backup leaves it out, and the document's archive leaves out plugins, settings and secrets; these are the package's own places, as no settings file was given)
      $ sudo mattermost-lab inventory --gitlab-version 14.7.0 --config-json /var/opt/gitlab/mattermost/config.json --env-dir /opt/gitlab/etc/mattermost/env --data-dir /var/opt/gitlab/mattermost/data --plugins-dir /var/opt/gitlab/mattermost/plugins > before.json
      $ sudo mattermost-lab backup --to /var/backups --secrets
      $ sudo sh -c 'mattermost-lab verify \"$(ls -d /var/backups/mattermost_backup_* | tail -n 1)\"'
      $ # or the same by hand, where this program is not there: as root, in bash
      $ gitlab-ctl stop mattermost
      $ set -o pipefail
      $ STAMP=$(date -u +%Y-%m-%d-%H-%M-%S) DAY=$(date -u +%Y-%m-%d)
      $ mkdir -m 700 /var/backups/.mattermost_backup_$STAMP.partial
      $ sudo -u gitlab-psql /opt/gitlab/embedded/bin/pg_dump --no-password -h /var/opt/gitlab/postgresql -p 5432 -U gitlab-psql -d mattermost_production | gzip > /var/backups/.mattermost_backup_$STAMP.partial/mattermost_dbdump_$DAY.sql.gz
      $ tar -zcf /var/backups/.mattermost_backup_$STAMP.partial/mattermost_data_$DAY.gz -C /var/opt/gitlab/mattermost data -C /var/opt/gitlab/mattermost config.json
      $ tar -zcf /var/backups/.mattermost_backup_$STAMP.partial/mattermost_plugins_$DAY.gz -C /var/opt/gitlab/mattermost plugins -C /var/opt/gitlab/mattermost client-plugins
      $ tar -zcf /var/backups/.mattermost_backup_$STAMP.partial/mattermost_settings_$DAY.gz -C /opt/gitlab/etc/mattermost env
      $ tar -zcf /var/backups/.mattermost_backup_$STAMP.partial/mattermost_etc_gitlab_$DAY.gz -C / etc/gitlab
      $ zcat /var/backups/.mattermost_backup_$STAMP.partial/mattermost_dbdump_$DAY.sql.gz | tail -n 12 | grep -q 'PostgreSQL database dump complete'
      $ sync /var/backups/.mattermost_backup_$STAMP.partial
      $ mv --no-clobber /var/backups/.mattermost_backup_$STAMP.partial /var/backups/mattermost_backup_$STAMP
      $ gitlab-ctl start mattermost
   2. install GitLab 14.7.7 with Mattermost 6.2.5
      install the Linux package of GitLab 14.7.7, same edition
      $ sudo gitlab-ctl reconfigure
   3. compare with before, and follow a sign-in
      (what an upgrade lost or reverted shows nowhere else)
      $ sudo mattermost-lab inventory --gitlab-version 14.7.7 --config-json /var/opt/gitlab/mattermost/config.json --env-dir /opt/gitlab/etc/mattermost/env --data-dir /var/opt/gitlab/mattermost/data --plugins-dir /var/opt/gitlab/mattermost/plugins > after.json
      $ mattermost-lab inventory diff before.json after.json
      $ mattermost-lab trace --mattermost https://mattermost.example.com --gitlab https://gitlab.example.com
",
        )
        .check();
}

#[test]
fn leaving_the_bundle_in_brief_fits_on_two_screens_and_speaks_of_no_json() {
    let to_19 = ["upgrade", "--from", "18.10.2", "--to", "19.2", "--gitlab-rb", "-", "--brief"];
    let brief = ["upgrade", "--from", "18.10.2", "--gitlab-rb", "-", "--brief"];
    let text = program(&brief).stdin(SETTINGS).status(1).output();
    for text in [&text, &program(&to_19).stdin(SETTINGS).status(1).output()] {
        // Two screens of 100 columns and 30 lines.
        let rows: usize = text.lines().map(|line| line.chars().count().div_ceil(100).max(1)).sum();
        assert!(rows <= 60, "{rows} rows:\n{text}");
    }
    let whole = program(&["upgrade", "--from", "18.10.2", "--gitlab-rb", "-"]).stdin(SETTINGS).status(1).output();
    for text in [&text, &whole] {
        let head: Vec<&str> = text.lines().take(5).filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(head, ["verdict", "blockers", "stops", "downtime", "next"], "{text}");
        assert!(!text.contains("environment_only") && !text.contains("`leaving`"), "{text}");
    }
}

#[test]
fn a_checklist_in_markdown_has_each_step_and_setting_to_tick() {
    let arguments = ["upgrade", "--from", "18.11.11", "--gitlab-rb", "-", "--format", "markdown"];
    let text = program(&arguments).stdin(SETTINGS).status(1).output();
    assert!(text.starts_with("# GitLab 18.11.11 to 18.11.11\n\n- **verdict**: "), "{text}");
    for line in [
        "## Do or check",
        "- [ ] 1. ",
        "  ```shell",
        "## Settings that live only in the environment",
        "- [ ] `MM_SERVICESETTINGS_SITEURL` (",
    ] {
        assert!(text.contains(&format!("\n{line}")), "{line}: {text}");
    }
    assert!(!text.contains("not-to-be-shown"));
}

#[test]
fn input_that_cannot_be_read_exits_with_2_and_names_it() {
    program(&["upgrade", "--from", "14.x"])
        .status(2)
        .stderr(
            "
error: `14.x` is not a version; write `MAJOR.MINOR` or `MAJOR.MINOR.PATCH`, for example `14.7` or `14.7.3`; the nearest known release is `14.10.5`
",
        )
        .check();
    program(&["upgrade", "--from", "14.7", "--gitlab-rb", "no-such-file"])
        .status(2)
        .stderr("error: cannot read `no-such-file`: No such file or directory (os error 2)\n")
        .check();
    program(&["upgrade", "--from", "14.7", "--config-json", "-"])
        .stdin("{")
        .status(2)
        .stderr("error: `-` is not JSON: the fault is in line 1, column 1\n")
        .check();
    program(&["upgrade", "--from", "14.7", "--gitlab-rb", "-"]).stdin("mattermost[").status(2).any_stderr().check();
}

#[test]
fn whether_mattermost_is_on_is_what_the_package_makes_of_the_settings() {
    let url = "external_url 'http://gitlab.example.com'\n";
    for (settings, on) in [("mattermost['enable'] = 'true'", true), ("mattermost_external_url false", false)] {
        let settings = format!("{url}{settings}\n");
        let output =
            program(&["upgrade", "--from", "14.7.0", "--to", "14.7.7", "--format", "json", "--gitlab-rb", "-"]);
        let plan: Value = serde_json::from_str(&output.stdin(&settings).status(0).output()).unwrap();
        assert_eq!(plan["mattermost_enabled"], on, "{settings}");
        let env: Value =
            serde_json::from_str(&program(&["env", "-"]).stdin(&settings).status(0).any_stderr().output()).unwrap();
        assert_eq!(env.is_object(), on, "{settings}");
    }
}
