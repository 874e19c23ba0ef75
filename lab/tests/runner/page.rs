//! The page of a run, as a person meets it: in a real browser, as wide as a phone, with nothing fetched.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use gitlab_mattermost_stage::chromium::Chromium;
use gitlab_mattermost_suite::event::{Counts, Event, Footer, Header, Outcome, ScenarioResult};
use gitlab_mattermost_suite::report::{Html, Report as _};
use libtest_mimic::Completion;
use std::time::Duration;
use tempfile::TempDir;

use crate::reports::{exchange, failed};
use crate::{Test, ignored, tests};

pub fn tests() -> Vec<Test> {
    tests![
        the_verdict_stands_at_the_top,
        what_a_subject_sent_is_text_and_never_markup,
        the_page_tells_what_changed,
        a_claim_that_doc_alone_checks_does_not_count_as_held,
        a_browser_shows_the_page_on_a_phone_and_fetches_nothing,
    ]
}

fn page(records: Vec<ScenarioResult>, baseline: Option<Vec<ScenarioResult>>) -> String {
    let mut counts = Counts::default();
    records.iter().for_each(|record| counts.add(&record.outcome));
    let mut written = Vec::new();
    let mut html = Html::new(&mut written, baseline);
    let header = Header {
        format_version: 3,
        program_version: "0.0.0".to_owned(),
        started_at: jiff::Timestamp::UNIX_EPOCH,
        scenarios: records.len(),
        jobs: 2,
        shard: None,
        subjects: [("GitLab".to_owned(), "mock".to_owned())].into(),
        environment: [("processors".to_owned(), "2".to_owned())].into(),
    };
    html.take(&Event::RunStarted(header)).unwrap();
    for record in records {
        html.take(&Event::ScenarioFinished(Box::new(record))).unwrap();
    }
    let (listed, no_longer) = (Vec::new(), Vec::new());
    let footer =
        Footer { counts, listed, no_longer, interrupted: false, silent: None, duration: Duration::from_secs(3) };
    html.take(&Event::RunFinished(footer)).unwrap();
    drop(html);
    String::from_utf8(written).unwrap()
}

fn passed(id: &str) -> ScenarioResult {
    let mut record = failed(Vec::new());
    id.clone_into(&mut record.heading.id);
    record.outcome = Outcome::Passed;
    record
}

fn the_verdict_stands_at_the_top() {
    assert!(page(vec![passed("file/a"), passed("file/b")], None).contains("<h1>2 scenarios held</h1>"));
    let mixed = page(vec![passed("file/a"), failed(Vec::new())], None);
    assert!(mixed.contains("<h1>1 of 2 scenarios did not hold</h1>"), "{mixed}");
    let mut skipped = passed("file/a");
    skipped.outcome = Outcome::Skipped { reason: "@needs-much: nobody has it".to_owned() };
    let nothing = page(vec![skipped], None);
    assert!(nothing.contains("<h1>Nothing was checked</h1>") && nothing.contains("nobody has it"), "{nothing}");
}

fn hostile() -> ScenarioResult {
    let mut sent = exchange(Ok(500));
    sent.response_body = "<script>alert(1)</script><img src=\"http://gitlab.example.com/x.png\">".to_owned();
    sent.response_headers[0].1 = format!("text/html\u{1b}[31m; {}", "long".repeat(200));
    sent.url = format!("https://gitlab.example.com/<img src=x>?{}", "q".repeat(900));
    failed(vec![sent])
}

fn what_a_subject_sent_is_text_and_never_markup() {
    let page = page(vec![hostile()], None);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{1b}'), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
}

fn a_claim_that_doc_alone_checks_does_not_count_as_held() {
    let coverage = |page: &str| {
        let (_, from) = page.split_once("id=\"coverage\"").unwrap();
        from.split("</section>").next().unwrap().to_owned()
    };
    let nothing_shown = coverage(&page(vec![passed("file/a")], None));
    assert!(nothing_shown.contains("`mattermost-lab doc` checks it"), "{nothing_shown}");
    assert!(!nothing_shown.contains("class=\"good\""), "{nothing_shown}");
    let signed_up = coverage(&page(vec![passed("17_oauth2_sequence/a-new-user-signs-up-through-gitlab")], None));
    assert!(signed_up.contains("class=\"good\""), "{signed_up}");
}

fn the_page_tells_what_changed() {
    let page = page(vec![failed(Vec::new())], Some(vec![passed("file/scenario"), passed("file/gone")]));
    assert!(page.contains("2 worse, 0 better, 0 new, 0 as before"), "{page}");
}

fn a_browser_shows_the_page_on_a_phone_and_fetches_nothing() -> Completion {
    if Chromium::installed().is_none() {
        return ignored("no chromedriver in PATH", "LAB_REQUIRE_BROWSER");
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("report.html");
    std::fs::write(&file, page(vec![hostile(), passed("file/a"), passed("other/b")], Some(vec![passed("file/a")])))
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(look_at(&file, folder.path()));
    Completion::Completed
}

async fn look_at(file: &Path, folder: &Path) {
    let profile = folder.join("profile");
    std::fs::create_dir(&profile).unwrap();
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let browser = Chromium::open(nowhere, &profile).await.unwrap();
    browser.visit(&format!("file://{}", file.display())).await.unwrap();
    browser.sees("1 of 3 scenarios did not hold").await.unwrap();
    let fetched = browser.evaluate("return performance.getEntriesByType('resource').map(r => r.name)").await.unwrap();
    assert_eq!(fetched, serde_json::json!([]));
    // What is wider than a phone must scroll within itself.
    let too_wide = "
        document.body.style.cssText = 'width: 360px; margin: 0';
        document.querySelectorAll('details').forEach(details => { details.open = true; });
        const within = element => element.closest('.sequence') && !element.matches('.sequence');
        return [...document.querySelectorAll('body *')]
            .filter(element => !within(element) && element.getBoundingClientRect().right > 361)
            .map(element => element.outerHTML.slice(0, 80));";
    let too_wide = browser.evaluate(too_wide).await.unwrap();
    browser.close().await;
    assert_eq!(too_wide, serde_json::json!([]));
}
