//! P15, P16 and P22 to P25 in a shell script that somebody is about to run.

use serde_json::Value as Json;

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P15, P16, P22, P23, P24, P25};
use crate::diagnosis::script::{Command, commands, typed};
use crate::diagnosis::{Finding, Place, Problem};
use crate::version::Version;

/// DIFFERENCE: errata 10, 11, 18 and 19; the document's own commands are among those that these checks find.
const ENV_DIRECTORY: u8 = 10;
const ALIASES: u8 = 11;
const NO_OWNER: u8 = 18;
const LEFT_OUT: u8 = 19;
/// The first GitLab with the env directory where the document has it, and with mmctl.
const ENV_DIRECTORY_MOVED: Version = Version::new(11, 6, 0);
const HAS_MMCTL: Version = Version::new(14, 9, 0);
/// The first Mattermost whose program lost its commands, and whose mmctl renamed some.
const LOST_COMMANDS: Version = Version::new(6, 0, 0);
const RENAMED_COMMANDS: Version = Version::new(11, 0, 0);
/// The first GitLab whose own PostgreSQL, 16, gives the schema public to the database's owner alone.
const CLOSED_SCHEMA: Version = Version::new(18, 0, 0);
/// Commands of `mattermost` that mmctl took over in 6.0.
const LOST: [&str; 16] = [
    "channel",
    "command",
    "config",
    "group",
    "integrity",
    "ldap",
    "license",
    "logs",
    "permissions",
    "plugin",
    "reset",
    "roles",
    "sampledata",
    "team",
    "user",
    "webhook",
];
/// Commands of mmctl that 11.0 renamed.
const RENAMED: [(&str, &str); 8] = [
    ("channel", "add"),
    ("channel", "remove"),
    ("channel", "restore"),
    ("channel", "make-private"),
    ("command", "delete"),
    ("permissions", "show"),
    ("user", "email"),
    ("user", "username"),
];
const OLD_ENV_DIRECTORY: &str = "/var/opt/gitlab/mattermost/env";
const NEW_ENV_DIRECTORY: &str = "/opt/gitlab/etc/mattermost/env";

fn read(case: &Case<'_>) -> Vec<Command> {
    case.evidence.script.as_ref().map(|script| commands(&typed(&script.text))).unwrap_or_default()
}

/// The places of the commands that `is` holds for, the program shown.
fn places<'a>(case: &Case<'_>, of: &'a [Command], is: impl Fn(&&'a Command) -> bool, shown: &str) -> Vec<Place> {
    let name = case.evidence.script.as_ref().map_or("script", |script| script.name.as_str());
    of.iter().filter(is).map(|command| Place::line(name, command.line).showing(shown)).collect()
}

fn if_any(places: Vec<Place>, finding: impl FnOnce() -> Finding) -> Option<Finding> {
    (!places.is_empty()).then(|| finding().at(places))
}

fn error(problem: &Problem, words: impl Into<String>) -> Finding {
    problem.seen(words)
}

/// P15: neither the env directory nor `config.json` names the database.
pub(super) fn no_data_source(case: &Case<'_>) -> Vec<Finding> {
    let Some(directory) = &case.evidence.environment else { return Vec::new() };
    let by_variable = case.variable_of("SqlSettings.DataSource").is_some_and(|(_, given)| given.value.is_some());
    let in_file = case.in_file("SqlSettings.DataSource").and_then(|(value, _)| value.as_str());
    let by_file = in_file.is_some_and(|source| !source.is_empty() && !source.contains("mmuser:mostest"));
    if by_variable || by_file {
        return Vec::new();
    }
    let evidence = "the env directory has no data source, so the server takes its built-in one";
    vec![P15.seen(evidence).at([Place::file(&directory.name)])]
}

/// P15: the program is run without the package's variables, or with a folder that this release does not have.
pub(super) fn without_environment(case: &Case<'_>) -> Vec<Finding> {
    let commands = read(case);
    let is_server = |command: &&Command| command.runs_server();
    let bare = places(case, &commands, |it| is_server(it) && !it.runs("chpst") && !it.runs("envdir"), "mattermost");
    let (wrong, right) = if case.gitlab < ENV_DIRECTORY_MOVED {
        (NEW_ENV_DIRECTORY, OLD_ENV_DIRECTORY)
    } else {
        (OLD_ENV_DIRECTORY, NEW_ENV_DIRECTORY)
    };
    let elsewhere =
        places(case, &commands, |it| it.words.iter().any(|word| word.trim_end_matches('/') == wrong), "chpst -e");
    let gitlab = case.gitlab;
    let found = [
        if_any(bare, || error(&P15, "the program is run without the package's env directory")),
        if_any(elsewhere, || {
            let evidence = format!("the env directory of GitLab {gitlab} is `{right}`");
            error(&P15, evidence).erratum(ENV_DIRECTORY)
        }),
    ];
    found.into_iter().flatten().collect()
}

/// P16: commands that this release does not have, or that cannot sign in.
pub(super) fn commands_of(case: &Case<'_>) -> Vec<Finding> {
    let commands = read(case);
    let latest = case.target.map_or(case.mattermost, |target| target.max(case.mattermost));
    let lost = places(
        case,
        &commands,
        |it| latest >= LOST_COMMANDS && it.runs_server() && it.words.iter().any(|word| LOST.contains(&word.as_str())),
        "mattermost",
    );
    let renamed = places(
        case,
        &commands,
        |it| latest >= RENAMED_COMMANDS && it.runs("mmctl") && RENAMED.iter().any(|(a, b)| it.has_in_order(a, b)),
        "mmctl",
    );
    let too_early =
        places(case, &commands, |it| case.gitlab < HAS_MMCTL && it.has("/opt/gitlab/embedded/bin/mmctl"), "mmctl");
    let (local, place) = case.in_file("ServiceSettings.EnableLocalMode").unzip();
    let by_variable = case.is_on("ServiceSettings.EnableLocalMode");
    let off = case.evidence.config_json.is_some() && !by_variable && local != Some(&Json::Bool(true));
    let closed = places(case, &commands, |it| off && it.runs("mmctl") && it.has("--local"), "mmctl --local");
    let closed = if closed.is_empty() { closed } else { closed.into_iter().chain(place).collect() };
    let aliased: Vec<u64> = commands.iter().filter(|it| it.has("alias")).map(|it| it.line).collect();
    let alias = places(case, &commands, |it| aliased.contains(&it.line) && (it.has("$1") || it.has("$@")), "alias");
    let found = [
        if_any(lost, || error(&P16, format!("Mattermost {latest} has no such command any more; mmctl has it"))),
        if_any(renamed, || error(&P16, format!("mmctl of Mattermost {latest} has this command under another name"))),
        if_any(too_early, || error(&P16, format!("GitLab {} has no mmctl; 14.9 is the first", case.gitlab))),
        if_any(closed, || error(&P16, "`mmctl --local` needs `EnableLocalMode`, which is off")),
        if_any(alias, || {
            error(&P16, "an alias takes no arguments: `$1` is empty, and the words follow at its end").erratum(ALIASES)
        }),
    ];
    found.into_iter().flatten().collect()
}

/// P22: a backup that leaves parts out.
pub(super) fn backs_up_too_little(case: &Case<'_>) -> Vec<Finding> {
    let commands = read(case);
    let packs = |it: &&Command| it.packs() && it.words.iter().any(|word| word.contains("mattermost"));
    let names = |word: &str| {
        let is_it = |it: &Command| it.words.iter().chain(&it.packed()).any(|other| other.contains(word));
        commands.iter().any(is_it)
    };
    let whole = commands.iter().filter(packs).any(Command::packs_home);
    let lacking: Vec<&str> = [("plugins", whole), ("/etc/gitlab", false), (NEW_ENV_DIRECTORY, false)]
        .into_iter()
        .filter(|(part, included)| !included && !names(part.trim_start_matches('/')))
        .map(|(part, _)| part)
        .collect();
    let packing = if lacking.is_empty() { Vec::new() } else { places(case, &commands, packs, "tar") };
    let gitlab = |it: &&Command| it.has("gitlab-backup") || it.has("gitlab:backup:create");
    let dumps = commands.iter().any(|it| it.runs("pg_dump") || it.runs("pg_dumpall"));
    let only_gitlab = if dumps { Vec::new() } else { places(case, &commands, gitlab, "gitlab-backup") };
    let found = [
        if_any(packing, || {
            P22.suspected(format!("the archive leaves out `{}`", lacking.join("`, `"))).erratum(LEFT_OUT)
        }),
        if_any(only_gitlab, || error(&P22, "GitLab's own backup does not hold Mattermost, and nothing else here does")),
    ];
    found.into_iter().flatten().collect()
}

/// P23: a database without its owner, and a restore that hides its failure.
pub(super) fn restores_without_owner(case: &Case<'_>) -> Vec<Finding> {
    let commands = read(case);
    let has_owner = |it: &Command| {
        it.words.iter().any(|word| word.starts_with("-O") || word == "--owner" || word.starts_with("--owner="))
    };
    let granted = commands.iter().any(|it| it.has_in_order("GRANT", "SCHEMA") || it.has_in_order("OWNER", "TO"));
    let without = places(case, &commands, |it| it.runs("createdb") && !has_owner(it) && !granted, "createdb");
    let loads = |it: &&Command| it.runs("psql") && (it.is_piped_into || it.has("-f") || it.has("<"));
    let goes_on = |it: &&Command| loads(it) && !it.words.iter().any(|word| word.contains("ON_ERROR_STOP"));
    let hidden = places(case, &commands, goes_on, "psql");
    let is_new = commands.iter().any(|it| {
        let says = |phrase: &str| it.words.join(" ").to_ascii_uppercase().contains(phrase);
        let clears = |it: &Command| ["-c", "--clean", "-C", "--create"].into_iter().any(|flag| it.has(flag));
        it.runs("createdb")
            || it.runs("dropdb")
            || ((it.runs("pg_dump") || it.runs("pg_restore")) && clears(it))
            || ["CREATE DATABASE", "DROP DATABASE", "DROP SCHEMA"].into_iter().any(says)
    });
    let restores = |it: &&Command| it.runs("pg_restore") && it.words.iter().any(|word| is_database(word));
    let mut over = Vec::new();
    if !is_new {
        over.extend(places(case, &commands, loads, "psql"));
        over.extend(places(case, &commands, restores, "pg_restore"));
    }
    let certain = case.evidence.installed.gitlab.is_some_and(|gitlab| gitlab >= CLOSED_SCHEMA);
    let evidence = "the database is created without `-O`, so it does not belong to Mattermost's role";
    let found = [
        if_any(without, || {
            let finding = if certain { P23.seen(evidence) } else { P23.suspected(evidence) };
            finding.erratum(NO_OWNER)
        }),
        if_any(over, || {
            P23.suspected(
                "the dump is loaded into a database that is neither dropped nor made anew: what is in it stays, and making \
                 it once more fails",
            )
        }),
        if_any(hidden, || {
            P23.suspected("psql goes on after an error, and ends with status 0, without `-v ON_ERROR_STOP=1`")
        }),
    ];
    found.into_iter().flatten().collect()
}

/// Whether an argument of `pg_restore` says which database it loads into; without, it only prints.
fn is_database(word: &str) -> bool {
    ["-d", "--dbname"].iter().any(|flag| word.starts_with(flag))
}

/// P24: a dump whose failure nobody sees.
pub(super) fn hides_failures(case: &Case<'_>) -> Vec<Finding> {
    let commands = read(case);
    let pipefail = commands.iter().any(|it| it.words.iter().any(|word| word == "pipefail"));
    let wrapped = places(
        case,
        &commands,
        |it| it.calls("gitlab-psql") && it.words.iter().any(|word| word.ends_with("pg_dump")),
        "gitlab-psql",
    );
    let piped = places(
        case,
        &commands,
        |it| !pipefail && it.runs("pg_dump") && !it.calls("gitlab-psql") && it.pipes_on,
        "pg_dump",
    );
    let found = [
        if_any(wrapped, || {
            error(&P24, "gitlab-psql always runs psql, which takes pg_dump for a user's name; gzip succeeds on nothing")
        }),
        if_any(piped, || P24.suspected("pg_dump goes into a pipe without `set -o pipefail`: its failure is not seen")),
    ];
    found.into_iter().flatten().collect()
}

/// P25: copies that end up one folder too deep, or from where nothing is.
pub(super) fn copies(case: &Case<'_>) -> Vec<Finding> {
    let commands = read(case);
    let nests = |it: &&Command| it.runs("cp") && it.copies_folder_into_itself();
    let nested = places(case, &commands, nests, "cp");
    let absent = |it: &&Command| it.words.iter().any(|word| word.contains("/opt/gitlab/mattermost/config/config.json"));
    let missing = places(case, &commands, absent, "mattermost/config/config.json");
    let found = [
        if_any(nested, || {
            P25.suspected("a folder is copied to a folder of its own name; where that exists, it ends up within")
        }),
        if_any(missing, || {
            error(&P25, "the package has config.json in `/var/opt/gitlab/mattermost`, not in `config` below it")
        }),
    ];
    found.into_iter().flatten().collect()
}
