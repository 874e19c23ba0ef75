//! One entry of a log as the signs look at it: without wrappings and escapes, and with what it says of itself in one form.
//!
//! # Shape
//! Mattermost has written `{"level":"error","ts":1624000000.1,"msg":…}`, from 6.0 on with `"timestamp":"2021-06-17 18:40:22.123 Z"`;
//! on the console `error [2021-06-17 18:40:22.123 Z] Failed … caller="a.go:1" err_where=X http_code=400`; up to 4.9
//! `[2018/03/26 12:10:13 CEST] [EROR] /path:Where code=500 rid=… Message [details: …]`. GitLab writes JSON with `method`,
//! `path` and `status`, or the lines of Rails; nginx its access and error logs. Around each there may be what a container
//! engine, journald or svlogd adds, and JSON in JSON.

use super::field::{field, is_status};
use super::request;

/// What is added to an entry whose message has GitLab's name in it, which no translation changes.
pub(super) const NAMES_GITLAB: &str = "the message names GitLab";
/// What is added to an entry with a state that holds no token.
pub(super) const NO_TOKEN: &str = "a state without a token";
/// As often as JSON was put into JSON by anybody.
const LEVELS_OF_ESCAPES: usize = 3;

/// An entry without its wrappings.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// The text without escapes, followed by `err_where=…`, `http_code=…` and what else it says, each in one form.
    pub text: String,
    /// The time, if it has one: nothing but digits and the marks between them.
    pub time: Option<String>,
    /// Whether it tells of an outcome. Those of the level debug tell of attempts, but for the refusals among them.
    pub is_telling: bool,
}

impl Entry {
    /// Reads the lines of one entry, joined.
    pub fn of(joined: &str) -> Self {
        let mut text = plain(joined);
        let time = time(&text);
        let fields = fields(&text);
        let is_telling = !is_debug(&text) || fields.code.is_some();
        for (name, value) in [("err_where", &fields.place), ("http_code", &fields.code)] {
            if let Some(value) = value {
                text.push_str(&format!("\n{name}={value} "));
            }
        }
        if message(&text).is_some_and(|message| message.to_ascii_lowercase().contains("gitlab")) {
            text.push_str(&format!("\n{NAMES_GITLAB}"));
        }
        if has_empty_token(&text) {
            text.push_str(&format!("\n{NO_TOKEN}"));
        }
        if let Some(answered) = request::answered(&text) {
            text.push_str(&format!("\n{answered}"));
        }
        Self { text, time, is_telling }
    }
}

/// The text without colours, and without escapes however often it was put into JSON.
fn plain(text: &str) -> String {
    let mut text = without_colours(text);
    for _ in 0..LEVELS_OF_ESCAPES {
        if !text.contains('\\') {
            break;
        }
        text = without_escapes(&text);
    }
    // Tables double the quotes.
    if text.contains("\"\"level\"\"") {
        text = text.replace("\"\"", "\"");
    }
    text.replace("\": ", "\":")
}

fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let colour = rest.strip_prefix('[').and_then(|code| code.find(|c: char| c.is_ascii_alphabetic()));
        rest = colour.map_or(rest, |end| &rest[end + 2..]);
    }
    out.push_str(rest);
    out
}

fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(next) = rest.chars().next() else { break };
        let after = &rest[next.len_utf8()..];
        match next {
            '"' | '\\' | '/' => out.push(next),
            'n' | 'r' | 't' => out.push(' '),
            'u' => {
                let code = after.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
                if let Some(c) = code {
                    out.push(if c.is_control() { ' ' } else { c });
                    rest = &after[4..];
                    continue;
                }
                out.push_str("\\u");
            }
            other => {
                out.push('\\');
                out.push(other);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What an error of Mattermost says of itself.
#[derive(Debug, Default)]
struct Fields {
    /// The function that refused.
    place: Option<String>,
    /// The status of HTTP.
    code: Option<String>,
}

fn fields(text: &str) -> Fields {
    let place = field(text, "err_where").filter(|place| !place.is_empty());
    let code = field(text, "http_code").filter(|code| is_status(code));
    if let Some(code) = code {
        return Fields { place: place.map(str::to_owned), code: Some(code.to_owned()) };
    }
    // Up to 4.9: `/path:Where code=500 rid=…`.
    let old = text.split_once(" code=").and_then(|(before, after)| {
        let code = after.get(..3).filter(|code| is_status(code) && after.contains("rid="))?;
        let place = before.rsplit([' ', '\t']).next()?.rsplit_once(':')?.1;
        Some((place.to_owned(), code.to_owned()))
    });
    match old {
        Some((place, code)) => Fields { place: Some(place), code: Some(code) },
        None => Fields { place: place.map(str::to_owned), code: None },
    }
}

/// What the entry says in words, in the server's language.
fn message(text: &str) -> Option<&str> {
    if text.contains("\"msg\":") {
        return field(text, "msg");
    }
    let old = text.split_once(" ip=").and_then(|(_, rest)| rest.split_once(' '));
    if let Some((_, message)) = old.filter(|_| text.contains(" rid=")) {
        return message.split("[details").next();
    }
    text.split_once("] ").and_then(|(_, rest)| rest.split(" caller=").next())
}

/// Whether Mattermost looked for the row of an empty token, which a state has that is not its own.
fn has_empty_token(text: &str) -> bool {
    let after = text.split("token=").skip(1);
    text.contains("GetOAuthStateToken")
        && after.into_iter().any(|rest| rest.is_empty() || rest.starts_with(['"', ',', ' ', '\n', '}']))
}

/// Whether the entry is of the level debug.
fn is_debug(text: &str) -> bool {
    match field(text, "\"level").or_else(|| field(text, "\"severity")) {
        Some(level) => level.eq_ignore_ascii_case("debug"),
        None => text.contains("[DEBG]") || text.contains("\tdebug\t") || text.contains("debug ["),
    }
}

/// The time, if the entry has one.
fn time(text: &str) -> Option<String> {
    let named = ["\"ts", "\"timestamp", "\"time"].into_iter().find_map(|key| field(text, key));
    named.and_then(digits).or_else(|| {
        let head: String = text.chars().take(120).collect();
        let start = head.char_indices().map(|(at, _)| &head[at..]);
        let mut begins = start.filter(|rest| {
            let bytes = rest.as_bytes();
            let year = bytes.get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit));
            year && matches!(bytes.get(4), Some(b'-' | b'/'))
        });
        begins.next().and_then(digits)
    })
}

/// As much of the text as a time can be made of.
fn digits(text: &str) -> Option<String> {
    let marks = |c: char| c.is_ascii_digit() || "-/:.,TZ_ +".contains(c);
    let time: String = text.chars().take_while(|c| marks(*c)).take(26).collect();
    let time = time.trim_end_matches(|c: char| !c.is_ascii_digit() && c != 'Z');
    let digits = time.chars().filter(char::is_ascii_digit).count();
    (digits >= 8).then(|| time.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn the_time_is_found_in_every_form() {
        for (line, expected) in [
            (r#"{"level":"error","ts":1624000000.123,"caller":"a"}"#, Some("1624000000.123")),
            (r#"{"timestamp":"2022-01-22 09:00:00.001 Z","level":"error"}"#, Some("2022-01-22 09:00:00.001 Z")),
            ("[2018/03/26 12:10:13 CEST] [EROR] Failed", Some("2018/03/26 12:10:13")),
            ("2021-06-17T18:40:22.123Z\terror\tapp/x.go\tFailed", Some("2021-06-17T18:40:22.123Z")),
            ("error [2021-06-17 18:40:22.123 Z] Failed", Some("2021-06-17 18:40:22.123 Z")),
            ("mm_1  | error [2021-06-17 18:40:22.123 Z] Failed", Some("2021-06-17 18:40:22.123 Z")),
            ("2022-09-30_08:15:48.02755 {\"level\":\"error\"}", Some("2022-09-30_08:15:48.02755")),
            ("psql:dump.sql:5: ERROR:  permission denied", None),
            ("", None),
        ] {
            assert_eq!(Entry::of(line).time.as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn entries_of_the_level_debug_tell_of_refusals_alone() {
        let is_telling = |line: &str| Entry::of(line).is_telling;
        assert!(!is_telling(r#"{"level":"debug","msg":"x"}"#) && !is_telling("[2018/03/26 12:10:13 CEST] [DEBG] x"));
        assert!(!is_telling(r#"{"log": "{\"level\":\"debug\",\"msg\":\"x\"}\n"}"#));
        assert!(is_telling(r#"{"level":"error","msg":"debug"}"#));
        assert!(is_telling(r#"{"msg": "x", "http_code": 400, "level": "debug"}"#));
        assert!(is_telling("debug [2021-06-30 03:50:08.811 Z] x err_where=X http_code=400"));
    }

    #[test]
    fn what_an_error_says_of_itself_has_one_form() {
        for line in [
            r#"{"level":"error","err_where":"AuthorizeOAuthUser","http_code":500}"#,
            r#"2022-01-22,"{""level"":""error"",""err_where"":""AuthorizeOAuthUser"",""http_code"":500}""#,
            r#"{"log":"{\"level\": \"error\", \"err_where\": \"AuthorizeOAuthUser\", \"http_code\": 500}\n"}"#,
            "error [2021-06-30 03:50:08.811 Z] x err_where=AuthorizeOAuthUser http_code=500",
            "[2017/06/20 10:00:52 CEST] [EROR] /signup/gitlab/complete:AuthorizeOAuthUser code=500 rid=u uid= ip=192.0.2.1 x [details: ]",
        ] {
            let text = Entry::of(line).text;
            assert!(text.contains("err_where=AuthorizeOAuthUser ") && text.contains("http_code=500 "), "{text}");
        }
    }
}
