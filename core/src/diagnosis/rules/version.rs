//! P11 and P28: what the way from one version to another brings.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P11, P28};
use crate::diagnosis::{Accounts, Finding, Input, Place};
use crate::upgrade::{SHARED_NUMBERS, collides};
use crate::version::Version;

/// The first Mattermost whose free edition has no sign-in through GitLab.
const WITHOUT_SIGN_IN: Version = Version::new(11, 0, 0);
/// Active users that the free edition of 11 takes.
const MOST_USERS: u64 = 250;
/// The first of them in 11.x, as its own list of migrations names it.
const FIRST_OF_11: &str = "create_content_flagging_tables";
/// A version that took them.
const TOOK_NUMBERS: Version = Version::new(10, 11, 16);

/// P11: users sign in through GitLab, and the way leads to where they cannot.
pub(super) fn sign_in_ends(case: &Case<'_>) -> Vec<Finding> {
    let certain = case.target.is_some_and(|target| target >= WITHOUT_SIGN_IN);
    let leaves = case.leaves_the_bundle() && case.target.is_none();
    let known = Input::Settings.is_in(case.evidence) || Input::Database.is_in(case.evidence);
    if !(certain || leaves) || case.mattermost >= WITHOUT_SIGN_IN || known && !case.signs_in_through_gitlab() {
        return Vec::new();
    }
    let accounts: Vec<&Accounts> = case.evidence.databases.iter().filter_map(|it| it.accounts.as_ref()).collect();
    let users: u64 = accounts.iter().map(|it| it.all()).sum();
    let counted = match accounts.iter().map(|it| it.by_gitlab()).sum::<u64>() {
        0 => String::new(),
        by_gitlab => format!("; {by_gitlab} of {users} users sign in that way"),
    };
    let over = if users > MOST_USERS { ", and it takes 250 users at most" } else { "" };
    let evidence = match case.target.filter(|_| certain) {
        Some(target) => format!("the free edition of Mattermost {target} has no sign-in through GitLab{over}{counted}"),
        None => format!(
            "GitLab without Mattermost leaves only servers of their own, and from 11 on the free edition has no sign-in through GitLab{over}{counted}"
        ),
    };
    vec![if certain && known { P11.seen(evidence) } else { P11.suspected(evidence) }]
}

/// P11: a server of 11 or later is told to offer the sign-in, which needs a licence.
pub(super) fn sign_in_gone(case: &Case<'_>) -> Vec<Finding> {
    if case.evidence.installed.mattermost.is_none_or(|version| version < WITHOUT_SIGN_IN) {
        return Vec::new();
    }
    let Some((_, place)) = case.text("GitLabSettings.Enable").filter(|_| case.is_on("GitLabSettings.Enable")) else {
        return Vec::new();
    };
    let evidence =
        format!("sign-in through GitLab is on, which Mattermost {} offers with a licence only", case.mattermost);
    vec![P11.suspected(evidence).at([place])]
}

/// P28: the database has the migrations 142 to 144 of 10.11, and the way leads to a server that has other ones.
pub(super) fn numbers(case: &Case<'_>) -> Vec<Finding> {
    let Some(target) = case.target.filter(|target| collides(TOOK_NUMBERS, *target)) else { return Vec::new() };
    let taken = case.evidence.databases.iter().filter(|database| {
        let (first, last) =
            (database.migrations.contains_key(SHARED_NUMBERS.start()), database.migrations.last_key_value());
        let of_11 = database.migrations.get(SHARED_NUMBERS.start()).is_some_and(|it| it.name == FIRST_OF_11);
        // A database of 11.x has later ones too, or the first one by the name that it has there.
        first && !of_11 && last.is_some_and(|(last, _)| last <= SHARED_NUMBERS.end())
    });
    let places = taken.flat_map(|database| {
        database.migrations.range(SHARED_NUMBERS).map(|(number, migration)| {
            let place =
                migration.line.map_or_else(|| Place::file(&database.name), |it| Place::line(&database.name, it));
            place.showing(format!("{number} {}", crate::diagnosis::mask::name(&migration.name)))
        })
    });
    let places: Vec<Place> = places.collect();
    if places.is_empty() {
        return Vec::new();
    }
    let evidence = format!(
        "the database has used the migration numbers 142 to 144, which Mattermost {target} uses for other changes"
    );
    vec![P28.seen(evidence).at(places)]
}

/// P28: the way leads backwards, or to a server that does not start on the database.
pub(super) fn pairs(case: &Case<'_>) -> Vec<Finding> {
    let database = case.evidence.databases.iter().filter_map(|database| database.mattermost).max();
    let (installed, Some(target)) = (database.unwrap_or(case.mattermost).max(case.mattermost), case.target) else {
        return Vec::new();
    };
    if target < installed {
        let evidence = match (case.evidence.installed.gitlab, case.evidence.target.gitlab) {
            (Some(from), Some(to)) => {
                format!("GitLab {from} to {to} takes Mattermost backwards, from {installed} to {target}")
            }
            _ => format!("Mattermost {target} is older than {installed}, whose schema the database has"),
        };
        return vec![P28.seen(evidence)];
    }
    // Where the database's migrations are known, they tell it better.
    let known = case.evidence.databases.iter().any(|database| !database.migrations.is_empty());
    let collision = collides(installed, target) && !known;
    let evidence = || {
        format!(
            "Mattermost {target} does not start on a database of {installed}: both use the migration numbers 142 to 144"
        )
    };
    if collision { vec![P28.seen(evidence())] } else { Vec::new() }
}
