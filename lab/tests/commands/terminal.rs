//! What strangers wrote controls nobody's terminal, and what is secret in an argument is not repeated.

use std::process::{Command, Output, Stdio};

use std::io::Write as _;

/// A sequence that clears the screen, one that sets the window's title by a character of eight bits, and one that turns the
/// direction of what follows.
const HOSTILE: &str = "\u{1b}[2J\u{9b}2J\u{202e}";

fn run(words: &[&str], stdin: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    command.args(words).envs(variables.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Who ends before it has read all has said why.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream).into_owned()).concat()
}

#[test]
fn nothing_that_a_stranger_wrote_controls_the_terminal() {
    let settings = format!(
        "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://chat.example.com'\n\
         mattermost['env'] = {{ 'MM_TEAMSETTINGS_SITENAME' => '{HOSTILE}', 'MM_{HOSTILE}' => 'x' }}\n"
    );
    let broken = format!("external_url 'http://a'\nmattermost['{HOSTILE}'] = (\n");
    let page = format!("# GitLab Mattermost\n\n## {HOSTILE}\n\nSet `mattermost['{HOSTILE}']` and `MM_{HOSTILE}`.\n");
    let log = format!("{{\"level\":\"error\",\"msg\":\"x509: {HOSTILE}\",\"caller\":\"a\"}}\n");
    let name = format!("/nowhere/{HOSTILE}");
    let cases: [(&[&str], &str); 10] = [
        (&["env", "-", "--explain"], &settings),
        (&["env", "-"], &broken),
        (&["translate", "-"], &broken),
        (&["doctor", "--gitlab-rb", "-"], &settings),
        (&["doctor", "--gitlab-rb", "-"], &broken),
        (&["doctor", "--log", "-"], &log),
        (&["upgrade", "--from", "14.7", "--to", "15.0", "--gitlab-rb", "-"], &settings),
        (&["doc", "-"], &page),
        (&["env", &name], ""),
        (&["verify", &name], ""),
    ];
    for (words, stdin) in cases {
        let said = said(&run(words, stdin, &[]));
        assert!(!said.is_empty(), "{words:?}");
        let control = said.chars().find(|c| (c.is_control() && !"\n\t".contains(*c)) || *c == '\u{202e}');
        assert_eq!(control, None, "{words:?}: {said}");
    }
}

#[test]
fn an_address_that_does_not_fit_is_repeated_without_its_password() {
    let address = "postgres://mmuser:hunter2@db.example.com:port/mattermost";
    let words = "user=mmuser password=hunter2 host=db port=port dbname=mattermost";
    for address in [address, words] {
        let given: [(&[&str], &[(&str, &str)]); 5] = [
            (&["doctor", "--database", address], &[]),
            (&["inventory", "--database", address], &[]),
            (&["run", "--postgres", &format!("url:{address}")], &[]),
            (&["list"], &[("LAB_POSTGRES", &format!("url:{address}"))]),
            (&["backup", "--to", "/nowhere", "--programs", "/usr/bin"], &[("MATTERMOST_LAB_DATA_SOURCE", address)]),
        ];
        for (words, variables) in given {
            let output = run(words, "", variables);
            let said = said(&output);
            assert!(!output.status.success() && !said.is_empty(), "{words:?}");
            assert!(!said.contains("hunter2"), "{words:?} {variables:?}: {said}");
        }
    }
}
