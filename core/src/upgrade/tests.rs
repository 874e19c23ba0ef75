use serde_json::{Value as Json, json};

use super::tables;
use super::{
    Accuracy, Asked, Bundled, Line, NoteKind, Severity, Stops, UpgradeError, collides, gate, leave, release_from,
    release_to, upgrade,
};
use crate::installation::Installation;
use crate::version::Version;

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn error(text: &str) -> String {
    text.parse::<Asked>().and_then(release_from).unwrap_err().to_string()
}

fn plan(from: &str, to: &str) -> super::UpgradePlan {
    upgrade(
        release_from(from.parse().unwrap()).unwrap(),
        release_to(to.parse().unwrap()).unwrap(),
        &Installation::default(),
    )
    .unwrap()
}

#[test]
fn nine_hundred_releases_are_recorded_and_those_before_19_ship_mattermost() {
    let recorded = tables::recorded_releases();
    assert_eq!(recorded.len(), 900);
    for release in recorded {
        assert_eq!(release.mattermost == Bundled::Nothing, release.gitlab.major >= 19, "{release:?}");
    }
}

#[test]
fn the_minors_agree_with_their_releases() {
    for line in tables::lines() {
        let releases: Vec<_> = tables::releases().iter().filter(|r| Line::of(r.gitlab) == line.gitlab).collect();
        let (first, last) = (releases[0], releases[releases.len() - 1]);
        assert_eq!((first.gitlab, last.gitlab), (line.first, line.latest));
        assert_eq!(first.mattermost, Bundled::Exactly(line.mattermost_first), "{}", line.gitlab);
        assert_eq!(last.mattermost, Bundled::Exactly(line.mattermost_latest), "{}", line.gitlab);
    }
}

#[test]
fn mattermost_never_goes_down_within_a_minor() {
    for pair in tables::releases().windows(2).filter(|pair| Line::of(pair[0].gitlab) == Line::of(pair[1].gitlab)) {
        assert!(pair[0].mattermost.at_least() <= pair[1].mattermost.at_most(), "{pair:?}");
    }
}

#[test]
fn a_version_that_is_no_release_is_answered_with_the_nearest() {
    assert_eq!(
        error("14.7.9"),
        "there is no GitLab release `14.7.9` in the table; the nearest are `14.7.7` and `14.8.0`"
    );
    assert_eq!(
        error("18.11.10"),
        "there is no GitLab release `18.11.10` in the table; the nearest are `18.11.9` and `18.11.11`"
    );
    assert_eq!(
        error("14.11"),
        "there is no GitLab release `14.11.0` in the table; the nearest are `14.10.5` and `15.0.0`"
    );
    assert_eq!(
        error("99.1"),
        "GitLab `99.1.0` is later than every release in the table; the nearest is the last one, `19.3.0`"
    );
    assert_eq!(
        error("7.13.0"),
        "GitLab `7.13.0` did not ship Mattermost; the nearest that did is the first one, `7.14.0`"
    );
    assert!(
        error("14.x").ends_with("for example `14.7` or `14.7.3`; the nearest known release is `14.10.5`"),
        "{}",
        error("14.x")
    );
    assert!(error("latest").ends_with("for example `14.7` or `14.7.3`"));
}

#[test]
fn a_minor_stands_for_its_first_release_when_installed_and_for_its_latest_as_a_target() {
    let asked = || "14.7".parse().unwrap();
    assert_eq!(release_from(asked()).unwrap().gitlab, version("14.7.0"));
    assert_eq!(release_to(asked()).unwrap().gitlab, version("14.7.7"));
    assert_eq!(release_to("14.7.0-ee.0".parse().unwrap()).unwrap().gitlab, version("14.7.0"));
}

#[test]
fn the_documents_table_is_right_in_each_row_and_lacks_the_first_that_its_heading_promises() {
    let rows = tables::documented();
    let of = |verdict| rows.iter().filter(move |row| row.verdict == verdict).map(|row| row.gitlab).collect::<Vec<_>>();
    assert_eq!(of(Accuracy::Missing), [Line::new(11, 10)]);
    assert_eq!(of(Accuracy::Wrong), []);
    let held_over: Vec<_> = rows.iter().filter(|row| row.held_over).map(|row| row.gitlab).collect();
    assert_eq!(held_over, [Line::new(12, 7), Line::new(14, 5)]);
    let skipped: Vec<_> =
        rows.iter().filter(|row| !row.skipped.is_empty()).map(|row| (row.gitlab, row.skipped.clone())).collect();
    assert_eq!(skipped, [(Line::new(12, 8), vec![Line::new(5, 18)]), (Line::new(14, 6), vec![Line::new(6, 0)])]);
}

#[test]
fn each_note_is_of_its_minor_and_each_bundled_minor_has_one() {
    let notes = tables::notes();
    assert_eq!(notes.len(), 280);
    for note in notes {
        if let Some(since) = note.since {
            assert_eq!(Some(Line::of(since)), note.version, "{note:?}");
        }
        assert!(note.driven_by.is_none() || note.kind == NoteKind::Migration, "{note:?}");
    }
    let bundled = notes.iter().filter(|note| note.kind == NoteKind::Bundled).count();
    assert_eq!(bundled, tables::lines().iter().filter(|line| line.gitlab >= Line::new(11, 10)).count());
}

#[test]
fn every_stop_is_a_known_minor_with_a_patch_that_will_do() {
    for stop in tables::stops() {
        assert!(!stop.releases.is_empty(), "{stop:?}");
    }
    assert!(tables::stops().is_sorted_by_key(|stop| stop.line));
}

#[test]
fn a_stop_is_made_at_an_earlier_patch_where_its_latest_would_lead_mattermost_down() {
    let plan = plan("16.6.0", "16.8.0");
    let as_target = |release: &&super::Release| {
        Line::of(release.gitlab) == Line::new(16, 7) && release.mattermost == Bundled::Exactly(version("9.3.0"))
    };
    assert_eq!(plan.hops[0].to, tables::releases().iter().rev().find(as_target).unwrap());
    assert!(plan.concerns.iter().any(|concern| concern.rule == "stop-held-back"));
    assert!(plan.concerns.iter().all(|concern| concern.rule != "backward-move"));
}

#[test]
fn a_backward_move_names_the_first_release_that_is_none() {
    let plan = plan("18.10.8", "18.11.3");
    let found = plan.concerns.iter().find(|concern| concern.rule == "backward-move").unwrap();
    assert_eq!(found.severity, Severity::Blocker);
    assert_eq!(found.fix, "go to GitLab 18.11.5 or later instead");
}

#[test]
fn migrations_of_10_11_16_and_later_collide_with_11_x_until_it_renumbers() {
    for (database, server, expected) in [
        ("10.11.17", "11.7.2", true),
        ("10.11.17", "11.7.3", false),
        ("10.11.20", "11.0.1", true),
        ("10.11.20", "11.6.4", true),
        ("10.11.20", "11.6.5", false),
        ("10.11.20", "11.7.0", true),
        ("10.11.20", "11.8.0", true),
        ("10.11.20", "11.8.1", false),
        ("10.11.20", "11.9.0", false),
        ("10.11.20", "11.10.0", false),
        ("10.11.13", "11.7.0", false),
        ("11.1.0", "11.7.0", false),
    ] {
        assert_eq!(collides(version(database), version(server)), expected, "{database} to {server}");
    }
}

/// What both checks of `installed` to `target` say with these files.
fn checks(installed: &str, target: &str, secrets: Option<&Json>, node: Option<&Json>) -> (Stops, Stops) {
    let installation = Installation { secrets, node, ..Installation::default() };
    let gate = gate(version(installed), version(target), true, &installation);
    (gate.package.stops, gate.reconfigure.stops)
}

#[test]
fn the_package_check_follows_the_installed_patch() {
    let cached = json!({"normal": {"mattermost": {"sql_at_rest_encrypt_key": "x"}}});
    let enabled = json!({"normal": {"mattermost": {"enable": true}}});
    let empty = json!({"normal": {}});
    for (installed, cached_stops, enabled_stops, empty_stops, unknown_stops) in [
        ("18.11.0", Stops::No, Stops::No, Stops::No, Stops::No),
        ("18.11.6", Stops::No, Stops::No, Stops::No, Stops::No),
        ("18.11.7", Stops::Yes, Stops::Yes, Stops::No, Stops::Depends),
        ("18.11.8", Stops::Depends, Stops::Yes, Stops::Depends, Stops::Depends),
        ("18.11.9", Stops::No, Stops::Yes, Stops::No, Stops::Depends),
        ("18.11.11", Stops::No, Stops::Yes, Stops::No, Stops::Depends),
    ] {
        let found =
            [Some(&cached), Some(&enabled), Some(&empty), None].map(|node| checks(installed, "19.0.0", None, node).0);
        assert_eq!(found, [cached_stops, enabled_stops, empty_stops, unknown_stops], "{installed}");
    }
}

#[test]
fn a_cached_node_file_of_a_broken_reconfigure_stops_whatever_the_patch() {
    for installed in ["18.11.0", "18.11.7", "18.11.11"] {
        let found = [json!({}), json!({"default": {}}), json!({"normal": {}})]
            .map(|node| checks(installed, "19.0.0", None, Some(&node)).0 == Stops::Yes);
        assert_eq!(found, [true, true, false], "{installed}");
    }
}

#[test]
fn reconfigure_minds_any_section_before_19_3_and_only_an_enabled_one_from_there() {
    let old = json!({"mattermost": {"email_invite_salt": "x"}});
    let gone = json!({"gitlab_rails": {}});
    let found = ["19.0.0", "19.2.4", "19.3.0"]
        .map(|target| [Some(&old), Some(&gone), None].map(|secrets| checks("18.11.11", target, secrets, None).1));
    let strict = [Stops::Yes, Stops::Depends, Stops::Depends];
    assert_eq!(found, [strict, strict, [Stops::Depends; 3]]);
}

#[test]
fn a_plan_to_19_goes_by_a_patch_that_judges_rightly_and_shows_what_it_avoids() {
    let plan = plan("18.11.3", "19.0.8");
    let gates: Vec<_> = plan.gates.iter().map(|gate| (gate.installed, gate.planned)).collect();
    assert_eq!(gates, [(version("18.11.3"), false), (version("18.11.11"), true)]);
    assert_eq!(plan.leaving.unwrap().last_gitlab, version("18.11.11"));
}

#[test]
fn leaving_lists_what_the_package_sets_and_shows_no_value() {
    let file =
        json!({"ServiceSettings": {"SiteURL": "https://old.example.com"}, "GitLabSettings": {"Secret": "hidden"}});
    let installation = Installation { config_json: Some(&file), ..Installation::default() };
    let plan = leave(release_from("14.7.0".parse().unwrap()).unwrap(), &installation);
    let text = serde_json::to_string(&plan).unwrap();
    assert!(!text.contains("old.example.com") && !text.contains("hidden"));
    let leaving = plan.leaving.unwrap();
    let of = |variable: &str| leaving.environment_only.iter().find(|it| it.variable == variable).unwrap();
    assert_eq!(of("MM_SERVICESETTINGS_SITEURL").in_config_json, Some(true));
    assert_eq!(of("MM_SQLSETTINGS_DATASOURCE").in_config_json, Some(false));
    assert_eq!(of("GODEBUG").setting, None);
    assert_eq!(leaving.server.land_on, version("10.11.20"));
}

#[test]
fn a_way_back_is_refused() {
    let find = |text: &str| release_from(text.parse().unwrap()).unwrap();
    let error = upgrade(find("14.7.0"), find("14.6.0"), &Installation::default()).unwrap_err();
    assert_eq!(error, UpgradeError::NotUpwards { from: version("14.7.0"), to: version("14.6.0") });
}
