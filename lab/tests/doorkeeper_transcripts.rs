//! The mock GitLab answers as the real provider was recorded to.

use gitlab_double::{GitLab, Options};
use mattermost_admin::replay::{Case, CaseReport, Outcome, Player, Target, read_cases};

const TRANSCRIPTS: &str = include_str!("data/doorkeeper-transcripts.json");

async fn play(cases: &[Case]) -> Vec<CaseReport> {
    let control = Some(([127, 0, 0, 1], 0).into());
    let mock = GitLab::start_with(Options { control, ..Options::default() }).await.unwrap();
    let control = mock.control_address().map(|address| format!("http://{address}"));
    let player = Player::new(&Target { gitlab: format!("http://{}", mock.address()), control }).unwrap();
    let mut reports = Vec::new();
    for case in cases {
        reports.push(player.play(case).await.unwrap());
    }
    mock.stop().await;
    reports
}

#[tokio::test]
async fn every_recorded_exchange_is_answered_alike() {
    let cases = read_cases(TRANSCRIPTS).unwrap();
    assert_eq!(cases.len(), 145);
    let others: Vec<_> = play(&cases).await.into_iter().filter(|report| report.outcome != Outcome::Passed).collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[tokio::test]
async fn a_recording_that_says_something_else_differs() {
    let cases = read_cases(TRANSCRIPTS).unwrap();
    let named = |name: &str| cases.iter().find(|case| case.case == name).unwrap().clone();
    let mut status = named("token_client_secret_post");
    status.steps[0].response.status = 201;
    let mut location = named("state_plain_echoed");
    location.steps[1].response.headers.insert("Location".to_owned(), "http://mattermost.example.com/".to_owned());
    let mut body = named("token_wrong_secret_basic");
    body.steps[0].response.body["error"] = "invalid_grant".into();
    let mut page = named("redirect_uri_wrong_host");
    page.steps[0].response.body["html"]["pre"] = "All is well.".into();

    for (report, (step, what)) in play(&[status, location, body, page]).await.iter().zip([
        (1, "status"),
        (2, "header Location"),
        (1, "body.error"),
        (1, "html.pre"),
    ]) {
        let Outcome::Differed { differences } = &report.outcome else { panic!("{report:?}") };
        assert_eq!((differences.len(), differences[0].step, differences[0].what.as_str()), (1, step, what));
    }
}

#[tokio::test]
async fn without_control_listener_applications_are_made_by_the_api_and_cases_that_need_more_are_skipped() {
    // From 15.0 on the tokens of an application made by the API expire, as those of the recordings do.
    let version = "15.0".parse().unwrap();
    let mock = GitLab::start_with(Options { version, ..Options::default() }).await.unwrap();
    let player = Player::new(&Target { gitlab: format!("http://{}", mock.address()), control: None }).unwrap();
    let cases = read_cases(TRANSCRIPTS).unwrap();
    let named = |name: &str| cases.iter().find(|case| case.case == name).unwrap();
    for name in ["happy_path_signed_out_user_allows", "sign_in_unknown_user_and_missing_fields"] {
        assert_eq!(player.play(named(name)).await.unwrap().outcome, Outcome::Passed);
    }
    for name in ["trusted_application_skips_consent", "refresh_after_access_token_expired"] {
        let report = player.play(named(name)).await.unwrap();
        assert!(matches!(&report.outcome, Outcome::Skipped { reason } if reason.contains("--control")), "{report:?}");
    }
}
