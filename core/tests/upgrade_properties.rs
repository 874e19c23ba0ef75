//! What holds for every pair of releases.

use std::collections::BTreeSet;

use gitlab_mattermost_core::installation::Installation;
use gitlab_mattermost_core::upgrade::tables::{recorded_releases, releases, stops};
use gitlab_mattermost_core::upgrade::{
    Bundled, Direction, Hop, Line, Release, StopKind, UpgradeError, leave, path, upgrade,
};

/// Every pair of releases, the later one second.
fn pairs() -> impl Iterator<Item = (&'static Release, &'static Release)> {
    let all = releases();
    all.iter().enumerate().flat_map(move |(index, from)| all[index + 1..].iter().map(move |to| (from, to)))
}

/// What the path must stop at: the required lines after the installed one and before the target's, and the installed
/// one where its patch is not yet good enough. Told from the table alone, one stop after the other.
fn lines_to_stop_at(from: &Release, to: &Release) -> Vec<Line> {
    let (installed, target) = (Line::of(from.gitlab), Line::of(to.gitlab));
    let required = stops().iter().filter(|stop| stop.kind == StopKind::Required && stop.line < target);
    required
        .filter(|stop| stop.line > installed || (stop.line == installed && from.gitlab.patch < stop.least_patch))
        .map(|stop| stop.line)
        .collect()
}

#[test]
fn every_pair_has_a_shortest_path_that_makes_every_stop_and_never_goes_down_unasked() {
    let mut count = 0_usize;
    for (from, to) in pairs() {
        let hops = path(from, to).unwrap();
        let case = || format!("{} to {}", from.gitlab, to.gitlab);
        // It is one chain from the one to the other, upwards.
        assert!(std::ptr::eq(hops[0].from, from) && std::ptr::eq(hops[hops.len() - 1].to, to), "{}", case());
        assert!(hops.windows(2).all(|pair| pair[0].to == pair[1].from), "{}", case());
        assert!(hops.iter().all(|hop| hop.from.gitlab < hop.to.gitlab), "{}", case());
        // It makes every stop, at a patch that will do, and none besides: so it is as short as can be.
        let made = hops[..hops.len() - 1].iter().map(|hop| Line::of(hop.to.gitlab));
        assert!(made.eq(lines_to_stop_at(from, to)), "{}", case());
        for hop in &hops[..hops.len() - 1] {
            assert!(hop.stop.is_some_and(|stop| hop.to.gitlab.patch >= stop.least_patch), "{}", case());
        }
        // Mattermost goes down on the way only if it must: the target ships an older one than is installed.
        let goes_down = hops.iter().any(|hop| hop.direction() == Direction::Down);
        let must = to.mattermost.at_most().is_some_and(|target| from.mattermost.at_least() > Some(target));
        assert_eq!(goes_down, must, "{}: {hops:?}", case());
        count += 1;
    }
    let all = releases().len();
    assert_eq!(count, all * (all - 1) / 2);
}

#[test]
fn the_same_pair_has_the_same_plan() {
    let lines: Vec<&Release> = last_of_each_line();
    for pair in lines.windows(2).chain([[lines[0], lines[lines.len() - 1]].as_slice()]) {
        let plan = || upgrade(pair[0], pair[1], &Installation::default()).unwrap();
        assert_eq!(serde_json::to_string(&plan()).unwrap(), serde_json::to_string(&plan()).unwrap());
    }
}

#[test]
fn a_plan_says_so_wherever_its_path_goes_down() {
    let all = recorded_releases();
    let down = pairs().filter(|(from, to)| {
        Hop { from, to, stop: None }.direction() == Direction::Down && from.gitlab >= all[0].gitlab
    });
    let mut count = 0;
    for (from, to) in down {
        let plan = upgrade(from, to, &Installation::default()).unwrap();
        assert!(plan.concerns.iter().any(|concern| concern.rule == "backward-move"), "{from:?} to {to:?}");
        assert!(plan.needs_action());
        count += 1;
    }
    // The number that was counted when the releases were recorded.
    assert_eq!(count, 154);
}

#[test]
fn every_pair_of_minors_has_a_plan_with_an_installation_step_for_each_hop() {
    let lines = last_of_each_line();
    for (index, from) in lines.iter().copied().enumerate() {
        for to in lines[index + 1..].iter().copied().filter(|to| to.gitlab.minor % 4 == 0) {
            let plan = upgrade(from, to, &Installation::default()).unwrap();
            let installed: Vec<String> = plan.hops.iter().map(|hop| format!("install-{}", hop.to.gitlab)).collect();
            let ids: Vec<&str> = plan.steps.steps.iter().map(|step| step.id.as_str()).collect();
            assert!(
                installed.iter().map(String::as_str).eq(ids.iter().copied().filter(|id| id.starts_with("install-")))
            );
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
        }
    }
}

#[test]
fn no_hop_jumps_from_mattermost_4_over_the_schema_of_5_0_to_the_new_migrations() {
    // Measured: 4.10 straight to 5.36 leaves a broken schema.
    let jumps = |hop: &Hop| {
        let (before, after) = (hop.from.mattermost.at_least(), hop.to.mattermost.at_most());
        before.is_some_and(|version| version.major < 5) && after.is_some_and(|version| version.minor_line() >= (5, 31))
    };
    let last = releases().last().unwrap();
    for from in &releases()[..releases().len() - 1] {
        assert!(!path(from, last).unwrap().iter().any(jumps), "{from:?}");
    }
}

#[test]
fn from_every_release_a_way_out_of_the_bundle_ends_at_the_last_that_ships_mattermost() {
    let last = releases().iter().rev().find(|release| release.mattermost != Bundled::Nothing).unwrap();
    for from in last_of_each_line() {
        let plan = leave(from, &Installation::default());
        if from.gitlab <= last.gitlab {
            assert_eq!((plan.to, plan.leaving.unwrap().last_gitlab), (last, last.gitlab));
        } else {
            assert!(plan.to == from && plan.leaving.is_none() && plan.needs_action(), "{}", from.gitlab);
        }
    }
}

#[test]
fn no_path_leads_back_or_nowhere() {
    let all = releases();
    for pair in all.windows(2) {
        let (from, to) = (pair[1].gitlab, pair[0].gitlab);
        assert_eq!(path(&pair[1], &pair[0]), Err(UpgradeError::NotUpwards { from, to }));
        assert_eq!(path(&pair[0], &pair[0]), Err(UpgradeError::NotUpwards { from: to, to }));
    }
}

fn last_of_each_line() -> Vec<&'static Release> {
    let all = releases();
    let ends = all.windows(2).filter(|pair| Line::of(pair[0].gitlab) != Line::of(pair[1].gitlab)).map(|pair| &pair[0]);
    ends.chain(all.last()).collect()
}
