//! Shell blocks: what their commands leave out or assume, as far as it can be told without running them.
//!
//! Not here: running them; the scenarios named in the registry do.

use super::super::finding::Finding;
use super::super::piece::Piece;
use super::package::deploy;
use super::page::Page;
use super::page_commands::{PARTS, directory, lines_of};
use crate::upgrade::{Line, tables};
use crate::version::Version;

/// What `gitlab-ctl` can be told that a page about Mattermost may use.
const GITLAB_CTL: [&str; 14] = [
    "backup-etc",
    "check-config",
    "help",
    "hup",
    "kill",
    "once",
    "reconfigure",
    "restart",
    "show-config",
    "start",
    "status",
    "stop",
    "tail",
    "upgrade",
];

/// The PostgreSQL from which a role may not create tables in a database that it does not own.
const CLOSED_SCHEMA: u32 = 15;

pub(super) fn check(piece: &Piece, page: &Page<'_>) -> Vec<Finding> {
    let commands = lines_of(piece);
    let mut findings: Vec<Finding> = commands.iter().filter_map(|command| unknown_subcommand(command)).collect();
    findings.extend(restore(&commands, page));
    findings.extend(backup(&commands, page));
    findings.extend(alias(&commands));
    findings.extend(environment(&commands, piece, page));
    findings
}

fn unknown_subcommand(command: &[String]) -> Option<Finding> {
    let at = command.iter().position(|word| word == "gitlab-ctl" || word.ends_with("/gitlab-ctl"))?;
    let told = command.get(at + 1)?;
    let known = GITLAB_CTL.contains(&told.as_str()) || told.starts_with('-');
    (!known).then(|| Finding::wrong(format!("`gitlab-ctl {told}` is no command of the package"), GITLAB_CTL.join(", ")))
}

/// A database made without its owner, into which another role then restores.
fn restore(commands: &[Vec<String>], page: &Page<'_>) -> Option<Finding> {
    let makes = |command: &&Vec<String>| command.iter().any(|word| word == "createdb" || word.ends_with("/createdb"));
    let created = commands.iter().find(makes)?;
    let owned = created.iter().any(|word| word.starts_with("-O") || word.starts_with("--owner"));
    let role = commands.iter().any(|command| command.iter().any(|word| word.contains("gitlab_mattermost")));
    if owned || !role {
        return None;
    }
    let what =
        "the database is made without `-O gitlab_mattermost`: with PostgreSQL 15 or later the restore creates no table";
    let line = tables::lines().iter().find(|line| line.gitlab == Line::of(page.gitlab));
    let postgresql = line.and_then(|line| line.postgresql);
    let major = postgresql.and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    let evidence = format!("GitLab {} packages PostgreSQL {}", Line::of(page.gitlab), postgresql.unwrap_or("unknown"));
    let closed = major.is_some_and(|major| major >= CLOSED_SCHEMA);
    let finding = if closed { Finding::wrong(what, evidence) } else { Finding::caveat(what, evidence) };
    Some(finding.erratum(18))
}

/// Parts that an archive of Mattermost's files, with the page's other commands, leaves out.
fn backup(commands: &[Vec<String>], page: &Page<'_>) -> Option<Finding> {
    let packs = |command: &Vec<String>| {
        let at = command.iter().position(|word| word == "tar" || word.ends_with("/tar"))?;
        let flags = command.get(at + 1)?;
        let creates = flags.starts_with('-') && !flags.starts_with("--") && flags.contains('c') || flags == "--create";
        (creates && command.iter().any(|word| word.starts_with("/var/opt/gitlab/mattermost"))).then_some(())
    };
    commands.iter().find_map(packs)?;
    let missing: Vec<&str> = PARTS.into_iter().filter(|part| !page.commands.name(part)).collect();
    let what = "the backup is not whole, and its commands assume the default port and directories";
    let evidence = format!("left out: {}", missing.join(", "));
    (!missing.is_empty()).then(|| Finding::caveat(what, evidence).erratum(19).problem("P22"))
}

/// An alias that is written as if it were a function.
fn alias(commands: &[Vec<String>]) -> Option<Finding> {
    let command = commands.iter().find(|command| command.first().is_some_and(|word| word == "alias"))?;
    let body = command.get(1)?;
    if !body.contains("$1") && !body.contains("$@") {
        return None;
    }
    let leaves = if body.contains("=cd ") { "; and it leaves the shell in another directory" } else { "" };
    let what = format!("an alias takes no arguments: `$1` is nothing, the words follow by themselves{leaves}");
    let evidence = "most commands that it would run are gone from Mattermost 6.0 (GitLab 14.6)";
    Some(Finding::caveat(what, evidence).erratum(11))
}

/// The env directory that commands are run with, at the first and at this GitLab.
fn environment(commands: &[Vec<String>], piece: &Piece, page: &Page<'_>) -> Option<Finding> {
    let used = directory(commands)?;
    if !page.commands.begins_with_environment(piece) || page.says(&piece.section, &["11.6"]) {
        return None;
    }
    let directory_of = |gitlab: Version| deploy("", gitlab, &[]).ok().and_then(|it| it.env_directory.path);
    let evidence = |gitlab: Version, path: &str| format!("on GitLab {gitlab} it is `{path}`");
    let (now, before) = (directory_of(page.gitlab)?, directory_of(page.applies_from).unwrap_or_default());
    if now != used {
        return Some(
            Finding::wrong(format!("the env directory is not `{used}`"), evidence(page.gitlab, &now)).erratum(10),
        );
    }
    let what = format!(
        "`{used}` is the env directory from GitLab 11.6 on only, and the page is for {} too",
        page.applies_from
    );
    (before != used).then(|| Finding::caveat(what, evidence(page.applies_from, &before)).erratum(10))
}
