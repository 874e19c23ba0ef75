//! The document's own examples, rebuilt from their names and commands: each erratum is found, and found once.

use gitlab_mattermost_core::diagnosis::{Evidence, TextFile, examine};
use gitlab_mattermost_core::installation::Versions;
use gitlab_mattermost_core::legacy::documented;
use gitlab_mattermost_core::version::Version;

use super::fixture::settings;

/// The document is of this release.
const OF_THE_DOCUMENT: Versions = Versions { gitlab: Some(Version::new(14, 7, 0)), mattermost: None };

/// The errata in what is found, in order.
fn errata(evidence: &Evidence) -> Vec<u8> {
    let mut errata: Vec<u8> = examine(evidence).findings.iter().filter_map(|finding| finding.erratum).collect();
    errata.sort_unstable();
    errata
}

fn file(name: &str, text: String) -> Option<TextFile> {
    Some(TextFile { name: name.to_owned(), text })
}

fn settings_file(text: &str, installed: Versions) -> Evidence {
    Evidence { installed, gitlab_rb: Some(settings(text, installed)), ..Evidence::default() }
}

fn script(text: &str, installed: Versions) -> Evidence {
    Evidence { installed, script: file("script.sh", text.to_owned()), ..Evidence::default() }
}

#[test]
fn the_block_of_old_settings_holds_the_one_on_webrtc() {
    let lines = documented().example.iter().map(|row| format!("mattermost['{}'] = {}\n", row.key, row.literal));
    let evidence = settings_file(&lines.collect::<String>(), OF_THE_DOCUMENT);
    assert_eq!(errata(&evidence), [8]);
    // The other settings are not read any more, which is no erratum: the document says so.
    assert!(examine(&evidence).findings.iter().any(|it| it.rule == "P12" && it.erratum.is_none() && it.count == 10));
}

#[test]
fn the_block_of_variables_holds_the_ones_on_batching_and_on_webrtc() {
    let lines = documented().example.iter().map(|row| format!("  '{}' => '{}',\n", row.variable, row.text));
    let text = format!(
        "mattermost_external_url 'http://mattermost.example.com'\nexternal_url 'http://gitlab.example.com'\nmattermost['env'] = {{\n{}}}\n",
        lines.collect::<String>()
    );
    assert_eq!(errata(&settings_file(&text, OF_THE_DOCUMENT)), [5, 8]);
}

#[test]
fn the_table_of_exceptions_holds_six() {
    let rows = documented().exceptions.iter().map(|row| format!("| `{}` | `{}` |\n", row.key, row.variable));
    let text = format!("| setting | variable |\n| --- | --- |\n{}", rows.collect::<String>());
    let evidence = Evidence { document: file("page.md", text), ..Evidence::default() };
    assert_eq!(errata(&evidence), [1, 2, 3, 4, 6, 7]);
}

#[test]
fn the_table_of_versions_lacks_its_first_row() {
    let text = "For GitLab 11.10 and later:\n\n| GitLab | Mattermost |\n|---|---|\n| 11.11 | 5.10 |\n| 12.0 | 5.11 |\n";
    let evidence = Evidence { document: file("page.md", text.to_owned()), ..Evidence::default() };
    assert_eq!(errata(&evidence), [9]);
}

#[test]
fn the_recipe_of_restoring_holds_the_one_on_the_owner() {
    let text = "\
sudo gitlab-ctl stop mattermost
sudo -u gitlab-psql /opt/gitlab/embedded/bin/dropdb -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production
sudo -u gitlab-psql /opt/gitlab/embedded/bin/createdb -U gitlab-psql -h /var/opt/gitlab/postgresql -p 5432 mattermost_production
sudo -u mattermost sh -c \"zcat /tmp/dump.sql.gz | /opt/gitlab/embedded/bin/psql -U gitlab_mattermost -h /var/opt/gitlab/postgresql -p 5432 mattermost_production\"
sudo tar -xzvf /tmp/data.gz -C /var/opt/gitlab/mattermost
sudo chown -R mattermost:mattermost /var/opt/gitlab/mattermost/data
sudo chown mattermost:mattermost /var/opt/gitlab/mattermost/config.json
sudo gitlab-ctl start mattermost
";
    assert_eq!(errata(&script(text, OF_THE_DOCUMENT)), [18]);
}

#[test]
fn the_recipe_of_backing_up_holds_the_one_on_what_it_leaves_out() {
    let text = "\
sudo -i -u gitlab-psql -- /opt/gitlab/embedded/bin/pg_dump -h /var/opt/gitlab/postgresql mattermost_production | gzip > dump.sql.gz
sudo tar -zcvf data.gz -C /var/opt/gitlab/mattermost data config.json
";
    assert_eq!(errata(&script(text, OF_THE_DOCUMENT)), [19]);
}

#[test]
fn the_alias_holds_the_one_on_its_argument_and_before_11_6_the_one_on_its_folder() {
    let text = "alias mattermost-cli=\"cd /opt/gitlab/embedded/service/mattermost && sudo /opt/gitlab/embedded/bin/chpst \
                -e /opt/gitlab/etc/mattermost/env -P -U mattermost:mattermost -u mattermost:mattermost \
                /opt/gitlab/embedded/bin/mattermost --config=/var/opt/gitlab/mattermost/config.json $1\"\n";
    assert_eq!(errata(&script(text, OF_THE_DOCUMENT)), [11]);
    let before = Versions { gitlab: Some(Version::new(11, 0, 0)), mattermost: None };
    assert_eq!(errata(&script(text, before)), [10, 11]);
}

#[test]
fn the_example_of_a_proxy_and_that_of_credentials_are_found_though_they_are_no_errata() {
    let text = "\
external_url 'http://gitlab.example.com'
mattermost_external_url 'http://mattermost.example.com'
mattermost['gitlab_enable'] = true
mattermost['gitlab_id'] = '12345656'
mattermost['gitlab_secret'] = '123456789'
mattermost['env'] = {'HTTP_PROXY' => 'my_proxy', 'HTTPS_PROXY' => 'my_proxy', 'NO_PROXY' => 'my_no_proxy'}
";
    let rules: Vec<&str> =
        examine(&settings_file(text, OF_THE_DOCUMENT)).findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["P05", "P07", "P07"]);
}
