//! Regular expressions of settings files, against what Ruby 3.1 prints of the same expressions.

use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Value, read};

fn value(expression: &str) -> Value {
    let settings = read(&format!("mattermost['a'] = [{expression}]\n"), &ReadOptions::default()).unwrap();
    settings.value("mattermost", "a").unwrap()
}

#[test]
fn they_answer_as_ruby_does() {
    for (expression, expected) in [
        (r#"'chat-prod-1' =~ /prod/"#, r#"5"#),
        (r#"'chat-prod-1' =~ /^prod/"#, r#"nil"#),
        (r#"'chat-prod-1' !~ /test/"#, r#"true"#),
        (r#"'PROD'.match?(/prod/i)"#, r#"true"#),
        (r#"/\A[a-z0-9-]+\z/.match?('chat-prod-1')"#, r#"true"#),
        (r#"/prod/ === 'chat-prod-1'"#, r#"true"#),
        (r#"'https://chat.example.com:8443/x'[/\Ahttps?:\/\/([^\/:]+)/, 1]"#, r#""chat.example.com""#),
        (r#"'https://chat.example.com'[%r{^https?://(.+)$}, 1]"#, r#""chat.example.com""#),
        (r#"'GitLab 14.7.3'[/\d+\.\d+/]"#, r#""14.7""#),
        (r#"'none'[/\d+/]"#, r#"nil"#),
        (r#"'a.example.com'.sub(/\.example\.com$/, '')"#, r#""a""#),
        (r#"'a.b.c'.gsub(/\./, '-')"#, r#""a-b-c""#),
        (r#"'John Smith'.gsub(/(\w+) (\w+)/, '\2, \1')"#, r#""Smith, John""#),
        (r#"'a1b22c'.scan(/\d+/)"#, r#"["1", "22"]"#),
        (r#"'k=v; l=w'.scan(/(\w)=(\w)/)"#, r#"[["k", "v"], ["l", "w"]]"#),
        (r#"'a, b;c,'.split(/[,;]\s*/)"#, r#"["a", "b", "c"]"#),
        (r#"'prod-1'.start_with?(/prod/)"#, r#"true"#),
        (r#"'x-prod'.start_with?(/prod/)"#, r#"false"#),
        (r#"'abc'.index(/c/)"#, r#"2"#),
        (r#"nil =~ /x/"#, r#"nil"#),
        (r#"nil !~ /x/"#, r#"true"#),
        (r#"'abc'.match(/x/)"#, r#"nil"#),
        (r#"'true' =~ /^(1|true|yes|on)$/i ? 'an' : 'aus'"#, r#""an""#),
        (r#"(case 'chat-dev' when /prod/ then 'p' when /dev|test/ then 'd' else '?' end)"#, r#""d""#),
        (r#"(case 5 when /5/ then 'p' else '?' end)"#, r#""?""#),
        (r#""a\nb"[/^b$/]"#, r#""b""#),
        (r#""line\n" =~ /\n^/"#, r#"nil"#),
        (r#"'aXbX'.slice(/X.*/)"#, r#""XbX""#),
        (r#"'10.0.0.1'.match?(/\A(?:\d{1,3}\.){3}\d{1,3}\z/)"#, r#"true"#),
        (r#"'10.0.0'.match?(/\A(?:\d{1,3}\.){3}\d{1,3}\z/)"#, r#"false"#),
        (r#"'foo bar' =~ /\bbar\b/"#, r#"4"#),
        (r#"'aaa'[/a{2}/]"#, r#""aa""#),
        (r#"'aab'.gsub(/a/, '\0\0')"#, r#""aaaab""#),
        (r#"'ab' =~ /[^a-z]/i"#, r#"nil"#),
        (r#"'A-B' =~ /[b-]/"#, r#"1"#),
        (r#"'a]b'[/[\]]/]"#, r#""]""#),
        (r#"'x'[/(y)?x/, 1]"#, r#"nil"#),
        (r#"'x'[/x/, 3]"#, r#"nil"#),
    ] {
        assert_eq!(value(expression).inspect(), Ok(format!("[{expected}]")), "{expression}");
    }
}

#[test]
fn what_is_in_doubt_is_left_to_ruby() {
    for expression in [
        r#"'a' =~ /(?=a)/"#,
        r#"'ä' =~ /\w/"#,
        r#"'a'.match(/a/)"#,
        r#"'a'.gsub(/a*/, 'b')"#,
        r#"'a'.gsub(/a/) { |x| x.upcase }"#,
        r#"'a'.sub(/a/, '\k<x>')"#,
        r#"'a' =~ /a/x"#,
        r##"'a' =~ /#{'a'}/"##,
        r#"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.match?(/(a+)+b/)"#,
        r#"`hostname` =~ /prod/"#,
        r#"/a/"#,
    ] {
        assert!(value(expression).inspect().is_err(), "{expression}");
    }
}

#[test]
fn a_text_changed_in_place_by_a_pattern_is_not_known_any_more() {
    let source = "x = 'chat.example.com'\nx.sub!(/chat/, 'talk')\nmattermost['a'] = x\n";
    let settings = read(source, &ReadOptions::default()).unwrap();
    assert!(settings.value("mattermost", "a").unwrap().inspect().is_err());
}

#[test]
fn branches_follow_a_pattern_and_what_they_set_is_known() {
    let source = "name = 'chat-prod-1'\nif name =~ /prod/\n  mattermost['service_port'] = '8066'\nelse\n  \
                  mattermost['service_port'] = '8067'\nend\n";
    let settings = read(source, &ReadOptions::default()).unwrap();
    assert_eq!(settings.value("mattermost", "service_port").unwrap().inspect(), Ok("\"8066\"".to_owned()));
    assert!(settings.unknowns.is_empty());
}
