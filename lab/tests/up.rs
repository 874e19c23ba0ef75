//! A lab that stands until it is told to end, its page in a real browser, and who is kept out of it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::trials::{Test, block_on, ignored, tests, with_postgresql};
use gitlab_mattermost_ground::exchange::Party;
use gitlab_mattermost_stage::chromium::Chromium;
use gitlab_mattermost_stage::network::{Network, Place};
use libtest_mimic::Completion;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::{Client, StatusCode, redirect};
use serde_json::Value;

/// The tests of this module.
pub fn all() -> Vec<Test> {
    tests![
        a_person_signs_in_watches_and_changes_the_lab_in_a_real_browser,
        what_stands_is_told_to_programs_and_nothing_is_left_of_it_at_the_end,
        nobody_else_gets_in_and_no_other_page_gives_orders,
        the_names_of_a_settings_file_are_reached_through_the_proxy,
        what_cannot_stand_is_refused_with_its_reason,
        a_test_in_rust_has_a_lab_of_its_own,
        a_scenario_that_fails_stands_and_a_person_signs_in_to_it_in_a_real_browser,
        what_is_kept_stands_until_it_is_told_to_end,
    ]
}

/// A lab that stands.
struct Lab {
    child: Child,
    told: Value,
}

impl Lab {
    fn up(flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
        command.args(["up", "--format", "json"]).args(flags).env("LAB_POSTGRES", "auto");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("it does not stand: {why}");
        }
        Self { child, told: serde_json::from_str(&line).unwrap() }
    }

    fn place(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap()
    }

    /// Presses Ctrl-C; the exit status.
    fn end(mut self) -> Option<i32> {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
        self.child.wait().unwrap().code()
    }
}

/// Nothing stands any more after a test that has failed.
impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> Client {
    gitlab_mattermost_ground::tls::install_provider();
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap()
}

fn a_person_signs_in_watches_and_changes_the_lab_in_a_real_browser() -> Completion {
    if Chromium::installed().is_none() {
        return ignored("no chromedriver in PATH", "LAB_REQUIRE_BROWSER");
    }
    with_postgresql(|| {
        let lab = Lab::up(&[]);
        block_on(in_a_browser(&lab));
        assert_eq!(lab.end(), Some(0));
    })
}

async fn in_a_browser(lab: &Lab) {
    let (dashboard, gitlab, mattermost) = (lab.place("dashboard"), lab.place("gitlab"), lab.place("mattermost"));
    // The browser of tests sends everything through a proxy, loopback addresses included.
    let network = Network::start().await.unwrap();
    for url in [dashboard, gitlab, mattermost] {
        let url: url::Url = url.parse().unwrap();
        let name = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        network.names().set(&name, Place { party: Party::GitLab, address: name.parse().unwrap() });
    }
    let profile = tempfile::tempdir().unwrap();
    let proxy = network.proxy_of(Party::Browser).unwrap();
    let window = Chromium::open(proxy, profile.path()).await.unwrap();

    window.visit(dashboard).await.unwrap();
    window.sees("Nothing was said yet.").await.unwrap();
    window.click("sign in as alice").await.unwrap();
    window.click("Authorize").await.unwrap();
    window.arrives_at(mattermost).await.unwrap();
    for words in ["alice@example.com", "GitLab", "system_admin system_user"] {
        window.sees(words).await.unwrap();
    }
    window.click("Sign out").await.unwrap();
    window.sees("Sign in with GitLab").await.unwrap();

    window.visit(dashboard).await.unwrap();
    for words in ["POST /oauth/token", "/api/v4/user", "GitLab Mattermost", "MM_GITLABSETTINGS_ENABLE"] {
        window.sees(words).await.unwrap();
    }
    assert!(!window.text_of("body").await.unwrap().contains("works no more\nrevoke"));
    window.click_in_form("tokens/revoke", "revoke").await.unwrap();
    window.sees("works no more").await.unwrap();
    window.click("+10 min").await.unwrap();
    window.click_in_form("fault", "switch on").await.unwrap();
    window.sees("switch off").await.unwrap();
    window.click("try").await.unwrap();
    window.sees("the browser is sent to").await.unwrap();

    // What happens elsewhere comes to the open page by itself, and without it on a page that is loaded again.
    window.visit(dashboard).await.unwrap();
    client().get(format!("{gitlab}/help?seen=live")).send().await.unwrap();
    window.sees("/help?seen=live").await.unwrap();
    window.close().await;
}

fn what_stands_is_told_to_programs_and_nothing_is_left_of_it_at_the_end() -> Completion {
    with_postgresql(|| {
        let begun = Instant::now();
        let lab = Lab::up(&["--fault", "gitlab:state-dropped"]);
        let took = begun.elapsed();
        let schema = serde_json::from_str(include_str!("../schemas/up.schema.json")).unwrap();
        jsonschema::validate(&schema, &lab.told).unwrap();
        assert!(took < Duration::from_secs(20), "{took:?}");
        let places = ["dashboard", "gitlab", "mattermost"].map(|name| lab.place(name).to_owned());
        block_on(async {
            for url in &places {
                let status = client().get(url).send().await.unwrap().status();
                assert!(status.as_u16() < 400, "{url}: {status}");
            }
            let page = client().get(&places[0]).send().await.unwrap().text().await.unwrap();
            assert!(page.contains("switch off"), "the mistake is made: {page}");
        });
        // A browser that waits for news does not keep the lab.
        let waiting = block_on(async { client().get(format!("{}live", places[0])).send().await.unwrap().status() });
        assert_eq!(waiting, StatusCode::OK);
        assert_eq!(lab.end(), Some(0));
        block_on(async {
            for url in &places {
                assert!(client().get(url).send().await.is_err(), "{url}");
            }
        });
    })
}

fn nobody_else_gets_in_and_no_other_page_gives_orders() -> Completion {
    with_postgresql(|| {
        let lab = Lab::up(&[]);
        let dashboard = lab.place("dashboard").to_owned();
        let base = dashboard.trim_end_matches('/').rsplit_once('/').unwrap().0;
        let status = |request: reqwest::RequestBuilder| block_on(async { request.send().await.unwrap().status() });
        let clock = || client().post(format!("{dashboard}clock")).body("minutes=10");
        for path in ["", "/", "/0123456789abcdef0123456789abcdef/", "/live"] {
            assert_eq!(status(client().get(format!("{base}{path}"))), StatusCode::NOT_FOUND, "{path}");
        }
        for (name, value) in [("origin", "http://evil.example"), ("origin", "null"), ("host", "evil.example")] {
            assert_eq!(status(clock().header(name, value)), StatusCode::FORBIDDEN, "{name}: {value}");
        }
        assert_eq!(status(clock()), StatusCode::SEE_OTHER);
        assert_eq!(status(clock().body("minutes=-1")), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(status(client().post(format!("{dashboard}fault")).body("name=none&on=yes")), StatusCode::NOT_FOUND);
        // A way in works once, and only for those who are there.
        let way = |login: &str| client().post(format!("{dashboard}sign-in")).body(format!("login={login}"));
        assert_eq!(status(way("mallory")), StatusCode::NOT_FOUND);
        let link =
            block_on(async { way("alice").send().await.unwrap().headers()["location"].to_str().unwrap().to_owned() });
        assert_eq!(status(client().get(&link)), StatusCode::SEE_OTHER);
        assert_eq!(status(client().get(&link)), StatusCode::GONE);
        // No secret of a session stands on the page.
        let page = block_on(async { client().get(&dashboard).send().await.unwrap().text().await.unwrap() });
        assert!(!page.contains(link.rsplit('/').next().unwrap()), "{page}");
    })
}

fn the_names_of_a_settings_file_are_reached_through_the_proxy() -> Completion {
    with_postgresql(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gitlab.rb");
        std::fs::write(&file, "external_url 'http://git.lab'\nmattermost_external_url 'http://chat.lab'\n").unwrap();
        let lab = Lab::up(&["--names", "--gitlab-rb", file.to_str().unwrap()]);
        assert_eq!((lab.place("gitlab"), lab.place("mattermost")), ("http://git.lab", "http://chat.lab"));
        gitlab_mattermost_ground::tls::install_provider();
        let proxy = reqwest::Proxy::http(lab.place("proxy")).unwrap();
        let client = Client::builder().proxy(proxy).cookie_store(true).build().unwrap();
        let page = block_on(async {
            let answer = client.get("http://chat.lab/oauth/gitlab/login").send().await.unwrap();
            (answer.url().to_string(), answer.text().await.unwrap())
        });
        assert_eq!(page.0, "http://git.lab/users/sign_in", "{}", page.1);
    })
}

fn what_cannot_stand_is_refused_with_its_reason() -> Completion {
    with_postgresql(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gitlab.rb");
        let refused = |text: &str, flags: &[&str]| {
            std::fs::write(&file, text).unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
            let output = command.args(["up", "--gitlab-rb"]).arg(&file).args(flags).output().unwrap();
            (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        for (text, flags, words) in [
            ("external_url 'http://git.lab'\n", &["--names"][..], "do not enable Mattermost"),
            ("external_url 'https://git.lab'\nmattermost_external_url 'https://chat.lab'\n", &["--names"], "http://"),
            ("external_url 'http://[\n", &[], "reconfigure fails"),
            ("", &["--fault", "gitlab:no-such"], "no fault is called"),
        ] {
            let (status, stderr) = refused(text, flags);
            assert!(status == Some(2) && stderr.contains(words), "{text}: {status:?} {stderr}");
        }
    })
}

/// What a person adds to a test of their own: nothing here knows of this program.
fn a_test_in_rust_has_a_lab_of_its_own() -> Completion {
    with_postgresql(|| {
        block_on(async {
            let lab = gitlab_mattermost_dashboard::Lab::start().await;
            let alice = lab.sign_in("alice").await.unwrap();
            let me = alice.get(format!("{}/api/v4/users/me", lab.mattermost_url())).send().await.unwrap();
            let me: Value = me.json().await.unwrap();
            assert_eq!(me["email"], "alice@example.com");
            lab.gitlab().assert_requested("POST /oauth/token");
            assert!(lab.exchanges().iter().any(|exchange| exchange.url.ends_with("/api/v4/users/me")));
            assert!(lab.mattermost_log().contains("Server is listening"));
            let refused = lab.sign_in("mallory").await.unwrap_err().to_string();
            assert_eq!(refused, "`mallory` is not signed in: GitLab has no user of that login");
            lab.gitlab().set_blocked("alice", true);
            assert!(lab.sign_in("alice").await.is_err());

            let url = lab.mattermost_url().to_owned();
            assert!(client().get(&url).send().await.is_ok());
            drop(lab);
            assert!(client().get(&url).send().await.is_err(), "it ends when it is dropped");
        });
    })
}

/// A run whose scenarios stand at its end.
struct Kept {
    child: Child,
    /// What it told on stderr, by its first word.
    told: Vec<String>,
}

impl Kept {
    fn run(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
        command.arg("run").args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let told = lines.by_ref().take_while(|line| line != "Ctrl-C stops everything").collect();
        Self { child, told }
    }

    fn places(&self, name: &str) -> Vec<&str> {
        let words = self.told.iter().map(|line| line.split_whitespace().collect::<Vec<_>>());
        words.filter(|words| words.first() == Some(&name)).map(|words| words[1]).collect()
    }

    /// Presses Ctrl-C; the exit status.
    fn end(mut self) -> Option<i32> {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn a_scenario_that_fails_stands_and_a_person_signs_in_to_it_in_a_real_browser() -> Completion {
    if Chromium::installed().is_none() {
        return ignored("no chromedriver in PATH", "LAB_REQUIRE_BROWSER");
    }
    with_postgresql(|| {
        // The mistake is caught after the sign-in went well; nothing that comes after is played.
        let kept = Kept::run(&["--only", "17_oauth2_sequence", "--step", "--fault", "mattermost:state-ignored"]);
        assert_eq!(kept.places("dashboard").len(), 1, "{:?}", kept.told);
        block_on(in_the_browser_of_a_scenario(kept.places("dashboard")[0], kept.places("proxy")[0]));
        assert_eq!(kept.end(), Some(1));
    })
}

async fn in_the_browser_of_a_scenario(dashboard: &str, proxy: &str) {
    let profile = tempfile::tempdir().unwrap();
    let page = client().get(dashboard).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("GET /oauth/authorize"), "what the scenario has said is shown");
    let way = client().post(format!("{dashboard}sign-in")).body("login=bob").send().await.unwrap();
    let way = way.headers()["location"].to_str().unwrap().to_owned();
    let proxy: url::Url = proxy.parse().unwrap();
    let address = format!("{}:{}", proxy.host_str().unwrap(), proxy.port().unwrap()).parse().unwrap();
    let window = Chromium::open(address, profile.path()).await.unwrap();
    window.visit(&way).await.unwrap();
    window.click("Authorize").await.unwrap();
    window.arrives_at("http://mattermost.example.com").await.unwrap();
    window.sees("bob@example.com").await.unwrap();
    let page = client().get(dashboard).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("/-/lab/sign-in"), "what the browser does now is shown, too");
    window.close().await;
}

fn what_is_kept_stands_until_it_is_told_to_end() -> Completion {
    with_postgresql(|| {
        let kept = Kept::run(&["--only", "17_oauth2_sequence/a-new-user-signs-up-through-gitlab", "--keep"]);
        let dashboard = kept.places("dashboard")[0].to_owned();
        let files = kept.places("files")[0].to_owned();
        assert!(std::path::Path::new(&files).join("gitlab.rb").is_file(), "{files}");
        assert_eq!(block_on(async { client().get(&dashboard).send().await.unwrap().status() }), StatusCode::OK);
        assert_eq!(kept.end(), Some(0));
        assert!(!std::path::Path::new(&files).exists(), "{files}");
        assert!(block_on(async { client().get(&dashboard).send().await.is_err() }));
    })
}
