//! What holds of every settings file: env entries win, order and comments do not matter.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use gitlab_mattermost_core::gitlab_rb::{self, ReadOptions, print};
use gitlab_mattermost_core::omnibus::{self, Deployment, DeriveOptions};
use gitlab_mattermost_core::version::Version;
use indexmap::IndexMap;
use proptest::prelude::*;
use proptest::sample::select;

fn derived(gitlab_rb: &str, gitlab_version: Version) -> Deployment {
    let options = ReadOptions { file_name: "gitlab.rb".to_owned(), surroundings: Default::default(), gitlab_version };
    let settings = gitlab_rb::read(gitlab_rb, &options).unwrap();
    let context = DeriveOptions {
        gitlab_version,
        secrets: None,
        generated_secret: "00112233445566778899aabbccddeeff".to_owned(),
        existing_files: Vec::new(),
    };
    omnibus::derive(&settings, &context).unwrap()
}

fn values(deployment: &Deployment) -> BTreeMap<&str, &str> {
    deployment.env.iter().map(|(name, entry)| (name.as_str(), entry.value.as_str())).collect()
}

const URLS: &str = "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://chat.example.com'\n";

fn version() -> impl Strategy<Value = Version> {
    let minors = vec![(11, 0), (11, 6), (11, 11), (12, 3), (13, 5), (14, 7), (15, 4), (16, 1), (17, 8), (18, 11)];
    select(minors).prop_map(|(major, minor)| Version::new(major, minor, 0))
}

/// Names of variables, among them those that the package derives.
fn variable() -> impl Strategy<Value = String> {
    let names: Vec<String> = derived(URLS, Version::new(18, 11, 0)).env.into_keys().collect();
    prop_oneof![select(names), "[A-Z][A-Z0-9_]{0,20}"]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![r"\PC{0,30}", "(?s).{0,10}"]
}

/// Independent settings, each a line.
const LINES: [&str; 10] = [
    "external_url 'https://gitlab.example.com'",
    "mattermost_external_url 'https://chat.example.com'",
    "mattermost['team_site_name'] = 'Site'",
    "mattermost['service_port'] = 18065",
    "mattermost['service_allowed_untrusted_internal_connections'] = 'localhost'",
    "mattermost['env']['HTTP_PROXY'] = 'http://proxy.example.com'",
    "mattermost['env']['MM_LOGSETTINGS_FILELEVEL'] = 'DEBUG'",
    "mattermost_nginx['redirect_http_to_https'] = true",
    "postgresql['port'] = 5433",
    "gitlab_rails['time_zone'] = 'Europe/Berlin'",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn prop_entries_of_env_win_over_whatever_is_derived(
        own in prop::collection::btree_map(variable(), text(), 0..6),
        version in version(),
    ) {
        let block: IndexMap<String, String> = own.clone().into_iter().collect();
        let with = derived(&format!("{URLS}{}", print::print_env_block(&block)), version);
        let without = derived(URLS, version);
        let mut expected = values(&without);
        expected.extend(own.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        prop_assert_eq!(values(&with), expected);
    }

    #[test]
    fn prop_order_and_comments_do_not_matter(
        lines in Just(LINES.to_vec()).prop_shuffle(),
        comments in prop::collection::vec(r"[^\n\r\x00]{0,30}", LINES.len()),
        version in version(),
    ) {
        let commented = lines.iter().zip(&comments).map(|(line, comment)| format!("# {comment}\n{line} # {comment}\n"));
        let shuffled = derived(&commented.collect::<String>(), version);
        let plain = derived(&LINES.join("\n"), version);
        prop_assert_eq!(values(&shuffled), values(&plain));
        prop_assert_eq!(shuffled.nginx, plain.nginx);
    }

    #[test]
    fn prop_no_url_makes_it_panic(gitlab in text(), mattermost in text(), version in version()) {
        let gitlab_rb = format!(
            "external_url {}\nmattermost_external_url {}\n",
            print::print_string(&gitlab),
            print::print_string(&mattermost)
        );
        let options = ReadOptions { file_name: "gitlab.rb".to_owned(), surroundings: Default::default(), gitlab_version: version };
        let settings = gitlab_rb::read(&gitlab_rb, &options).unwrap();
        let context = DeriveOptions {
            gitlab_version: version,
            secrets: None,
            generated_secret: "00112233445566778899aabbccddeeff".to_owned(),
            existing_files: Vec::new(),
        };
        if let Ok(deployment) = omnibus::derive(&settings, &context) {
            prop_assert!(deployment.enabled);
        }
    }
}
