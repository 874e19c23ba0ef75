//! What a settings file asks of its machine: the environment, files, commands, other texts that it runs.

use gitlab_mattermost_core::gitlab_rb::{ReadError, ReadOptions, Settings, Surroundings, Value, read};

fn machine() -> Surroundings {
    let text = |it: &str| it.to_owned();
    Surroundings {
        variables: [(text("GIVEN"), Some(text("given"))), (text("EMPTY"), Some(String::new())), (text("UNSET"), None)]
            .into(),
        all_variables: false,
        existing_files: [text("/there")].into(),
        missing_files: [text("/gone")].into(),
        files: [
            (text("/secret"), text("s3cret\n")),
            (text("/more.rb"), text("mattermost['a'] = 'more'\nlocal = 1\nmattermost['c'] = ENV['NOT_GIVEN']\n")),
            (text("/broken.rb"), text("mattermost['a'] = 1\n\nmattermost['b'] = (\n")),
            (text("/raises.rb"), text("\nno_such_setting 1\n")),
            (text("/itself.rb"), text("from_file '/itself.rb'\n")),
        ]
        .into(),
        commands: [(text("hostname"), text("gitlab.example.com\n")), (text("id -u git"), text("998\n"))].into(),
    }
}

fn settings(text: &str) -> Result<Settings, ReadError> {
    read(text, &ReadOptions { surroundings: machine(), ..ReadOptions::default() })
}

/// What `mattermost['x']` becomes for this expression: its text, or why it is not known.
fn value(expression: &str) -> Result<String, String> {
    let settings = settings(&format!("mattermost['x'] = {expression}\n")).map_err(|error| error.to_string())?;
    match settings.value("mattermost", "x") {
        Some(Value::Unknown(unknown)) => Err(unknown.reason),
        Some(value) => value.inspect().map_err(|unknown| unknown.reason),
        None => Err("not set".to_owned()),
    }
}

fn shown(settings: &Settings, key: &str) -> String {
    settings.value("mattermost", key).unwrap().inspect().unwrap()
}

#[test]
fn the_environment_is_what_was_told_of_it() {
    for (expression, expected) in [
        ("ENV['GIVEN']", "\"given\""),
        ("ENV['UNSET']", "nil"),
        ("ENV['UNSET'] || 'default'", "\"default\""),
        ("ENV['EMPTY'] || 'default'", "\"\""),
        ("ENV.fetch('GIVEN', 'default')", "\"given\""),
        ("ENV.fetch('UNSET', 'default')", "\"default\""),
        ("ENV.fetch('UNSET') { |name| \"no #{name}\" }", "\"no UNSET\""),
        ("ENV.has_key?('GIVEN')", "true"),
        ("ENV.key?('UNSET')", "false"),
        ("ENV.include?('EMPTY')", "true"),
        ("ENV['UNSET'].nil?", "true"),
        ("ENV['GIVEN'].nil? ? 1 : 2", "2"),
        ("ENV['UNSET'].to_s.empty?", "true"),
        ("ENV.values_at('GIVEN', 'UNSET')", "[\"given\", nil]"),
        ("(ENV['UNSET'] ||= 'set'; ENV['UNSET'])", "\"set\""),
        ("(ENV['GIVEN'] = 'other'; ENV['GIVEN'])", "\"other\""),
        ("(ENV.delete('GIVEN'); ENV.key?('GIVEN'))", "false"),
        ("::ENV['GIVEN']", "\"given\""),
    ] {
        assert_eq!(value(expression).as_deref(), Ok(expected), "{expression}");
    }
    for expression in
        ["ENV['OTHER']", "ENV['OTHER'] || 'x'", "ENV.fetch('OTHER', 'x')", "ENV.has_key?('OTHER')", "ENV['OTHER'].nil?"]
    {
        assert_eq!(value(expression), Err("the environment variable `OTHER` is not given".to_owned()), "{expression}");
    }
    assert!(value("ENV.fetch('UNSET')").unwrap_err().contains("KeyError"));
}

#[test]
fn a_whole_environment_has_no_other_variables() {
    let surroundings = Surroundings { all_variables: true, ..machine() };
    let text = "mattermost['x'] = ENV['OTHER'] || 'default'";
    let settings = read(text, &ReadOptions { surroundings, ..ReadOptions::default() }).unwrap();
    assert_eq!(shown(&settings, "x"), "\"default\"");
}

#[test]
fn files_are_there_or_not_or_it_is_not_known() {
    for (expression, expected) in [
        ("File.exist?('/there')", "true"),
        ("::File.exist?('/there') && File.file?('/secret')", "true"),
        ("File.exists?('/gone')", "false"),
        ("File.read('/secret').strip", "\"s3cret\""),
        ("IO.read('/secret')", "\"s3cret\\n\""),
        ("File.readlines('/secret').map(&:chomp)", "[\"s3cret\"]"),
        ("File.exist?('/gone') ? File.read('/gone') : 'none'", "\"none\""),
    ] {
        assert_eq!(value(expression).as_deref(), Ok(expected), "{expression}");
    }
    assert!(value("File.exist?('/else')").unwrap_err().contains("`/else`"));
    assert!(value("File.read('/there')").unwrap_err().contains("`/there`"));
    assert!(value("File.read('/gone')").unwrap_err().contains("ENOENT"));
}

#[test]
fn commands_print_what_was_told() {
    for (expression, expected) in [
        ("`hostname`.strip", "\"gitlab.example.com\""),
        ("%x(hostname)", "\"gitlab.example.com\\n\""),
        ("\"http://#{`hostname`.chomp}\"", "\"http://gitlab.example.com\""),
        ("`id -u #{'git'}`.to_i", "998"),
        ("Socket.gethostname", "\"gitlab.example.com\""),
    ] {
        assert_eq!(value(expression).as_deref(), Ok(expected), "{expression}");
    }
    let why = value("`curl -u admin:s3cret http://x`").unwrap_err();
    assert!(why.contains("curl") && !why.contains("s3cret"), "{why}");
}

#[test]
fn another_file_is_run_where_it_stands_and_later_settings_win() {
    let settings = settings("mattermost['a'] = 'before'\nmattermost['b'] = 'kept'\nfrom_file '/more.rb'\n").unwrap();
    let text = |key: &str| shown(&settings, key);
    assert_eq!((text("a"), text("b")), ("\"more\"".to_owned(), "\"kept\"".to_owned()));
    assert!(settings.unseen.is_empty() && settings.seen.is_none());
    // Places of the other file become the place of the call, and reasons tell the line.
    let source = "mattermost['a'] = 'before'\nmattermost['b'] = 'kept'\nfrom_file '/more.rb'\n";
    let [unknown] = settings.unknowns.as_slice() else { panic!("{:?}", settings.unknowns) };
    assert_eq!(unknown.span.line_and_column(source), (3, 1));
    assert_eq!(unknown.reason, "in `/more.rb`, line 3: the environment variable `NOT_GIVEN` is not given");
    assert_eq!(settings.get("mattermost", "a").unwrap().span.unwrap().line_and_column(source), (3, 1));
    let last = self::settings("from_file '/more.rb'\nmattermost['a'] = 'after'\n").unwrap();
    assert_eq!(shown(&last, "a"), "\"after\"");
}

#[test]
fn the_text_of_eval_is_run_with_the_variables_around_it() {
    let text = "name = 'chat'\neval \"mattermost['a'] = name\"\neval ENV['UNSET'].to_s\nx = eval('1 + 1')\nmattermost['b'] = x\n";
    let settings = settings(text).unwrap();
    assert_eq!(shown(&settings, "a"), "\"chat\"");
    assert_eq!(shown(&settings, "b"), "2");
    assert!(settings.unseen.is_empty());
}

#[test]
fn a_fault_in_another_file_is_told_with_its_line_and_never_ends_us() {
    for (text, message) in [
        ("\nfrom_file '/broken.rb'", "in `/broken.rb`, line "),
        ("\nfrom_file '/raises.rb'", "in `/raises.rb`, line 2: "),
        ("\nfrom_file '/gone'", "there is no file `/gone`"),
        ("\nfrom_file '/itself.rb'", "nested too deep"),
        ("\neval(\"eval('(')\")", "the text of `eval`, line 1: "),
    ] {
        let error = settings(text).unwrap_err();
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert_eq!(error.line_and_column().0, 2, "{text}");
    }
}

#[test]
fn code_that_cannot_be_seen_leaves_what_stands_behind_it() {
    for call in ["from_file '/not/given.rb'", "eval ENV['NOT_GIVEN'].to_s", "load '/x.rb'"] {
        let settings = settings(&format!("mattermost['a'] = 1\n{call}\nmattermost['b'] = 2\n")).unwrap();
        assert!(matches!(settings.value("mattermost", "a"), Some(Value::Unknown(_))), "{call}");
        assert_eq!(shown(&settings, "b"), "2", "{call}");
        assert_eq!(settings.unseen.len(), 1, "{call}");
        let seen = settings.as_seen();
        assert_eq!(shown(seen, "a"), "1", "{call}");
        assert_eq!(seen.unseen, settings.unseen, "{call}");
    }
}
