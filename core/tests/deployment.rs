//! The whole deployment of the document's main example: both URLs by HTTPS on one server.

mod support;

use gitlab_mattermost_core::gitlab_rb::{self, ReadOptions};
use gitlab_mattermost_core::omnibus::{self, DeriveOptions};
use gitlab_mattermost_core::version::Version;

#[test]
fn the_main_example_of_the_document_is_deployed_as_recorded() {
    let example =
        "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://mattermost.example.com'\n";
    let settings = gitlab_rb::read(example, &ReadOptions::default()).unwrap();
    let context = DeriveOptions {
        gitlab_version: Version::new(14, 7, 0),
        secrets: None,
        generated_secret: "00112233445566778899aabbccddeeff".to_owned(),
        existing_files: vec!["/etc/gitlab/ssl/mattermost.example.com.crt".to_owned()],
    };
    let deployment = omnibus::derive(&settings, &context).unwrap().masked();
    support::with_snapshots(|| insta::assert_json_snapshot!("deployment_of_the_main_example", deployment));
}
