//! What a person sees when a settings file cannot be read.

use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
use miette::NarratableReportHandler;

use crate::snapshots::with_snapshots;

/// The error of a file, as text with its excerpt, labels and help.
fn report(source: &str) -> String {
    let options = ReadOptions { file_name: "/etc/gitlab/gitlab.rb".to_owned(), ..ReadOptions::default() };
    let error = read(source, &options).expect_err("the file is meant to be wrong");
    let mut text = String::new();
    NarratableReportHandler::new().with_context_lines(1).render_report(&mut text, &error).unwrap();
    text
}

#[test]
fn errors_say_where_why_and_what_to_do() {
    let long = format!("mattermost['a'] = '{}' + 1 # {}", "x".repeat(3000), "y".repeat(3000));
    let files = [
        ("an_unclosed_hash", "external_url 'http://x'\nmattermost['env'] = {\n  'A' => '1'\n"),
        ("a_missing_comma", "mattermost['env'] = {\n  'A' => '1'\n  'B' => '2'\n}\n"),
        ("a_misspelt_section", "external_url 'http://x'\nmatermost['team_site_name'] = 'typo'\n"),
        ("a_setting_of_a_later_release", "gitlab_kas_external_url 'wss://kas.example.com'\n"),
        ("a_number_added_to_a_text", "port = 8065\nmattermost['service_address'] = '127.0.0.1:' + port\n"),
        ("a_method_of_nil", "mattermost['a'] = nil\nmattermost['a']['b'] = 1\n"),
        ("an_append_to_a_frozen_text", "list = 'localhost'.freeze\nlist << ' 10.0.0.0/8'\n"),
        ("a_raised_error", "raise 'set the domain first' if ''.empty?\n"),
        ("an_ended_run", "# nothing to do here\nabort 'no'\n"),
        (
            "a_secret_in_the_line",
            "mattermost['gitlab_secret'] = 'hunter2' + nil\nmattermost['sql_at_rest_encrypt_key'] = 'abc'\n",
        ),
        ("a_very_long_line", &long),
        ("too_much_work", "mattermost['a'] = 'a' * 10**9\n"),
        ("nested_too_deep", &format!("mattermost['a'] = {}{}\n", "[".repeat(150), "]".repeat(150))),
    ];
    with_snapshots(|| {
        for (name, source) in files {
            insta::assert_snapshot!(format!("reading_error__{name}"), report(source));
        }
    });
}

#[test]
fn every_line_of_a_report_can_be_read_and_no_secret_is_in_it() {
    let source = format!("mattermost['gitlab_secret'] = 'hunter2' * -1 # {}", "x".repeat(200_000));
    let report = report(&source);
    assert!(!report.contains("hunter2"), "{report}");
    assert!(report.lines().all(|line| line.len() < 700), "{report}");
}

#[test]
fn a_secret_is_masked_however_the_line_that_holds_it_is_broken() {
    for source in [
        "mattermost['gitlab_secret'] = hunter2'\nx = [\n",
        "mattermost['gitlab_secret'] = 'hunter2\nexternal_url 'http://x'\n",
        "mattermost['gitlab_secret'] = hunter2\n",
        "mattermost['gitlab_secret'] = Hunter2\nx = [\n",
        "mattermost['gitlab_secret'] hunter2\nx = [\n",
        "mattermost['gitlab_secret' = hunter2\n",
        "mattermost[gitlab_secret] => hunter2\nx = [\n",
        "mattermost['gitlab_secret'] = \"abc\nhunter2\" + 1\n",
        "mattermost['gitlab_secret'] = <<~EOS + 1\n  abc\n  hunter2\nEOS\nx = [\n",
        "mattermost['gitlab_secret'] =\n  hunter2 hunter2 )\n",
        "gitlab_rails['smtp_password'] = 'a' 'hunter2' )\n",
        "mattermost['env'] = {\n 'MM_SQLSETTINGS_DATASOURCE' => postgres://mm:hunter2@db/x\n}\n",
        "mattermost['env'] = {\n 'X' => postgres://mm:hunter2@db/x\n}\n",
        "mattermost['env'] = {\n 'X_TOKEN' => 'a',\n  hunter2 => )\n}\n",
    ] {
        let report = report(source);
        assert!(!report.to_lowercase().contains("hunter2"), "{source}\n{report}");
    }
}

#[test]
fn lines_beside_a_secret_one_are_shown_as_they_are() {
    let report = report("mattermost['gitlab_secret'] = 'hunter2'\nmattermost['team_site_name'] = 'Our chat' )\n");
    assert!(report.contains("mattermost['team_site_name'] = 'Our chat' )") && !report.contains("hunter2"), "{report}");
}
