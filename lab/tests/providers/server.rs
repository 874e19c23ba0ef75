//! A provider that is not GitLab, written for these tests: it does right, but for what it is told to do otherwise.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use url::form_urlencoded::{Serializer, parse};

use crate::ways::Way::{self, *};
use crate::wire::by_http_1_0;

const SIGNUP: &str = "http://mattermost.example.com/signup/gitlab/complete";
const LOGIN: &str = "http://mattermost.example.com/login/gitlab/complete";
/// Where another Mattermost is.
const OWN_SITE: &str = "127.0.0.1:14065";
const CLIENTS: [(&str, &str); 2] = [("mmid", "mmsecret"), ("other", "othersecret")];
const PASSWORD: &str = "correct horse";
/// Login, number, name, whether blocked.
const PEOPLE: [(&str, u64, &str, bool); 3] =
    [("alice", 11, "Alice Liddell", false), ("bob", 12, "Bob Builder", false), ("dave", 13, "Dave", true)];

type Fields = BTreeMap<String, String>;

/// A running provider; it ends when it is dropped.
pub struct Foreign {
    pub address: SocketAddr,
    ways: Vec<Way>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Memory {
    count: u64,
    /// Who is signed in, by session.
    sessions: BTreeMap<String, String>,
    /// Login, client and redirect URI, by code.
    codes: BTreeMap<String, (String, String, String)>,
    /// Who it is, by token.
    tokens: BTreeMap<String, String>,
    consented: bool,
}

struct Shared {
    ways: Vec<Way>,
    memory: Mutex<Memory>,
}

impl Foreign {
    pub async fn start(ways: &[Way]) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { ways: ways.to_vec(), memory: Mutex::default() });
        let service = axum::Router::new().fallback(answer).with_state(shared);
        let task = tokio::spawn(async move {
            // It ends when the test drops it.
            let _ = axum::serve(listener, service).await;
        });
        let address = if ways.contains(&ByHttp10) { by_http_1_0(address).await? } else { address };
        Ok(Self { address, ways: ways.to_vec(), task })
    }

    /// What the provider's file says of it.
    pub fn description(&self) -> String {
        let sign_in = match self.ways.first() {
            Some(SignInBasic) => "way = 'basic'\n",
            Some(SignInBrowser) => {
                "way = 'browser'\n[[sign-in.step]]\nfill = 'E-mail or name:'\nwith = '{login}'\n[[sign-in.step]]\n\
                 fill = 'Password:'\nwith = '{password}'\n[[sign-in.step]]\nclick = 'Go on'\n"
            }
            Some(SignInHeader) => "way = 'header'\nheader = 'Remote-User: {login}'\n",
            Some(SignInCommand) => {
                "way = 'command'\ncommand = 'test -n \"$LAB_URL\" && echo \"Cookie: sid=preset-$LAB_LOGIN\"'\n"
            }
            Some(SignInRequests) => {
                "way = 'requests'\n[[sign-in.request]]\nurl = '/login'\n\
                 form = { who = '{login}', secret = '{password}', back = '/' }\n"
            }
            Some(SignInTwoFactor) => {
                "login = 'who'\n[[sign-in.page]]\nfields = { otp = '123456' }\nbutton = 'Verify'\n"
            }
            _ => "login = 'E-mail or name'\npassword = 'secret'\n",
        };
        let (signup, login) = match self.ways.first() {
            Some(SiteOfItsOwn) => {
                (SIGNUP.replace("mattermost.example.com", OWN_SITE), LOGIN.replace("mattermost.example.com", OWN_SITE))
            }
            _ => (SIGNUP.to_owned(), LOGIN.to_owned()),
        };
        format!(
            "name = 'foreign'\nbase = 'http://{}'\nscope = 'profile'\n\
             [endpoints]\nauthorize = '/authorize'\ntoken = '/token'\nuser = '/me'\n\
             [client]\nid = 'mmid'\nsecret = 'mmsecret'\nredirect-uris = ['{login}', '{signup}']\n\
             [other-client]\nid = 'other'\nsecret = 'othersecret'\n\
             [sign-in]\n{sign_in}\
             [consent]\nasked = 'always'\nbutton = 'Allow'\ndeny = 'Refuse'\n\
             [[user]]\nlogin = 'alice'\npassword = '{PASSWORD}'\n[[user]]\nlogin = 'bob'\npassword = '{PASSWORD}'\n\
             [[user]]\nlogin = 'dave'\npassword = '{PASSWORD}'\nblocked = true\n",
            self.address
        )
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let takes_gzip =
        request.headers().get(header::ACCEPT_ENCODING).is_some_and(|it| it.as_bytes().starts_with(b"gzip"));
    let mut answer = answer_plainly(&shared, request).await;
    if shared.has(HstsByHttp) {
        let field = header::HeaderValue::from_static("max-age=63072000; includeSubDomains");
        answer.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, field);
    }
    if shared.has(GzipIfAsked) && takes_gzip {
        let (mut parts, body) = answer.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
        return Response::from_parts(parts, Body::from(packed(&body)));
    }
    answer
}

async fn answer_plainly(shared: &Shared, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let query: Fields = parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let form: Fields = parse(&body).into_owned().collect();
    let session = shared.session(&parts.headers);
    match (parts.method.as_str(), parts.uri.path()) {
        ("GET", "/authorize") => shared.authorize(&query, &session, parts.uri.query().unwrap_or_default()),
        ("POST", "/authorize") => shared.decide(&form, &session),
        ("GET", "/login") => shared.login_page(&query, ""),
        ("POST", "/login") => shared.sign_in(&form),
        ("POST", "/token") => {
            if shared.has(TokenSlow) {
                tokio::time::sleep(Duration::from_secs(6)).await;
            }
            shared.token(&form)
        }
        ("GET", "/me") => shared.me(&parts.headers, &query),
        _ => page(StatusCode::NOT_FOUND, "<p>Nothing here</p>"),
    }
}

impl Shared {
    fn has(&self, way: Way) -> bool {
        self.ways.contains(&way)
    }

    /// A value that was not given before; codes are made as the way says.
    fn next(&self, what: &str) -> String {
        let mut memory = self.memory.lock().unwrap();
        memory.count += 1;
        let long = match () {
            () if self.has(LongCodes) => "0123456789".repeat(200),
            () if what == "code" && (self.has(CodeOdd) || self.has(CodeNotEscaped)) => "+/ %2F&=é".to_owned(),
            () => String::new(),
        };
        format!("{what}{:016x}{long}", memory.count.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The session of a request, whatever it is known by.
    fn session(&self, headers: &HeaderMap) -> String {
        let field = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let who = match () {
            () if self.has(SignInHeader) => field("remote-user"),
            // alice:correct horse, bob:correct horse
            () if self.has(SignInBasic) && field("authorization") == "Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==" => {
                "alice".to_owned()
            }
            () if self.has(SignInBasic) && field("authorization") == "Basic Ym9iOmNvcnJlY3QgaG9yc2U=" => {
                "bob".to_owned()
            }
            () if self.has(SignInCommand) => cookie(headers).strip_prefix("preset-").unwrap_or_default().to_owned(),
            () => return cookie(headers),
        };
        if !who.is_empty() {
            self.memory.lock().unwrap().sessions.insert(who.clone(), who.clone());
        }
        who
    }

    fn is_registered(&self, uri: &str) -> bool {
        let own = uri.replace(OWN_SITE, "mattermost.example.com");
        let uri = if self.has(SiteOfItsOwn) { own.as_str() } else { uri };
        let known = [SIGNUP, LOGIN];
        let same = |known: &str| {
            uri == known
                || self.has(RedirectByPrefix) && (uri.starts_with(known) || known.starts_with(uri))
                || self.has(RedirectAnyCase) && uri.eq_ignore_ascii_case(known)
                || self.has(RedirectAnyScheme)
                    && uri.split_once("://").map(|it| it.1) == known.split_once("://").map(|it| it.1)
                || self.has(RedirectAnySlash) && uri.trim_end_matches('/') == known
                || self.has(RedirectByName)
                    && uri.contains("mattermost.example.com")
                    && uri.ends_with("/signup/gitlab/complete")
                || self.has(RedirectAnyPort) && uri.replace(":81/", "/") == known
        };
        self.has(RedirectAny) || known.into_iter().any(same)
    }

    fn authorize(&self, asked: &Fields, session: &str, query: &str) -> Response {
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        if !self.has(ClientAny) && !CLIENTS.iter().any(|(id, _)| *id == of("client_id")) {
            return page(StatusCode::BAD_REQUEST, "<p>This client is not known.</p>");
        }
        if !self.is_registered(&of("redirect_uri")) {
            return page(StatusCode::BAD_REQUEST, "<p>This redirect URI is not known.</p>");
        }
        if of("response_type") != "code" && !self.has(ResponseTypeAny) {
            return self.back(asked, &[("error", "unsupported_response_type")]);
        }
        let who = self.memory.lock().unwrap().sessions.get(session).cloned();
        let Some(who) = who else {
            let back = Serializer::new(String::new()).append_pair("back", &format!("/authorize?{query}")).finish();
            return redirect(&format!("/login?{back}"));
        };
        let consented = self.memory.lock().unwrap().consented;
        if self.has(ConsentNever) || (self.has(ConsentByRedirect) && consented) {
            return self.with_code(asked, &who);
        }
        let hidden: String = asked
            .iter()
            .map(|(name, value)| format!("<input type='hidden' name='{name}' value='{}'>", escaped(value)))
            .collect();
        page(
            StatusCode::OK,
            &format!(
                "<p>Mattermost wants to know who you are.</p><form method='post' action='/authorize'>{hidden}\
                 <input type='hidden' name='csrf' value='{session}'>\
                 <button name='answer' value='no'>Refuse</button><button name='answer' value='yes'>Allow</button></form>"
            ),
        )
    }

    fn decide(&self, form: &Fields, session: &str) -> Response {
        let who = self.memory.lock().unwrap().sessions.get(session).cloned();
        let Some(who) = who else { return redirect("/login") };
        if form.get("csrf").map(String::as_str) != Some(session) && !self.has(ConsentForged) {
            return page(StatusCode::FORBIDDEN, "<p>This form is not yours.</p>");
        }
        if form.get("answer").map(String::as_str) != Some("yes") && !self.has(DenialConsents) {
            if self.has(DenialStays) {
                return page(StatusCode::OK, "<p>You refused. Bye.</p>");
            }
            let error = if self.has(DenialOtherError) { "consent_required" } else { "access_denied" };
            return self.back(form, &[("error", error)]);
        }
        self.memory.lock().unwrap().consented = true;
        self.with_code(form, &who)
    }

    fn with_code(&self, asked: &Fields, who: &str) -> Response {
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let code = self.next("code");
        let bound = (who.to_owned(), of("client_id"), of("redirect_uri"));
        self.memory.lock().unwrap().codes.insert(code.clone(), bound);
        self.back(asked, &[("session_state", "extra"), ("code", &code)])
    }

    fn back(&self, asked: &Fields, more: &[(&str, &str)]) -> Response {
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let uri = if self.has(RedirectFirst) { LOGIN.to_owned() } else { of("redirect_uri") };
        let given = of("state");
        let state = match given {
            state if self.has(StatePaddingStripped) => state.trim_end_matches('=').to_owned(),
            state if self.has(StatePadded) => format!("{state}="),
            state if self.has(StateCut) => state.chars().take(255).collect(),
            state if self.has(StateLowerCased) => state.to_lowercase(),
            // What a form would make of it if it were sent once more without its escapes.
            state if self.has(StateDecodedTwice) => {
                parse(format!("state={}", state.replace('&', "%26")).as_bytes()).next().unwrap().1.into_owned()
            }
            state => state,
        };
        let mut query = Serializer::new(String::new());
        more.iter().for_each(|(name, value)| {
            query.append_pair(name, value);
        });
        let denied = more.iter().any(|(name, _)| *name == "error");
        let query = match state {
            _ if self.has(StateDropped) || denied && self.has(DenialWithoutState) => query.finish(),
            state if self.has(StateNotEscaped) => {
                format!("{}&state={}", query.finish(), state.replace([' ', '#', 'é'], "_"))
            }
            state if self.has(StateFirst) => {
                let state = Serializer::new(String::new()).append_pair("state", &state).finish();
                format!("{state}&{}", query.finish())
            }
            state if self.has(StateTwice) => query.append_pair("state", &state).append_pair("state", &state).finish(),
            state => query.append_pair("state", &state).finish(),
        };
        let query = if self.has(CodeNotEscaped) { query.replace("%2B", "+") } else { query };
        let joint = match uri.contains('?') {
            _ if self.has(RedirectToFragment) => '#',
            true => '&',
            false => '?',
        };
        let target = format!("{uri}{joint}{query}");
        if self.has(RedirectByScript) {
            return page(StatusCode::OK, &format!("<script>window.location = {};</script>", json!(target)));
        }
        let status = match () {
            () if self.has(RedirectBy303) => StatusCode::SEE_OTHER,
            () if self.has(RedirectBy307) => StatusCode::TEMPORARY_REDIRECT,
            () => StatusCode::FOUND,
        };
        (status, [(header::LOCATION, target)]).into_response()
    }

    fn login_page(&self, query: &Fields, words: &str) -> Response {
        let back = escaped(query.get("back").map(String::as_str).unwrap_or("/"));
        let asks = if self.has(LoginThenPassword) && !query.contains_key("who") {
            "<label for='w'>E-mail or name:</label><input id='w' name='who'>".to_owned()
        } else {
            let who = query.get("who").map(String::as_str).unwrap_or_default();
            format!(
                "<label for='w'>E-mail or name:</label><input id='w' name='who' value='{}'>\
                 <label for='s'>Password:</label><input id='s' type='password' name='secret'>",
                escaped(who)
            )
        };
        page(
            StatusCode::OK,
            &format!(
                "<p>{words}</p><form method='post' action='/login'><input type='hidden' name='back' value='{back}'>{asks}\
                 <button>Go on</button></form>"
            ),
        )
    }

    fn sign_in(&self, form: &Fields) -> Response {
        let of = |name: &str| form.get(name).cloned().unwrap_or_default();
        if !form.contains_key("secret") {
            return self.login_page(form, "");
        }
        let known = PEOPLE.iter().find(|(login, ..)| *login == of("who"));
        let Some((login, _, _, blocked)) = known.filter(|_| of("secret") == PASSWORD || self.has(PasswordAny)) else {
            return self.login_page(form, "Wrong name or password.");
        };
        if *blocked && !self.has(BlockedWelcome) {
            return self.login_page(form, "This account is blocked.");
        }
        if self.has(SignInTwoFactor) && of("otp") != "123456" {
            let back = escaped(&of("back"));
            return page(
                StatusCode::OK,
                &format!(
                    "<form method='post' action='/login'><input type='hidden' name='back' value='{back}'>\
                     <input type='hidden' name='who' value='{login}'><input type='hidden' name='secret' value='{PASSWORD}'>\
                     <input name='otp'><button>Cancel</button><button>Verify</button></form>"
                ),
            );
        }
        let session = self.next("session");
        self.memory.lock().unwrap().sessions.insert(session.clone(), (*login).to_owned());
        let fields = [(header::LOCATION, of("back")), (header::SET_COOKIE, format!("sid={session}; Path=/; HttpOnly"))];
        (StatusCode::FOUND, fields).into_response()
    }

    fn token(&self, form: &Fields) -> Response {
        let of = |name: &str| form.get(name).cloned().unwrap_or_default();
        let id_known = CLIENTS.iter().find(|(id, _)| *id == of("client_id"));
        let secret_right = id_known.is_some_and(|(_, secret)| *secret == of("client_secret"));
        let forgiven = self.has(SecretAny) && id_known.is_some()
            || self.has(SecretOptional) && id_known.is_some() && !form.contains_key("client_secret")
            || self.has(IdAny) && of("client_secret") == "mmsecret";
        if !secret_right && !forgiven {
            return self.refusal(401, "invalid_client");
        }
        let code = of("code");
        let found = self.memory.lock().unwrap().codes.get(&code).cloned();
        let found =
            found.or_else(|| self.has(CodeInvented).then(|| ("alice".to_owned(), of("client_id"), of("redirect_uri"))));
        let Some((who, client, uri)) = found else { return self.refusal(400, "invalid_grant") };
        if client != of("client_id") && !self.has(CodeOfAnyClient) && !self.has(IdAny)
            || uri != of("redirect_uri") && !self.has(CodeAnyRedirect)
        {
            return self.refusal(400, "invalid_grant");
        }
        if !self.has(CodeTwice) {
            self.memory.lock().unwrap().codes.remove(&code);
        }
        let token = self.next("token");
        self.memory.lock().unwrap().tokens.insert(token.clone(), who);
        let mut body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": "profile" });
        match () {
            () if self.has(TokenTypeLower) => body["token_type"] = "bearer".into(),
            () if self.has(TokenTypeMac) => body["token_type"] = "mac".into(),
            () if self.has(TokenTypeMissing) => drop(body.as_object_mut().unwrap().remove("token_type")),
            () if self.has(TokenMissing) => drop(body.as_object_mut().unwrap().remove("access_token")),
            () if self.has(TokenExpired) => body["expires_in"] = (-300).into(),
            () if self.has(TokenScopeList) => body["scope"] = json!(["profile"]),
            () if self.has(TokenScopeNull) => body["scope"] = Value::Null,
            () if self.has(TokenScopeOther) => body["scope"] = "nothing".into(),
            () if self.has(TokenPlain) => body = json!({ "access_token": token, "token_type": "Bearer" }),
            () if self.has(TokenHuge) => body["id_token"] = "x".repeat(100_000).into(),
            () if self.has(TokenTypeNull) => body["token_type"] = Value::Null,
            () if self.has(TokenTypeUpper) => body["token_type"] = "BEARER".into(),
            () if self.has(TokenExpiresText) => body["expires_in"] = "300".into(),
            () if self.has(TokenExtra) => {
                body["refresh_token"] = Value::Null;
                body["user"] = json!({ "id": "of another kind", "roles": [1, null] });
            }
            () if self.has(KeysInUpperCase) => body = in_upper_case(&body),
            () => {}
        }
        if self.has(TokenAsPage) {
            return page(StatusCode::OK, "<p>Please sign in</p>");
        }
        if self.has(TokenAsForm) {
            let form = format!("access_token={token}&token_type=bearer");
            return ([(header::CONTENT_TYPE, "application/x-www-form-urlencoded")], form).into_response();
        }
        let status = if self.has(Token201) { StatusCode::CREATED } else { StatusCode::OK };
        let kind = if self.has(TokenAsText) { "text/plain" } else { "application/json; charset=utf-8" };
        let text = match () {
            () if self.has(TokenWithMark) => format!("\u{feff}{body}").into_bytes(),
            () if self.has(TokenPacked) => packed(body.to_string().as_bytes()),
            () => body.to_string().into_bytes(),
        };
        let text = if self.has(TokenDrips) { dripping(text) } else { Body::from(text) };
        let mut answer = (status, [(header::CONTENT_TYPE, kind)], text).into_response();
        if !self.has(TokenStored) {
            answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        }
        answer
    }

    fn refusal(&self, status: u16, error: &str) -> Response {
        let (status, error) = match () {
            () if self.has(RefusalWith200) => (200, error),
            () if self.has(RefusalUnnamed) => (status, "failed"),
            () => (status, error),
        };
        if self.has(RefusalAsPage) {
            return page(StatusCode::OK, "<p>Something went wrong.</p>");
        }
        let body = json!({ "error": error }).to_string();
        let status = StatusCode::from_u16(status).unwrap();
        (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    }

    fn me(&self, headers: &HeaderMap, query: &Fields) -> Response {
        let field = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let token = match () {
            () if self.has(UserByQueryOnly) => query.get("access_token").map(String::as_str).unwrap_or_default(),
            () if self.has(UserNeedsCookie) && cookie(headers).is_empty() => "",
            () => field.strip_prefix("Bearer ").unwrap_or_default(),
        };
        let who = self.memory.lock().unwrap().tokens.get(token).cloned();
        let Some(who) = who.or_else(|| self.has(UserOpen).then(|| "alice".to_owned())) else {
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "{}").into_response();
        };
        if self.has(UserForbidden) {
            return (StatusCode::FORBIDDEN, r#"{"error":"insufficient_scope"}"#).into_response();
        }
        let (login, number, name, _) = PEOPLE.iter().find(|(login, ..)| *login == who).unwrap();
        let mut body = json!({ "id": number, "username": login, "email": format!("{login}@example.com"), "name": name, "sub": login });
        let object = body.as_object_mut().unwrap();
        match () {
            () if self.has(UserIdText) => object["id"] = number.to_string().into(),
            () if self.has(UserIdZero) => object["id"] = 0.into(),
            () if self.has(UserIdFraction) => object["id"] = 11.5.into(),
            () if self.has(UserIdHuge) => object["id"] = 10_000_000_000_000_000_000_u64.into(),
            () if self.has(UserIdMissing) => drop(object.remove("id")),
            () if self.has(UserIdSame) => object["id"] = 7.into(),
            () if self.has(UserIdNew) => {
                let mut memory = self.memory.lock().unwrap();
                memory.count += 1;
                object["id"] = (memory.count + 100).into();
            }
            () if self.has(UserEmailMissing) => drop(object.remove("email")),
            () if self.has(UserEmailName) => object["email"] = (*login).into(),
            () if self.has(UserEmailSame) => object["email"] = "everybody@example.com".into(),
            () if self.has(UserNameMissing) => drop(object.remove("username")),
            () if self.has(UserNameOdd) => object["username"] = format!("{login} & sons").into(),
            () if self.has(UserLogin) => {
                let name = object.remove("username").unwrap();
                object.insert("login".to_owned(), name);
            }
            () if self.has(UserFullNameMissing) => drop(object.remove("name")),
            () if self.has(UserHuge) => object["sub"] = "x".repeat(200_000).into(),
            () if self.has(UserEmailNull) => object["email"] = Value::Null,
            () if self.has(UserFullNameNull) => object["name"] = Value::Null,
            () if self.has(UserFullNameNumber) => object["name"] = 5.into(),
            () if self.has(UserFullNameUnicode) => object["name"] = "Ałïce 李 🌹".into(),
            () if self.has(UserIdNegative) => object["id"] = json!(-i64::try_from(*number).unwrap()),
            () if self.has(UserNameEmpty) => object["username"] = "".into(),
            () if self.has(UserNameSpaces) => object["username"] = (*name).into(),
            () if self.has(UserNameUpper) => object["username"] = login.to_uppercase().into(),
            () if self.has(KeysInUpperCase) => body = in_upper_case(&body),
            () if self.has(UserAsPage) => return page(StatusCode::OK, "<p>Alice Liddell</p>"),
            () if self.has(UserWithStatus203) => {
                let status = StatusCode::NON_AUTHORITATIVE_INFORMATION;
                return (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
            }
            () if self.has(UserIdExponent) || self.has(UserIdWithPoint) => {
                let written = if self.has(UserIdExponent) { format!("{number}e0") } else { format!("{number}.0") };
                let text = body.to_string().replace(&format!("\"id\":{number}"), &format!("\"id\":{written}"));
                return ([(header::CONTENT_TYPE, "application/json")], text).into_response();
            }
            () if self.has(UserAsList) => {
                return ([(header::CONTENT_TYPE, "application/json")], json!([body]).to_string()).into_response();
            }
            () => {}
        }
        ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}

fn in_upper_case(body: &Value) -> Value {
    body.as_object().unwrap().iter().map(|(name, value)| (name.to_uppercase(), value.clone())).collect()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

/// A body that comes in three pieces, in six seconds.
fn dripping(text: Vec<u8>) -> Body {
    let pieces: Vec<Vec<u8>> = text.chunks(text.len().div_ceil(3)).map(<[u8]>::to_vec).collect();
    Body::from_stream(futures::stream::iter(pieces).then(|piece| async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok::<_, std::io::Error>(piece)
    }))
}

fn page(status: StatusCode, body: &str) -> Response {
    let html = format!("<html><head><title>Foreign</title></head><body>{body}</body></html>");
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(html)).into_response()
}

fn redirect(to: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, to.to_owned())]).into_response()
}

fn cookie(headers: &HeaderMap) -> String {
    let field = headers.get(header::COOKIE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    field.split("; ").find_map(|pair| pair.strip_prefix("sid=")).unwrap_or_default().to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('\'', "&#39;").replace('"', "&quot;").replace('<', "&lt;")
}
