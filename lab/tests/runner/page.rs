//! The page of a run, as a person meets it: in a real browser, on a phone and on a wide screen, with nothing fetched.

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
        the_script_of_the_page_is_the_one_that_its_policy_allows,
        the_page_tells_what_changed,
        a_claim_that_doc_alone_checks_does_not_count_as_held,
        a_browser_shows_the_page_at_every_width_finds_and_opens_and_fetches_nothing,
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
        command: ["mattermost-lab", "run", "--gitlab", "url:http://127.0.0.1:4000"].map(str::to_owned).to_vec(),
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
    assert!(!page.contains("<img") && !page.contains("alert(1)") && !page.contains('\u{1b}'));
    assert_eq!(page.matches("<script").count(), 1, "another than the page's own");
    assert!(page.contains("&lt;img src=x&gt;"));
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

fn the_script_of_the_page_is_the_one_that_its_policy_allows() {
    use base64::Engine as _;
    let page = page(vec![passed("file/a")], None);
    let (_, script) = page.split_once("<script>").unwrap();
    let (script, _) = script.split_once("</script>").unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, script.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(digest);
    assert!(page.contains(&format!("script-src 'sha256-{hash}'")), "the script's hash is sha256-{hash}");
}

fn the_page_tells_what_changed() {
    let page = page(vec![failed(Vec::new())], Some(vec![passed("file/scenario"), passed("file/gone")]));
    assert!(page.contains("2 worse, 0 better, 0 new, 0 as before"), "{page}");
}

fn a_browser_shows_the_page_at_every_width_finds_and_opens_and_fetches_nothing() -> Completion {
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
    // What is wider than the screen must scroll within itself.
    for width in [360, 768, 1280] {
        let too_wide = format!(
            "document.body.style.cssText = 'width: {width}px; margin: 0';
            document.querySelectorAll('details').forEach(details => {{ details.open = true; }});
            return [...document.querySelectorAll('body *')]
                .filter(element => element.getBoundingClientRect().right > {width} + 1)
                .map(element => element.outerHTML.slice(0, 80));"
        );
        assert_eq!(browser.evaluate(&too_wide).await.unwrap(), serde_json::json!([]), "{width}");
    }
    // A link opens what it leads to, and a search leaves what it finds.
    let open = "
        document.querySelectorAll('details').forEach(details => { details.open = false; });
        document.querySelector('#failures a').click();
        return new Promise(done => setTimeout(() =>
            done([...document.querySelectorAll('details.scenario[open]')].map(it => it.dataset.outcome)), 50));";
    assert_eq!(browser.evaluate(open).await.unwrap(), serde_json::json!(["failed"]));
    let search = "
        const field = document.querySelector('#find input');
        field.value = 'other/b';
        field.dispatchEvent(new Event('input', { bubbles: true }));
        return [...document.querySelectorAll('details.scenario:not([hidden]) code:first-of-type')]
            .map(code => code.textContent).filter(text => text.includes('/') && !text.includes(' '));";
    assert_eq!(browser.evaluate(search).await.unwrap(), serde_json::json!(["other/b"]));
    browser.close().await;
}
