//! Settings files as tools and people make them: which values they give, and what is said of those that give none.

use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Settings, Surroundings, read};

fn with(source: &str, surroundings: Surroundings) -> Settings {
    read(source, &ReadOptions { surroundings, ..ReadOptions::default() }).unwrap()
}

/// A setting of Mattermost as Ruby would print it, or why it is not known.
fn told(settings: &Settings, key: &str) -> Result<String, String> {
    settings.value("mattermost", key).unwrap().inspect().map_err(|unknown| unknown.reason)
}

#[test]
fn secrets_out_of_a_json_file_are_read_where_the_file_is_given_and_asked_for_where_it_is_not() {
    let source = "secrets = JSON.parse(File.read('/etc/gitlab/own.json'))\n\
                  mattermost['gitlab_id'] = secrets['mattermost']['id']\n\
                  mattermost['gitlab_secret'] = secrets.fetch('mattermost').fetch('secret')\n\
                  mattermost['service_port'] = JSON.parse('{\"port\": 8066}', symbolize_names: true)[:port]\n\
                  mattermost['a'] = JSON.parse('[1, 2.5, null, true, \"x\"]')\n\
                  mattermost['b'] = JSON.parse('{no json')\n";
    let asked = with(source, Surroundings::default());
    let why = told(&asked, "gitlab_id").unwrap_err();
    assert!(why.contains("`/etc/gitlab/own.json`") && why.contains("not given"), "{why}");
    let mut known = Surroundings::default();
    known.files.insert("/etc/gitlab/own.json".into(), "{\"mattermost\": {\"id\": \"a\", \"secret\": \"b\"}}".into());
    let settings = with(source, known);
    assert_eq!(told(&settings, "gitlab_id"), Ok("\"a\"".to_owned()));
    assert_eq!(told(&settings, "gitlab_secret"), Ok("\"b\"".to_owned()));
    assert_eq!(told(&settings, "service_port"), Ok("8066".to_owned()));
    assert_eq!(told(&settings, "a"), Ok("[1, 2.5, nil, true, \"x\"]".to_owned()));
    assert!(told(&settings, "b").is_err());
}

#[test]
fn yaml_of_a_file_that_is_not_given_asks_for_the_file() {
    let settings =
        with("mattermost['a'] = YAML.load(File.read('/etc/gitlab/own.yml'))['x']\n", Surroundings::default());
    let why = told(&settings, "a").unwrap_err();
    assert!(why.contains("`/etc/gitlab/own.yml`"), "{why}");
}

#[test]
fn names_taken_out_of_an_address_by_a_pattern_are_known() {
    let settings = with(
        "url = 'https://git.example.org:8443/gitlab'\nexternal_url url\n\
         mattermost['a'] = \"https://chat.#{url[%r{://[^./]+\\.([^:/]+)}, 1]}\"\n\
         mattermost['b'] = { 'MM_A' => '1', 'MM_B' => '2' }.reject { |k, _| k =~ /_B$/ }\n",
        Surroundings::default(),
    );
    assert_eq!(told(&settings, "a"), Ok("\"https://chat.example.org\"".to_owned()));
    assert_eq!(told(&settings, "b"), Ok("{\"MM_A\"=>\"1\"}".to_owned()));
}

#[test]
fn what_is_no_settings_file_is_told_what_it_looks_like() {
    for (source, words) in [
        (
            "external_url '{{ gitlab_url }}'\n{% if mattermost %}\nmattermost_external_url 'x'\n{% endif %}\n",
            "a template",
        ),
        ("external_url 'https://x'\nmattermost['enable'] = ${enable_mattermost}\n", "a template"),
        ("external_url 'x'\n<% if @mattermost %>\nmattermost_external_url 'y'\n<% end %>\n", "a template"),
        ("gitlab:\n  external_url: https://x\n", "looks like YAML"),
        ("# compose\nversion: '3.6'\nservices:\n  web:\n    image: x\n", "GITLAB_OMNIBUS_CONFIG"),
        ("external_url: 'https://git.example.org'\n", "no colon"),
        ("external_url ‘https://git.example.org’\n", "typographic"),
        ("external_url \\'https://git.example.org\\'\n", "backslashes"),
        ("mattermost_external_url\u{a0}'https://chat.example.org'\n", "looks like a blank"),
        ("mattermost['env'] = {\n  'A' => '1'\n", "may stand before this place"),
    ] {
        let error = read(source, &ReadOptions::default()).unwrap_err();
        assert!(error.help_text().unwrap().contains(words), "{source}: {:?}", error.help_text());
    }
}
