//! A real browser: Chromium, driven through WebDriver by the words on its pages, as a person finds their way.
//!
//! It reaches the lab through the same recording proxy as the built-in browser, so it knows the lab's names and its
//! exchanges are recorded too.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::process::MARK;

/// The driver's start and the opening of a window take longest on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// How long a page may take to show what is looked for.
const SHOWN_WITHIN: Duration = Duration::from_secs(15);
/// How often what is to be clicked may be replaced by the page.
const MOST_REPLACED: u32 = 20;

/// Why the browser does not do as it is told.
#[derive(Debug, thiserror::Error)]
pub enum ChromiumError {
    /// The programs are not there, or end at once.
    #[error("`{program}` did not start: {reason}; install Debian's packages chromium and chromium-driver")]
    NotStarted {
        /// The program.
        program: &'static str,
        /// The operating system's reason, or how the program ended.
        reason: String,
    },
    /// The driver refuses a session.
    #[error("no browser window could be opened")]
    NoWindow {
        /// The driver's reason.
        source: Box<fantoccini::error::NewSessionError>,
    },
    /// The page does not show what a person would look for.
    #[error("the page `{url}` shows no {what}")]
    NotShown {
        /// Address of the page, without its query.
        url: String,
        /// What was looked for.
        what: String,
    },
    /// The driver reports a failure.
    #[error("the browser could not {what}")]
    Failed {
        /// What it was told.
        what: String,
        /// The driver's reason.
        source: Box<CmdError>,
    },
}

/// A browser window with a profile of its own.
#[derive(Debug)]
pub struct Chromium {
    driver: Child,
    client: Client,
}

impl Chromium {
    /// The driver, if it is installed.
    pub fn installed() -> Option<PathBuf> {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join("chromedriver")).find(|program| program.is_file())
    }

    /// Opens a window that reaches everybody through `proxy` and keeps its profile in `profile`.
    ///
    /// # Errors
    /// [`ChromiumError::NotStarted`] and [`ChromiumError::NoWindow`].
    pub async fn open(proxy: SocketAddr, profile: &Path) -> Result<Self, ChromiumError> {
        let not_started = |reason: String| ChromiumError::NotStarted { program: "chromedriver", reason };
        // The browser leaves folders here when it is killed. It makes a socket below, whose path may have 107 characters.
        let temporary = profile.join("t");
        std::fs::create_dir_all(&temporary).map_err(|error| not_started(error.to_string()))?;
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--allowed-ips="])
            .current_dir(profile)
            .env(MARK, profile)
            .env("TMPDIR", &temporary)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| not_started(error.to_string()))?;
        let port = tokio::time::timeout(READY_WITHIN, announced_port(&mut driver)).await;
        let port = port.ok().flatten().ok_or_else(|| not_started("it announced no port".to_owned()))?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(proxy, profile));
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await;
        let client = client.map_err(|source| ChromiumError::NoWindow { source: Box::new(source) })?;
        Ok(Self { driver, client })
    }

    /// Number of the driver's process group, to which the browser belongs.
    pub fn process_id(&self) -> Option<u32> {
        self.driver.id()
    }

    /// Types `url` into the address bar.
    ///
    /// # Errors
    /// [`ChromiumError::Failed`].
    pub async fn visit(&self, url: &str) -> Result<(), ChromiumError> {
        self.client.goto(url).await.map_err(|source| failed("open the address", source))
    }

    /// Types `text` into the field that the page calls `label`.
    ///
    /// # Errors
    /// [`ChromiumError::NotShown`] and [`ChromiumError::Failed`].
    pub async fn fill_in(&self, label: &str, text: &str) -> Result<(), ChromiumError> {
        let element = self.shown(&field(label), &format!("field \"{label}\"")).await?;
        element.clear().await.map_err(|source| failed("empty a field", source))?;
        element.send_keys(text).await.map_err(|source| failed("type into a field", source))
    }

    /// Clicks the button, link or check box that says `words`, or begins with them.
    ///
    /// # Errors
    /// [`ChromiumError::NotShown`] and [`ChromiumError::Failed`].
    pub async fn click(&self, words: &str) -> Result<(), ChromiumError> {
        let w = literal(words);
        let clickable = format!(
            "//button[starts-with(normalize-space(.), {w})] | //input[@type = 'submit'][starts-with(@value, {w})] | \
             //a[normalize-space(.) = {w}] | //label[starts-with(normalize-space(.), {w})]"
        );
        self.click_at(&clickable, &format!("button or link \"{words}\"")).await
    }

    /// Clicks the button that says `words` in the form that is sent to `path`.
    ///
    /// # Errors
    /// [`ChromiumError::NotShown`] and [`ChromiumError::Failed`].
    pub async fn click_in_form(&self, path: &str, words: &str) -> Result<(), ChromiumError> {
        let (p, w) = (literal(path), literal(words));
        let form = format!("//form[@action = {p}]");
        let button =
            format!("{form}//button[normalize-space(.) = {w}] | {form}//input[@type = 'submit'][@value = {w}]");
        self.click_at(&button, &format!("button \"{words}\" of a form for `{path}`")).await
    }

    /// Clicks what is there. A page that changes by itself may put another one in its place just before the click.
    async fn click_at(&self, path: &str, what: &str) -> Result<(), ChromiumError> {
        let mut replaced = 0;
        loop {
            match self.shown(path, what).await?.click().await {
                Err(error) if error.is_stale_element_reference() && replaced < MOST_REPLACED => replaced += 1,
                clicked => return clicked.map_err(|source| failed("click", source)),
            }
        }
    }

    /// Waits until the page shows `words`.
    ///
    /// # Errors
    /// [`ChromiumError::NotShown`], if it does not in 15 seconds.
    pub async fn sees(&self, words: &str) -> Result<(), ChromiumError> {
        let anywhere = format!("//body[contains(normalize-space(.), {})]", literal(words));
        self.shown(&anywhere, &format!("words \"{words}\"")).await.map(|_| ())
    }

    /// Waits until the address bar shows an address that begins with `prefix`.
    ///
    /// # Errors
    /// [`ChromiumError::NotShown`], if it does not in 15 seconds.
    pub async fn arrives_at(&self, prefix: &str) -> Result<(), ChromiumError> {
        let deadline = tokio::time::Instant::now() + SHOWN_WITHIN;
        while tokio::time::Instant::now() < deadline {
            if self.client.current_url().await.is_ok_and(|url| url.as_str().starts_with(prefix)) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(ChromiumError::NotShown { url: self.place().await, what: format!("address `{prefix}…`") })
    }

    /// What the page shows as text in the element that `css` selects.
    ///
    /// # Errors
    /// [`ChromiumError::NotShown`] and [`ChromiumError::Failed`].
    pub async fn text_of(&self, css: &str) -> Result<String, ChromiumError> {
        let found = self.client.find(Locator::Css(css)).await;
        let Ok(element) = found else {
            return Err(ChromiumError::NotShown { url: self.place().await, what: format!("element `{css}`") });
        };
        element.text().await.map_err(|source| failed("read the page", source))
    }

    /// The value that the page shows in the element that `css` selects: a field's or a `<data>` element's.
    ///
    /// # Errors
    /// [`ChromiumError::NotShown`] and [`ChromiumError::Failed`].
    pub async fn value_of(&self, css: &str) -> Result<String, ChromiumError> {
        let not_shown = |url: String| ChromiumError::NotShown { url, what: format!("element `{css}` with a value") };
        let Ok(element) = self.client.find(Locator::Css(css)).await else {
            return Err(not_shown(self.place().await));
        };
        let value = element.prop("value").await.map_err(|source| failed("read a value", source))?;
        match value {
            Some(value) => Ok(value),
            None => Err(not_shown(self.place().await)),
        }
    }

    /// What `script`, the body of a function, returns on this page.
    ///
    /// # Errors
    /// [`ChromiumError::Failed`], also if the script throws.
    pub async fn evaluate(&self, script: &str) -> Result<serde_json::Value, ChromiumError> {
        self.client.execute(script, Vec::new()).await.map_err(|source| failed("run a script", source))
    }

    /// The cookies of the page's site, as `name=value`, in the order of their names.
    ///
    /// # Errors
    /// [`ChromiumError::Failed`].
    pub async fn cookies(&self) -> Result<Vec<String>, ChromiumError> {
        let found = self.client.get_all_cookies().await.map_err(|source| failed("tell its cookies", source))?;
        let mut found: Vec<String> = found.iter().map(|it| format!("{}={}", it.name(), it.value())).collect();
        found.sort();
        Ok(found)
    }

    /// A picture of the window, as PNG.
    ///
    /// # Errors
    /// [`ChromiumError::Failed`].
    pub async fn picture(&self) -> Result<Vec<u8>, ChromiumError> {
        self.client.screenshot().await.map_err(|source| failed("take a picture", source))
    }

    /// Closes the window and ends the driver.
    pub async fn close(mut self) {
        // Whatever does not end by itself is ended.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.client.close()).await;
        let _ = self.driver.kill().await;
    }

    async fn shown(&self, xpath: &str, what: &str) -> Result<Element, ChromiumError> {
        let found = self.client.wait().at_most(SHOWN_WITHIN).for_element(Locator::XPath(xpath)).await;
        match found {
            Ok(element) => Ok(element),
            Err(_) => Err(ChromiumError::NotShown { url: self.place().await, what: what.to_owned() }),
        }
    }

    async fn place(&self) -> String {
        match self.client.current_url().await {
            Ok(mut url) => {
                url.set_query(None);
                url.to_string()
            }
            Err(_) => "(unknown)".to_owned(),
        }
    }
}

fn failed(what: &str, source: CmdError) -> ChromiumError {
    ChromiumError::Failed { what: what.to_owned(), source: Box::new(source) }
}

fn capabilities(proxy: SocketAddr, profile: &Path) -> serde_json::Map<String, serde_json::Value> {
    let options = json!({
        "args": [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            "--window-size=1000,800",
            format!("--proxy-server=http://{proxy}"),
            format!("--user-data-dir={}", profile.display()),
        ]
    });
    serde_json::Map::from_iter([("goog:chromeOptions".to_owned(), options)])
}

/// The port that the driver says it listens on, in its first lines.
async fn announced_port(driver: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(driver.stdout.take()?).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let port = line.split_once("started successfully on port ").map(|(_, rest)| rest.trim_end_matches('.'));
        if let Some(port) = port.and_then(|port| port.parse().ok()) {
            return Some(port);
        }
    }
    None
}

/// The field that the page calls `label`, or by a name that begins so, as XPath.
fn field(label: &str) -> String {
    let label = literal(label);
    format!(
        "//*[(self::input or self::textarea)][@id = //label[starts-with(normalize-space(.), {label})]/@for or \
         ancestor::label[starts-with(normalize-space(.), {label})] or @name = {label}]"
    )
}

/// A text as an XPath expression; XPath knows no escapes, so quotes are put together from parts.
fn literal(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let parts: Vec<_> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn words_with_apostrophes_can_be_looked_for() {
        assert_eq!(literal("Sign in"), "'Sign in'");
        assert_eq!(literal("can't be blank"), "concat('can', \"'\", 't be blank')");
    }
}
