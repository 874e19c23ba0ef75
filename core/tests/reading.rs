//! Settings files read here as Ruby itself reads them.

use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Settings, Value, read};
use serde_json::Value as Json;

const READINGS: &str = include_str!("data/ruby-readings.jsonl");

fn read_14_7(source: &str) -> Result<Settings, String> {
    read(source, &ReadOptions::default()).map_err(|error| error.kind().to_owned())
}

/// The settings as lines, as the recorded readings have them.
fn lines(settings: &Settings) -> Vec<String> {
    let printed = |value: &Value| value.inspect().unwrap_or_else(|unknown| format!("unknown: {}", unknown.reason));
    let calls = settings.calls.iter().map(|(name, call)| format!("{name} {}", printed(&call.value)));
    let sections = settings.sections.iter().filter(|(name, _)| !settings.calls.contains_key(*name));
    let sections = sections.map(|(name, hash)| format!("{name} = {}", printed(&Value::Hash(hash.clone()))));
    let mut lines: Vec<String> = calls.chain(sections).collect();
    lines.sort();
    lines
}

#[test]
fn every_recorded_file_reads_as_ruby_reads_it() {
    let mut count = 0;
    for line in READINGS.lines() {
        let vector: Json = serde_json::from_str(line).unwrap();
        let id = vector["id"].as_str().unwrap();
        let result = read(vector["gitlab_rb"].as_str().unwrap(), &ReadOptions::default());
        match (&result, vector["error"].as_str()) {
            (Ok(settings), None) => {
                let expected: Vec<&str> = vector["reads"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
                assert_eq!(lines(settings), expected, "{id}");
            }
            (Err(error), Some(kind)) => {
                assert_eq!((error.kind(), error.stage()), (kind, "reading"), "{id}");
                assert_eq!(error.detail(), vector["detail"].as_str(), "{id}");
            }
            (found, expected) => panic!("{id}: expected {expected:?}, found {found:?}"),
        }
        count += 1;
    }
    assert_eq!(count, 251);
}

#[test]
fn what_only_ruby_knows_is_unknown_and_taints_what_it_flows_into() {
    let settings = read_14_7(
        "host = `hostname`.strip\n\
         mattermost['team_site_name'] = \"Chat on #{host}\"\n\
         mattermost['service_port'] = '8065'\n",
    )
    .unwrap();
    let Some(Value::Unknown(unknown)) = settings.value("mattermost", "team_site_name") else { panic!("it is known") };
    assert_eq!(
        (unknown.span.start, unknown.reason.as_str()),
        (7, "it runs the program `hostname`, whose output is not given")
    );
    assert!(matches!(settings.value("mattermost", "service_port"), Some(Value::Str(_))));
    assert_eq!(settings.unknowns, [unknown]);
}

#[test]
fn unknown_values_raise_nothing_wherever_they_stand() {
    for expression in [
        "['a'] + x",
        "['a'].concat(x)",
        "'a' + x",
        "'a' << x",
        "'a' * x",
        "1 + x",
        "[x].join(',')",
        "[x].sort",
        "{ x => 1 }",
        "{ 'a' => x }",
        "{ 'a' => 1 }.merge(x)",
        "\"#{x}\"",
        "['a'][x]",
        "'abc'[x]",
        "'abc'[x..2]",
        "[1, 2].first(x)",
        "x ? 1 : 2",
        "x || 1",
        "x && 1",
        "!x",
        "x.foo",
        "x['a']",
        "[*x]",
        "{ **x }",
        "case x when 1 then 2 end",
        "format('%s', x)",
        "Integer(x)",
        "['a'].fetch(x)",
        "{}.fetch(x)",
        "[1].include?(x)",
        "x == 1",
        "1 == x",
        "1 < x",
        "[3, x].max",
        "'a,b'.split(x)",
        "[1, 2].map { |i| i + x }.sum",
        "[1].select { x }",
        "x.map { |i| i }",
        "(x rescue 1)",
        "x&.foo",
        "'%d' % x",
        "nil.to_a + x",
    ] {
        let source = format!("x = File.read('/x')\nmattermost['a'] = {expression}\nmattermost['b'] = 1\n");
        let settings = read_14_7(&source).unwrap_or_else(|kind| panic!("{expression}: {kind}"));
        let value = settings.value("mattermost", "a").unwrap();
        assert!(value.inspect().is_err(), "{expression} is {value:?}");
        assert!(matches!(settings.value("mattermost", "b"), Some(Value::Int(1))), "{expression}");
    }
}

#[test]
fn a_condition_that_only_ruby_knows_taints_what_either_branch_assigns() {
    let settings = read_14_7(
        "mattermost['a'] = 1\n\
         mattermost['b'] = 2\n\
         list = ['x']\n\
         if File.exist?('/etc/flag')\n  mattermost['a'] = 3\n  raise 'no'\nelse\n  mattermost['c'] = 4\n  list << 'y'\nend\n\
         mattermost['d'] = list\n\
         mattermost['e'] = 5 unless Socket.gethostname == 'x'\n",
    )
    .unwrap();
    for key in ["a", "c", "d", "e"] {
        assert!(matches!(settings.value("mattermost", key), Some(Value::Unknown(_))), "{key}");
    }
    assert!(matches!(settings.value("mattermost", "b"), Some(Value::Int(2))));
}

#[test]
fn code_that_may_set_anything_makes_everything_before_it_unknown() {
    let settings = read_14_7(
        "external_url 'http://a'\n\
         mattermost['a'] = 1\n\
         eval(File.read('/etc/gitlab/more.rb'))\n\
         mattermost['b'] = 2\n",
    )
    .unwrap();
    assert!(matches!(settings.call("external_url").unwrap().value, Value::Unknown(_)));
    assert!(matches!(settings.call("mattermost_external_url").unwrap().value, Value::Unknown(_)));
    assert!(matches!(settings.value("mattermost", "a"), Some(Value::Unknown(_))));
    assert!(matches!(settings.value("gitlab_rails", "anything"), Some(Value::Unknown(_))));
    assert!(matches!(settings.value("mattermost", "b"), Some(Value::Int(2))));
}

#[test]
fn what_a_method_of_the_file_assigns_is_known_and_what_a_lambda_assigns_is_not() {
    let settings = read_14_7(
        "def setup(port)\n  mattermost['service_port'] = port\nend\n\
         setup(1)\n\
         later = -> { mattermost['home'] = '/x' }\n\
         mattermost['home'] = '/y'\n\
         later.call\n\
         mattermost['uid'] = 5\n",
    )
    .unwrap();
    assert!(matches!(settings.value("mattermost", "service_port"), Some(Value::Int(1))));
    assert!(matches!(settings.value("mattermost", "home"), Some(Value::Unknown(_))));
    assert!(matches!(settings.value("mattermost", "uid"), Some(Value::Int(5))));
}

#[test]
fn a_rescue_of_what_only_ruby_knows_leaves_the_value_unknown() {
    for source in [
        "begin\n  mattermost['a'] = File.read('/x')\nrescue StandardError\n  mattermost['a'] = 'y'\nend\n",
        "mattermost['a'] = (File.read('/x') rescue 'y')\n",
        "mattermost['a'] = 'z'\nreturn if File.exist?('/x')\nmattermost['a'] = 'y'\n",
    ] {
        let settings = read_14_7(source).unwrap();
        assert!(matches!(settings.value("mattermost", "a"), Some(Value::Unknown(_))), "{source}");
    }
}

#[test]
fn environment_variables_are_known_if_given() {
    let source = "mattermost['a'] = ENV['A']\nmattermost['b'] = ENV.fetch('B', 'other')\n";
    let mut options = ReadOptions::default();
    options.surroundings.variables.insert("A".to_owned(), Some("given".to_owned()));
    let settings = read(source, &options).unwrap();
    assert_eq!(settings.value("mattermost", "a"), Some(Value::text("given")));
    let Some(Value::Unknown(unknown)) = settings.value("mattermost", "b") else { panic!("it is known") };
    assert_eq!(unknown.reason, "the environment variable `B` is not given");
}

#[test]
fn two_settings_that_share_a_string_hold_one_object() {
    let settings = read_14_7("list = 'a'\nmattermost['x'] = list\ngitlab_rails['y'] = list\n").unwrap();
    let (Some(Value::Str(x)), Some(Value::Str(y))) =
        (settings.value("mattermost", "x"), settings.value("gitlab_rails", "y"))
    else {
        panic!("they are strings")
    };
    x.borrow_mut().text.push_str(" b");
    assert_eq!(y.borrow().text, "a b");
}

#[test]
fn spans_cover_the_assignment_that_counts() {
    let source = "mattermost['a'] = 1\nmattermost['a'] = 2\nmattermost['env'] = {\n  'B' => 'c'\n}\n";
    let settings = read_14_7(source).unwrap();
    let span = settings.get("mattermost", "a").unwrap().span.unwrap();
    assert_eq!(&source[span.start..span.end], "mattermost['a'] = 2");
    let Some(Value::Hash(env)) = settings.value("mattermost", "env") else { panic!("it is a hash") };
    let span = env.borrow().at("B").unwrap().span.unwrap();
    assert_eq!(&source[span.start..span.end], "'B' => 'c'");
}

#[test]
fn before_12_3_an_unknown_name_is_nil_and_not_refused() {
    let options = ReadOptions { gitlab_version: "12.2.0".parse().unwrap(), ..ReadOptions::default() };
    assert_eq!(read("matermost['a'] = 1", &options).unwrap_err().kind(), "no_method");
    assert!(read("matermost_external_url 'http://x'", &options).is_ok());
    let options = ReadOptions { gitlab_version: "12.3.0".parse().unwrap(), ..ReadOptions::default() };
    assert_eq!(read("matermost['a'] = 1", &options).unwrap_err().kind(), "unknown_setting");
}

#[test]
fn names_are_those_of_the_release() {
    let source = "gitlab_kas_external_url 'ws://x'";
    let old = read(source, &ReadOptions::default()).unwrap_err();
    assert_eq!(old.help_text(), Some("`gitlab_kas_external_url` exists from GitLab 15.10.0 on"));
    let options = ReadOptions { gitlab_version: "15.10.0".parse().unwrap(), ..ReadOptions::default() };
    assert!(read(source, &options).is_ok());
}

#[test]
fn limits_give_errors_and_not_a_full_memory_or_stack() {
    let deep = format!("mattermost['a'] = {}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let chain = format!("mattermost['a'] = 1{}", " + 1".repeat(50_000));
    let grown = format!("x = []\n{}mattermost['a'] = x\n", "x = [x]\n".repeat(5_000));
    let shared = format!("x = [1]\n{}gitlab_rails x\nmattermost['a'] = \"#{{x}}\"", "x = [x, x]\n".repeat(60));
    for (source, kind) in [
        (deep.as_str(), "too_deep"),
        (chain.as_str(), "too_deep"),
        (grown.as_str(), "too_deep"),
        (shared.as_str(), "too_much_work"),
        ("x = []\nx << x\nroles x", "too_deep"),
        ("x = []\nx << x\nmattermost['a'] = x == [x]", "too_deep"),
        ("mattermost['a'] = 'a' * 10**9", "too_much_work"),
        ("a = (1..1000)\n(1..1000).each { (1..1000).each { (1..1000).each { } } }", "too_much_work"),
        ("x = 'a'\nwhile true\n  x += x\nend", "too_much_work"),
    ] {
        assert_eq!(read_14_7(source).map(|_| ()), Err(kind.to_owned()), "{}", &source[..source.len().min(60)]);
    }
    assert_eq!(read_14_7(&"#".repeat(5 << 20)).map(|_| ()), Err("too_large".to_owned()));
}

#[test]
fn the_deepest_nesting_that_is_read_fits_the_stack_of_a_thread() {
    // Each form nests one expression in itself; the limit counts several levels for one nesting of some forms.
    for (open, inner, close) in [
        ("[", "1", "]"),
        ("{ 'k' => ", "1", " }"),
        ("(", "1", ")"),
        ("\"#{", "1", "}\""),
        ("[1].map { |x| ", "x", " }"),
        ("[1].inject(0) { |a, x| ", "x", " }"),
        ("if true then ", "1", " end"),
        ("begin; ", "1", "; rescue; end"),
        ("'%s' % ", "1", ""),
        ("{ 'a' => 1 }.merge({ 'b' => ", "1", " })"),
        ("case 1 when 1 then ", "1", " end"),
        ("(File.exist?('/x') ? ", "1", " : 2)"),
        ("[File.read('/x')].each { |x| ", "x", " }"),
        ("foo.bar { |x| ", "x", " }"),
    ] {
        let nested = |levels: usize| {
            let source =
                format!("foo = `x`\nmattermost['a'] = {}{inner}{}\n", open.repeat(levels), close.repeat(levels));
            read_14_7(&source).map(|_| ())
        };
        let deepest = (1..120).take_while(|levels| nested(*levels).is_ok()).last().unwrap();
        assert!(deepest >= 20, "{open}: only {deepest} levels");
        assert_eq!(nested(deepest + 1), Err("too_deep".to_owned()), "{open}");
    }
}
