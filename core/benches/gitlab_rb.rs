//! How long reading a settings file takes.
//!
//! Wanted: the package's whole template with every setting in effect in less than 10 ms; 1 MB of settings in less than
//! a second, and a quarter and a half of it in a quarter and a half of that time.
//!
//! `cargo bench -p gitlab-mattermost-core --bench gitlab_rb`

use std::fmt::Write as _;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};

fn main() {
    divan::main();
}

/// Settings as the package's template has them, about 3 000 lines, none in comments.
fn template() -> String {
    let mut text = String::from("external_url 'https://gitlab.example.com'\n");
    let sections = ["gitlab_rails", "postgresql", "nginx", "mattermost", "redis", "sidekiq", "gitaly", "prometheus"];
    for number in 0..380 {
        let section = sections[number % sections.len()];
        let _ = write!(
            text,
            "################\n## Setting {number}, see the documentation\n\n\
             {section}['flag_{number}'] = true\n\
             {section}['port_{number}'] = {number}\n\
             {section}['path_{number}'] = \"/var/opt/gitlab/{section}/{number}\"\n\
             {section}['list_{number}'] = %w(10.0.0.0/8 192.168.0.0/16)\n\
             {section}['hash_{number}'] = {{ 'key' => 'value', 'nested' => {{ 'a' => [1, 2] }} }}\n"
        );
    }
    text
}

/// Settings without a comment or an empty line, of at least this size.
fn dense(bytes: usize) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        let _ = writeln!(text, "mattermost['env']['MM_S_{number}'] = 'value ' + \"#{{{number}}}\"");
        number += 1;
    }
    text
}

#[divan::bench]
fn whole_template(bencher: Bencher<'_, '_>) {
    let text = template();
    bencher.counter(BytesCount::of_str(&text)).bench(|| read(black_box(&text), &ReadOptions::default()).is_ok());
}

#[divan::bench(args = [250_000, 500_000, 1_000_000])]
fn dense_settings(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = dense(bytes);
    assert!(read(&text, &ReadOptions::default()).is_ok());
    bencher.counter(BytesCount::of_str(&text)).bench(|| read(black_box(&text), &ReadOptions::default()).is_ok());
}
