//! Any settings file of GitLab 10.x is translated as the package treated it.
//!
//! The files are made of the keys that core knows, near misses of them and keys of nobody's, with plain values and with
//! those that need care. What comes first in a list is what a counterexample shrinks to.
//!
//! Four kinds of files, each for mistakes that the others rarely meet: short ones, settings that bear on one another, files
//! with every other key there is, and long ones.

use gitlab_mattermost_core::legacy::{documented, legacy_settings};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy};
use proptest::sample::{select, subsequence};
use proptest::strategy::Union;

use super::comparison::difference;
use super::search::{Found, Kind, PropertyError, Search};
use super::statement::{Literal, Statement};
use super::translation_rules::broken_rule;
use gitlab_mattermost_stage::subject::translator::{TranslateRequest, request};

/// The most statements of a file.
const LONGEST: usize = 16;
/// The most statements of the files that are tried first: what they show is small already.
const SHORT: usize = 2;

/// Searches for a settings file that is translated wrongly.
///
/// # Errors
/// [`PropertyError`], if the translator gives no answer or is too slow to say.
pub fn any_settings_are_translated(search: &Search<'_>) -> Result<Option<Found>, PropertyError> {
    let kind = Kind {
        shown: |statements: &Vec<Statement>| joined(statements, "; "),
        request: |statements| request(&TranslateRequest { gitlab_rb: joined(statements, "\n") + "\n" }),
        difference,
        broken_rule: |statements, answer| broken_rule(statements, answer),
    };
    let part = |of: u32| Search { questions: search.questions / of, ..*search };
    let (short, together, wide) = (part(3), part(4), part(10));
    let long = search.questions - short.questions - together.questions - wide.questions;
    let long = Search { questions: long, ..*search };
    if let Some(found) = short.run(vec(statement(), 0..=SHORT), &kind)? {
        return Ok(Some(found));
    }
    if let Some(found) = together.run(settings_that_bear_on_one_another(), &kind)? {
        return Ok(Some(found));
    }
    if let Some(found) = wide.run(every_other_key(), &kind)? {
        return Ok(Some(found));
    }
    long.run(vec(statement(), 0..=LONGEST), &kind)
}

fn joined(statements: &[Statement], separator: &str) -> String {
    statements.iter().map(Statement::to_string).collect::<Vec<_>>().join(separator)
}

/// Texts that need no care, then texts that do.
const TEXTS: [&str; 26] = [
    "x",
    "",
    "0",
    "1",
    "12",
    "true",
    "false",
    "null",
    "ten",
    "010",
    "10.5",
    " 7 ",
    "a b",
    " a",
    "a ",
    "a,b",
    "INFO",
    "https://chat.example.com/?a=b&c=d",
    "user=x host=y",
    "it's",
    "say \"hi\"",
    "C:\\data",
    "a\\\\b",
    "\\u00e9",
    "Zürich – 東京 😀",
    "two\nlines",
];

const NUMBERS: [&str; 9] = ["1", "0", "30", "10000", "-1", "1_000", "10.5", "-0.5", "2147483648"];

/// Lists with elements that are no text come last.
const LISTS: [&[&str]; 7] = [&["a", "b"], &[], &["a"], &["a b", "c"], &["a b"], &["it's", "ü"], &["say \"hi\"", "b"]];

/// Keys of nobody's.
const STRANGE: [&str; 6] = ["no_such_key", "x", "Team_Site_Name", "team site name", "éclair", "email_smtp_server_"];

const URLS: [&str; 2] = ["http://gitlab.example.com", "https://gitlab.example.com:8443/path"];

fn text() -> impl Strategy<Value = Literal> {
    select(TEXTS.as_slice()).prop_map(Literal::Text)
}

fn list() -> impl Strategy<Value = Literal> {
    let texts = select(LISTS.as_slice());
    let texts = texts.prop_map(|texts| Literal::List(texts.iter().map(|text| Literal::Text(text)).collect()));
    Union::new_weighted(vec![
        (6, texts.boxed()),
        (1, Just(Literal::List(vec![Literal::Bare("1"), Literal::Bare("2")])).boxed()),
        (1, Just(Literal::List(vec![Literal::Bare("nil")])).boxed()),
    ])
}

fn value() -> impl Strategy<Value = Literal> {
    let map = Just(Literal::Map(vec![("a", Literal::Text("b"))]));
    Union::new_weighted(vec![
        (3, select(["true", "false"].as_slice()).prop_map(Literal::Bare).boxed()),
        (4, select(NUMBERS.as_slice()).prop_map(Literal::Bare).boxed()),
        (8, text().boxed()),
        (2, list().boxed()),
        (1, Just(Literal::Bare("nil")).boxed()),
        (1, Just(Literal::Bare(":tls")).boxed()),
        (1, map.boxed()),
        (1, Just(Literal::Map(Vec::new())).boxed()),
    ])
}

/// A key: one that GitLab 10.8 has, one of the document that it has not, a near miss, or nobody's.
fn key() -> impl Strategy<Value = String> {
    let known: Vec<String> = legacy_settings().keys().filter(|key| *key != "env").cloned().collect();
    let of_document: Vec<String> = documented().exceptions.iter().map(|row| row.key.clone()).collect();
    let lists: Vec<String> = known.iter().filter(|key| key.contains("replica")).cloned().collect();
    Union::new_weighted(vec![
        (12, select(known.clone()).boxed()),
        (2, select(of_document).boxed()),
        (1, select(lists).boxed()),
        (1, select(known).prop_map(|key| key.to_uppercase()).boxed()),
        (1, select(STRANGE.as_slice()).prop_map(str::to_owned).boxed()),
    ])
}

fn env() -> impl Strategy<Value = Statement> {
    // Variables that settings lead to, so that both name one; and one of nobody's.
    let variables = legacy_settings().values().filter_map(|setting| setting.variable().map(str::to_owned));
    let variables: Vec<String> = ["HTTP_PROXY".to_owned()].into_iter().chain(variables).collect();
    vec((select(variables), value()), 1..4).prop_map(|mut pairs| {
        pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
        pairs.dedup_by(|(a, _), (b, _)| a == b);
        Statement::Env(pairs)
    })
}

/// A setting beside the variable that it leads to, or what the package puts together: the listen address, and the hosts
/// that may be called, with the URLs.
fn settings_that_bear_on_one_another() -> impl Strategy<Value = Vec<Statement>> {
    let setting = |key: &'static str| value().prop_map(move |value| Statement::Setting { key: key.to_owned(), value });
    let led: Vec<(String, String)> = legacy_settings()
        .iter()
        .filter_map(|(key, setting)| Some((key.clone(), setting.variable()?.to_owned())))
        .collect();
    let both_named = (select(led), value(), value()).prop_map(|((key, variable), value, of_variable)| {
        vec![Statement::Setting { key, value }, Statement::Env(vec![(variable, of_variable)])]
    });
    let address = (setting("service_address"), setting("service_port")).prop_map(|(address, port)| vec![address, port]);
    let hosts = (select(URLS.as_slice()), select(URLS.as_slice()), select(TEXTS.as_slice()).prop_map(Literal::Text))
        .prop_map(|(gitlab, mattermost, hosts)| {
            let key = "service_allowed_untrusted_internal_connections".to_owned();
            vec![
                Statement::Call { name: "external_url", url: gitlab },
                Statement::Call { name: "mattermost_external_url", url: mattermost },
                Statement::Setting { key, value: hosts },
            ]
        });
    Union::new_weighted(vec![(4, both_named.boxed()), (1, address.boxed()), (1, hosts.boxed())])
}

/// A file with each key that GitLab 10.8 has, or without it, so that any two of them meet before long. Lists have lists,
/// because one that has none stops the whole file.
fn every_other_key() -> impl Strategy<Value = Vec<Statement>> {
    let keys: Vec<String> = legacy_settings().keys().filter(|key| *key != "env").cloned().collect();
    let of_key = |key: &String| if key.contains("replica") { list().boxed() } else { plain().boxed() };
    let values: Vec<_> = keys.iter().map(of_key).collect();
    // Keys are chosen before their values, so that a counterexample first loses the keys that it does not need.
    let places: Vec<usize> = (0..keys.len()).collect();
    (subsequence(places, 0..=keys.len()), values).prop_map(move |(places, values)| {
        let setting =
            |at: usize| Some(Statement::Setting { key: keys.get(at)?.clone(), value: values.get(at)?.clone() });
        places.into_iter().filter_map(setting).collect()
    })
}

/// A value that no setting is refused for.
fn plain() -> impl Strategy<Value = Literal> {
    let bare = |from: &'static [&'static str]| select(from).prop_map(Literal::Bare);
    Union::new_weighted(vec![
        (1, bare(["true", "false"].as_slice()).boxed()),
        (2, bare(NUMBERS.as_slice()).boxed()),
        (2, text().boxed()),
    ])
}

fn statement() -> impl Strategy<Value = Statement> {
    let setting = (key(), value()).prop_map(|(key, value)| Statement::Setting { key, value });
    let url = |name| move |url| Statement::Call { name, url };
    Union::new_weighted(vec![
        (30, setting.boxed()),
        (1, env().boxed()),
        (1, select(URLS.as_slice()).prop_map(url("external_url")).boxed()),
        (1, select(URLS.as_slice()).prop_map(url("mattermost_external_url")).boxed()),
    ])
}
