//! Pages of our own, with the document's kinds of blocks: one with its errors, one without them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use gitlab_mattermost_core::document::claims;
use gitlab_mattermost_core::document::{
    Examination, Examined, Options, PieceKind, PieceVerdict, Recognised, Shown, Weight, examine, read,
};
use gitlab_mattermost_core::version::Version;
use proptest::prelude::*;

const WITH_ERRORS: &str = include_str!("data/page-with-errors.md");
const CORRECTED: &str = include_str!("data/page-corrected.md");
const V14_7: Version = Version::new(14, 7, 0);

fn examined(page: &str, gitlab_version: Version) -> Examination {
    examine(&read(page).unwrap(), Options { gitlab_version })
}

/// Line, erratum, problem and weight of each finding.
fn findings(examination: &Examination) -> Vec<(usize, Option<u8>, Option<&str>, Weight)> {
    let pieces = examination.pieces.iter();
    pieces.flat_map(|piece| piece.findings.iter().map(|it| (piece.line, it.erratum, it.problem, it.weight))).collect()
}

fn piece_at(examination: &Examination, line: usize, kind: PieceKind) -> &Examined {
    examination.pieces.iter().find(|piece| piece.line == line && piece.kind == kind).unwrap()
}

/// The 1-based line of the errors' page that holds `text`.
fn line_of(text: &str) -> usize {
    let lines = WITH_ERRORS.lines().position(|line| line.contains(text));
    lines.unwrap() + 1
}

#[test]
fn every_erratum_is_found_where_it_stands() {
    let examination = examined(WITH_ERRORS, V14_7);
    let expected = [
        ("automatically authorized", 17),
        ("If you named the certificate", 16),
        ("Revoke the authorization", 21),
        ("sudo tar", 19),
        ("createdb", 18),
        ("sudo chpst", 10),
        ("alias chat", 11),
        ("the plugin is shipped", 12),
        ("| GitLab | Mattermost |", 9),
        ("For the notes on MySQL", 20),
        ("Install a 10.x", 24),
        ("MM_<CATEGORY>", 7),
        ("| Setting | Variable |", 6),
        ("NOTIFICATIONCONTENTTYPE", 1),
        ("ratelimit_enable_ratelimiter", 4),
        ("MM_WEBRTCSETTINGS_STUN_URI", 2),
        ("MM_WEBRTCSETTINGS_TURN_SHAREDKEY", 3),
        ("takes precedence", 14),
    ];
    let found = findings(&examination);
    for (text, erratum) in expected {
        // A code block is said to begin at its fence.
        let line = line_of(text);
        let there = found.iter().any(|(at, number, ..)| *number == Some(erratum) && (*at == line || at + 1 == line));
        assert!(there, "erratum {erratum} near line {line}: {found:?}");
    }
    assert_eq!(examination.errata, (1..=24).collect::<Vec<u8>>());
}

#[test]
fn mistakes_that_are_no_errata_are_found_too() {
    let examination = examined(WITH_ERRORS, V14_7);
    let wrong = |line: usize, kind| {
        let piece = piece_at(&examination, line, kind);
        assert_eq!(piece.verdict, PieceVerdict::Wrong, "{piece:?}");
        piece.findings.iter().map(|finding| finding.what.as_str()).collect::<Vec<_>>().join("\n")
    };
    assert!(wrong(line_of("gitlab-ctl reconfigur") - 1, PieceKind::Shell).contains("`gitlab-ctl reconfigur`"));
    assert!(wrong(line_of("/mattermost/environment"), PieceKind::Path).contains("no path of the package"));
    assert!(wrong(line_of("external_url 'gitlab.example.com'") - 1, PieceKind::Settings).contains("stops at it"));
    assert!(wrong(line_of("mattermost['uid'] = [") - 1, PieceKind::Settings).contains("cannot be read"));
    let uris = wrong(line_of("/signin/gitlab/complete") - 2, PieceKind::Text);
    assert!(uris.contains("never sent back") && uris.contains("`/login/gitlab/complete` is missing"), "{uris}");
    assert!(wrong(line_of("| 12.0 "), PieceKind::Row).contains("does not ship Mattermost 5.12"));
    assert!(wrong(line_of("mattermost['log_file_level']"), PieceKind::Row).contains("MM_LOGSETTINGS_LEVEL"));
    let env = wrong(line_of("mattermost['env'] = {") - 1, PieceKind::Settings);
    assert!(env.contains("`MM_TEAMSETTINGS_MAXUSERPERTEAM` names no setting"), "{env}");
    assert!(env.contains("`MM_TEAMSETTINGS_MAXUSERSPERTEAM` gets another text"), "{env}");
    assert!(env.contains("`MM_SQLSETTINGS_MAXIDLECONNS` is missing"), "{env}");
    assert!(wrong(line_of("/oauth/authorise"), PieceKind::Step).contains("no sign-in has"));
    let token = piece_at(&examination, line_of("POST http://"), PieceKind::Step);
    assert_eq!((token.verdict, token.findings[0].problem), (PieceVerdict::HoldsWithCaveat, Some("P03")));
}

#[test]
fn nothing_is_found_on_the_corrected_page() {
    let examination = examined(CORRECTED, Version::new(11, 6, 0));
    let found: Vec<String> = examination
        .pieces
        .iter()
        .flat_map(|piece| piece.findings.iter().map(move |finding| format!("{}: {finding:?}", piece.line)))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn on_14_7_the_corrected_page_still_has_the_variables_that_do_nothing_any_more() {
    let examination = examined(CORRECTED, V14_7);
    let found = findings(&examination);
    assert!(!found.is_empty() && found.iter().all(|(_, erratum, ..)| *erratum == Some(8)), "{found:?}");
}

#[test]
fn what_the_registry_does_not_know_is_listed_and_what_is_missing_is_said_to_be_gone() {
    let examination = examined(CORRECTED, V14_7);
    let settings = examination.pieces.iter().find(|piece| piece.kind == PieceKind::Settings).unwrap();
    assert_eq!((&settings.recognised, settings.verdict), (&Recognised::New, PieceVerdict::Holds));
    assert!(examination.gone.contains(&"restore/ten-steps") && examination.gone.contains(&"email-batching"));
    let row = examination.pieces.iter().find(|piece| piece.facts.first().is_some_and(|fact| fact == "11.11")).unwrap();
    let moved = Recognised::Moved { claim: "upgrading/gitlab-11-11", from: "upgrading-gitlab-mattermost" };
    assert_eq!(row.recognised, moved);
}

#[test]
fn a_changed_block_is_recognised_and_its_difference_told() {
    let page = "## Specify numeric user and group identifiers\n\n```ruby\nmattermost['uid'] = 1234\nmattermost['gid'] = 99\n```\n";
    let examination = examined(page, V14_7);
    let piece = piece_at(&examination, 3, PieceKind::Settings);
    let changed = Recognised::Changed {
        claim: "numeric-ids/ids",
        added: vec!["mattermost['gid'] = 99".to_owned()],
        removed: vec!["mattermost['gid'] = 1234".to_owned()],
    };
    assert_eq!(piece.recognised, changed);
}

#[test]
fn a_claim_outside_of_its_versions_is_wrong() {
    let page = "## Mattermost Command Line Tools (CLI)\n\n```shell\ncd /opt/gitlab/embedded/service/mattermost\n\nsudo /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json version\n```\n";
    let of = |version| examined(page, version).pieces.into_iter().find(|piece| piece.kind == PieceKind::Shell).unwrap();
    assert!(of(V14_7).findings.is_empty());
    let early = of(Version::new(11, 5, 0));
    assert!(early.findings.iter().any(|finding| finding.what == "holds from GitLab 11.6.0 on only"), "{early:?}");
}

#[test]
fn secrets_of_somebodys_own_page_are_not_shown() {
    let page = "```ruby\nmattermost['gitlab_secret'] = 'tell-nobody'\nmattermost['sql_data_source'] = 'password=tell-nobody'\n\
                mattermost['env'] = { 'MM_EMAILSETTINGS_SMTPPASSWORD' => 'tell-nobody' }\n```\n";
    let shown = serde_json::to_string(&examined(page, V14_7)).unwrap();
    assert!(!shown.contains("tell-nobody"), "{shown}");
}

#[test]
fn line_ends_a_byte_order_mark_and_alerts_of_any_kind_change_nothing() {
    let facts = |page: &str| -> Vec<(PieceKind, Vec<String>, PieceVerdict)> {
        let pieces = examined(page, V14_7).pieces.into_iter();
        pieces.map(|piece| (piece.kind, piece.facts, piece.verdict)).collect()
    };
    let plain = facts(WITH_ERRORS);
    assert_eq!(facts(&WITH_ERRORS.replace('\n', "\r\n")), plain);
    assert_eq!(facts(&format!("\u{feff}{WITH_ERRORS}")), plain);
    let alert = WITH_ERRORS.replace("NOTE:\nWhat", "> [!note]\n> What");
    assert_eq!(facts(&alert), plain);
}

#[test]
fn a_page_that_is_too_large_is_refused_and_a_long_one_is_read_in_time() {
    let error = read(&"a".repeat((2 << 20) + 1)).unwrap_err();
    assert!(error.to_string().contains("2097153 bytes"), "{error}");
    // Thousands of blocks: quadratic work would not end within the time limit of any test.
    for block in ["# a\n\n", "- `/x`\n", "|a|b|\n|-|-|\n|1.0|2.0|\n\n", "```ruby\na 1\n```\n", "> 11.0 and later\n\n"] {
        let page = block.repeat((1 << 17) / block.len());
        assert!(!examined(&page, V14_7).pieces.is_empty() || block.starts_with('>'), "{block}");
    }
    // What Markdown readers are known to stumble over.
    for part in ["> ", "[", "![", "*a ", "`", "- ", "<", "|", "[a](", "a**", "\\t", "&"] {
        examined(&part.repeat((1 << 17) / part.len()), V14_7);
    }
}

#[test]
fn names_in_running_text_are_listed_and_held_against_what_is_known() {
    let page = "## Names\n\nSet `mattermost['env']`, `ServiceSettings.ListenAdress` and `MM_EMAILSETTINGS_SMTPSERVR`, run \
                `sudo gitlab-ctl recofigure` and `source ~/.zshrc`, with GitLab 14.11, Mattermost 6.1 or 14.6.\n";
    let examination = examined(page, V14_7);
    let of = |kind| {
        let pieces = examination.pieces.iter().filter(move |piece| piece.kind == kind);
        pieces.map(|piece| (piece.facts[0].as_str(), piece.verdict)).collect::<Vec<_>>()
    };
    assert_eq!(
        of(PieceKind::Setting),
        [
            ("mattermost['env']", PieceVerdict::Holds),
            ("ServiceSettings.ListenAdress", PieceVerdict::Wrong),
            ("MM_EMAILSETTINGS_SMTPSERVR", PieceVerdict::Wrong),
        ]
    );
    assert_eq!(
        of(PieceKind::Command),
        [("sudo gitlab-ctl recofigure", PieceVerdict::Wrong), ("source ~/.zshrc", PieceVerdict::Unchecked)]
    );
    assert_eq!(
        of(PieceKind::Version),
        [("GitLab 14.11", PieceVerdict::Wrong), ("Mattermost 6.1", PieceVerdict::Holds), ("14.6", PieceVerdict::Holds)]
    );
    let nearest = &piece_at(&examination, 3, PieceKind::Setting);
    assert!(nearest.findings.is_empty(), "{nearest:?}");
    let what: Vec<&str> = examination.pieces.iter().flat_map(|it| &it.findings).map(|it| it.what.as_str()).collect();
    assert!(what.iter().any(|what| what.contains("`ServiceSettings.ListenAddress` is one")), "{what:?}");
    let new = examination.pieces.iter().filter(|piece| piece.recognised == Recognised::New).count();
    assert!(new >= 5, "what no section of the 14.7 page names is new: {examination:?}");
}

#[test]
fn a_link_to_another_page_of_the_documentation_is_known_in_either_form() {
    let link = |target: &str| format!("## Back up GitLab Mattermost\n\n[backup]({target})\n");
    for target in [
        "https://docs.gitlab.com/ee/raketasks/backup_restore.html#back-up-gitlab",
        "../../raketasks/backup_restore.md#back-up-gitlab",
    ] {
        let examination = examined(&link(target), V14_7);
        let url = piece_at(&examination, 3, PieceKind::Url);
        assert!(matches!(url.recognised, Recognised::Same { .. }), "{target}: {url:?}");
    }
}

#[test]
fn a_piece_is_judged_by_what_its_scenarios_showed() {
    let page = "## Connecting to the bundled PostgreSQL database\n\n```shell\nsudo gitlab-psql -d mattermost_production\n```\n";
    let examination = examined(page, V14_7);
    let judged = |shown: &[Shown]| {
        let mut piece = piece_at(&examination, 3, PieceKind::Shell).clone();
        piece.judge_by(shown);
        (piece.verdict, piece.findings.len())
    };
    let wrong = Shown::Wrong { what: "scenario `a`: x".to_owned(), evidence: "expected 1, found 2".to_owned() };
    assert_eq!(judged(&[]), (PieceVerdict::InTheLab, 0));
    assert_eq!(judged(&[Shown::Holds, Shown::Holds]), (PieceVerdict::Holds, 0));
    assert_eq!(judged(&[Shown::Holds, Shown::Nothing]), (PieceVerdict::InTheLab, 0));
    assert_eq!(judged(&[Shown::Holds, wrong, Shown::Nothing]), (PieceVerdict::Wrong, 1));
}

#[test]
fn claims_are_unique_and_hold_no_sentence() {
    let ids: Vec<&str> = claims::all().map(|(_, claim)| claim.id.as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for (_, claim) in claims::all() {
        for fact in &claim.facts {
            let most = match claim.kind {
                PieceKind::Statement | PieceKind::Step => 6,
                _ => usize::MAX,
            };
            assert!(fact.split_whitespace().count() <= most, "{}: {fact}", claim.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn prop_no_text_makes_it_panic(text in any::<String>()) {
        examined(&text, V14_7);
    }

    #[test]
    fn prop_no_mutation_of_a_page_makes_it_panic(cuts in prop::collection::vec((0usize..6000, 0usize..40, "[`#|>'\"\\[\\]{}()\\n $=-]{0,6}"), 1..12)) {
        let mut page: Vec<char> = WITH_ERRORS.chars().collect();
        for (at, length, text) in cuts {
            let at = at.min(page.len());
            let end = (at + length).min(page.len());
            page.splice(at..end, text.chars());
        }
        let examination = examined(&page.into_iter().collect::<String>(), V14_7);
        for piece in &examination.pieces {
            prop_assert_eq!(piece.verdict == PieceVerdict::Unchecked, piece.reason.is_some());
        }
    }
}
