//! The browser's way through a sign-in, recorded step by step.

use gitlab_mattermost_core::diagnosis::sign_in::{Departure, Evidence, Unreachable};
use url::Url;

use super::asked::Asked;
use super::error::TraceError;
use super::place::{address, below};
use super::probe;
use super::reached::Reached;
use gitlab_mattermost_browser::refusal::{gitlab_refusal, mattermost_error, oauth_error};
use gitlab_mattermost_browser::{Browser, BrowserError, Form, Page};
use gitlab_mattermost_ground::error_chain::innermost;
use gitlab_mattermost_ground::exchange::{Exchange, Party};
use gitlab_mattermost_ground::masker::Masker;

/// More steps than any sign-in has.
const MOST_STEPS: usize = 30;
/// Characters shown of what a page says.
const SHOWN: usize = 300;
/// The cookie of a session of Mattermost.
const SESSION_COOKIE: &str = "MMAUTHTOKEN";
/// The cookie that binds the state to the browser.
const STATE_COOKIE: &str = "MMOAUTH";
/// How the callback's path ends.
const CALLBACK: &str = "/signup/gitlab/complete";
/// What the names of fields for a second factor have in them.
const SECOND_FACTOR: &str = "otp";

/// What came of it.
pub(super) struct Followed {
    pub(super) evidence: Evidence,
    pub(super) reached: Reached,
    pub(super) exchanges: Vec<Exchange>,
    /// What GitLab's endpoints are below, if Mattermost sends the browser to a page of GitLab's.
    pub(super) gitlab_base: Option<Url>,
}

/// Follows the sign-in that begins at Mattermost's entry for GitLab.
pub(super) async fn sign_in(asked: &Asked) -> Result<Followed, TraceError> {
    let masker = Masker::default();
    if let Some(account) = &asked.account {
        masker.hide("password", account.password.expose());
    }
    let mut way = Way {
        asked,
        browser: Browser::direct(&asked.authorities)?,
        masker,
        evidence: Evidence::at(address(&asked.mattermost)),
        exchanges: Vec::new(),
        gitlab: vec![asked.gitlab.clone()],
        mattermost: vec![asked.mattermost.clone()],
        state: None,
        typed: false,
    };
    let entry = below(&asked.mattermost, "oauth/gitlab/login");
    let reached = match way.open(&entry).await {
        Ok(page) => {
            way.depart(&page);
            way.go_on(page).await
        }
        Err(reached) => reached,
    };
    way.evidence.is_signed_in = reached == Reached::SignedIn;
    let gitlab_base = way.gitlab.get(1).cloned();
    Ok(Followed { evidence: way.evidence, reached, exchanges: way.exchanges, gitlab_base })
}

struct Way<'a> {
    asked: &'a Asked,
    browser: Browser,
    masker: Masker,
    evidence: Evidence,
    exchanges: Vec<Exchange>,
    /// Base URLs of GitLab, as given and as Mattermost has it.
    gitlab: Vec<Url>,
    /// Base URLs of Mattermost, as given and as it calls itself.
    mattermost: Vec<Url>,
    /// The state that Mattermost sent.
    state: Option<String>,
    /// Whether the password was sent.
    typed: bool,
}

impl Way<'_> {
    /// Takes in where Mattermost sends the browser.
    fn depart(&mut self, page: &Page) {
        let Some(target) = page.leads_to().filter(|_| (300..400).contains(&page.status)) else { return };
        let value = |name: &str| target.query_pairs().find(|(known, _)| known == name).map(|(_, v)| v.into_owned());
        let Some(redirect_uri) = value("redirect_uri") else { return };
        let redirect_uri = Url::parse(&redirect_uri).ok();
        if let Some(base) = redirect_uri.as_ref().and_then(|uri| base_of(uri, CALLBACK)) {
            self.mattermost.push(base);
        }
        if let Some(base) = base_of(&target, "/oauth/authorize") {
            self.gitlab.push(base);
        }
        self.state = value("state");
        self.evidence.departure = Some(Departure {
            authorize: address(&target),
            redirect_uri: redirect_uri.as_ref().map(address),
            has_client_id: value("client_id").is_some_and(|id| !id.is_empty()),
            scope: value("scope").unwrap_or_default(),
            cookie_is_secure: cookie(page, STATE_COOKIE).map(|cookie| {
                cookie.split(';').skip(1).any(|attribute| attribute.trim().eq_ignore_ascii_case("secure"))
            }),
        });
    }

    /// Goes on from `page` until nothing leads further.
    async fn go_on(&mut self, mut page: Page) -> Reached {
        for _ in 0..MOST_STEPS {
            if cookie(&page, SESSION_COOKIE).is_some_and(|cookie| !cookie.starts_with("MMAUTHTOKEN=;")) {
                return Reached::SignedIn;
            }
            let next = match page.leads_to() {
                Some(target) => {
                    self.compare_state(&target);
                    if let Some(reached) = self.refused_by(&target) {
                        return reached;
                    }
                    self.open(&target).await
                }
                None => self.act(&page).await,
            };
            page = match next {
                Ok(page) => page,
                Err(reached) => return reached,
            };
        }
        Reached::Lost { at: page.place(), said: format!("more than {MOST_STEPS} steps") }
    }

    /// Compares the state that comes back with a code with the one that was sent.
    fn compare_state(&mut self, target: &Url) {
        let value = |name: &str| target.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value);
        let comes_back = self.party(target) == Party::Mattermost && target.path().ends_with(CALLBACK);
        if let (Some(sent), true, Some(_)) = (&self.state, comes_back, value("code")) {
            let back = value("state").unwrap_or_default();
            self.evidence.altered_state = (back != sent.as_str()).then(|| (sent.chars().count(), back.chars().count()));
        }
    }

    /// Looks for errors in where a page leads: GitLab's on the way back, or Mattermost's page about one.
    fn refused_by(&mut self, target: &Url) -> Option<Reached> {
        if self.party(target) == Party::GitLab {
            return None;
        }
        if let Some(said) = oauth_error(target) {
            let said = self.masker.text(&said);
            self.evidence.gitlab_refusal = Some(said.clone());
            return Some(Reached::Refused { by: Party::GitLab, said });
        }
        let said = self.masker.text(&mattermost_error(target)?);
        self.evidence.mattermost_refusal = Some(said.clone());
        Some(Reached::Refused { by: Party::Mattermost, said })
    }

    /// Does what a page that stays asks for.
    async fn act(&mut self, page: &Page) -> Result<Page, Reached> {
        let whole = self.masker.text(&page.text());
        let shortened = |text: &str| -> String { text.chars().take(SHOWN).collect() };
        let text = shortened(&whole);
        let lost = || Reached::Lost { at: page.place(), said: format!("status {}: {text}", page.status) };
        if self.party(&page.url) == Party::Mattermost {
            return Err(lost());
        }
        if let Some(said) = gitlab_refusal(&whole).map(|said| shortened(&said)) {
            self.evidence.gitlab_refusal = Some(said.clone());
            return Err(Reached::Refused { by: Party::GitLab, said });
        }
        let at = || page.url.host_str().unwrap_or_default().to_owned();
        let forms = page.forms();
        if let Some(form) = forms.iter().find(|form| form.password.is_some()) {
            return self.sign_in_with(form, &page.url, &text).await;
        }
        let has_second_factor = |form: &&Form| form.fields.iter().any(|(name, _)| name.contains(SECOND_FACTOR));
        if forms.iter().find(has_second_factor).is_some() {
            return Err(Reached::SecondFactorPage { at: at() });
        }
        match page.form_with_button("Authorize") {
            Some(form) if self.asked.consent => self.press(&form, &[]).await,
            Some(_) => Err(Reached::ConsentPage),
            None => Err(lost()),
        }
    }

    /// Types login and password, once, and where the provider was said to be: another's page gets neither.
    async fn sign_in_with(&mut self, form: &Form, page: &Url, text: &str) -> Result<Page, Reached> {
        let host = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
        let is_providers = [page, &form.action].into_iter().all(|url| host(url) == host(&self.asked.gitlab));
        let at = || page.host_str().unwrap_or_default().to_owned();
        let (Some(account), true, Some(password)) = (&self.asked.account, is_providers, &form.password) else {
            return Err(Reached::SignInPage { at: at() });
        };
        if std::mem::replace(&mut self.typed, true) {
            return Err(Reached::Refused {
                by: Party::GitLab,
                said: format!("login or password not accepted: {text}"),
            });
        }
        let login = form.login.as_deref().unwrap_or("user[login]");
        self.press(form, &[(login, account.login.as_str()), (password, account.password.expose())]).await
    }

    async fn open(&mut self, url: &Url) -> Result<Page, Reached> {
        let answer = self.browser.open_only(url.as_str()).await.cloned();
        self.record("GET", url, "", answer)
    }

    async fn press(&mut self, form: &Form, typed: &[(&str, &str)]) -> Result<Page, Reached> {
        let button = form.buttons.first().cloned().unwrap_or_default();
        let fields = form.filled(typed);
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer = self.browser.press(&button, typed).await.cloned();
        self.record(&form.method.to_ascii_uppercase(), &form.action, &body, answer)
    }

    /// Writes down a request and what came of it.
    fn record(
        &mut self,
        method: &str,
        url: &Url,
        body: &str,
        answer: Result<Page, BrowserError>,
    ) -> Result<Page, Reached> {
        let form = "application/x-www-form-urlencoded";
        let mut exchange = Exchange {
            from: Party::Browser,
            to: self.party(url),
            method: method.to_owned(),
            url: self.masker.url(url.as_str()),
            request_headers: Vec::new(),
            request_body: self.masker.body(form, body),
            answer: Err(String::new()),
            response_headers: Vec::new(),
            response_body: String::new(),
        };
        let told = match &answer {
            Ok(page) => {
                let fields = page.headers.iter().map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    (name.to_string(), self.masker.header(name.as_str(), &value))
                });
                exchange.response_headers = fields.collect();
                exchange.response_body = self.masker.body(page.header("content-type").unwrap_or_default(), &page.body);
                Ok(page.status)
            }
            Err(error) => Err(innermost(error)),
        };
        exchange.answer.clone_from(&told);
        self.exchanges.push(exchange);
        answer.map_err(|error| self.no_answer(url, &error, told.err().unwrap_or_default()))
    }

    fn no_answer(&mut self, url: &Url, error: &BrowserError, reason: String) -> Reached {
        let at = address(url);
        if self.party(url) == Party::GitLab {
            let certificate =
                matches!(error, BrowserError::NoAnswer { source, .. } if probe::is_about_certificate(source));
            let reason = reason.clone();
            self.evidence.unreachable = Some(Unreachable { address: at.clone(), reason, certificate });
        }
        Reached::Lost { at: at.to_string(), said: format!("no answer: {reason}") }
    }

    /// Who is at `url`: the one whose base URL is the longest beginning of it. Somebody else stands on GitLab's side of
    /// the sign-in, such as the company's own sign-in page.
    fn party(&self, url: &Url) -> Party {
        let longest =
            |bases: &[Url]| bases.iter().filter(|base| is_below(base, url)).map(|base| base.path().len()).max();
        if longest(&self.mattermost) > longest(&self.gitlab) { Party::Mattermost } else { Party::GitLab }
    }
}

/// `url` without `end` at the end of its path, query and fragment.
fn base_of(url: &Url, end: &str) -> Option<Url> {
    let path = url.path().strip_suffix(end)?.to_owned();
    let mut base = url.clone();
    base.set_path(&path);
    base.set_query(None);
    base.set_fragment(None);
    Some(base)
}

fn is_below(base: &Url, url: &Url) -> bool {
    let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    let path = url.path().strip_prefix(base.path().trim_end_matches('/'));
    place(base) == place(url) && path.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The field that sets the cookie `name`.
fn cookie<'a>(page: &'a Page, name: &str) -> Option<&'a str> {
    let fields = page.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    fields.into_iter().find(|field| field.split_once('=').is_some_and(|(known, _)| known == name))
}
