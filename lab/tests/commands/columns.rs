//! What people see at a terminal of 80 columns: nothing is cut, no word is broken, and colours are there where they are wanted.

use std::fs;

use gitlab_mattermost_ground::wrap::columns;
use tempfile::TempDir;

use crate::screen::{run, shown, too_long, without_colours, words as screen_words};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

/// Files that every command has something to say of.
fn files() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put(
        "gitlab.rb",
        "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://mattermost.example.com'\n\
         mattermost['gitlab_enable'] = true\nmattermost['gitlab_id'] = '12345656'\nmattermost['gitlab_secret'] = '123456789'\n\
         mattermost['service_lets_encrypt_cert_cache_file'] = '/a'\n\
         mattermost['env'] = { 'HTTP_PROXY' => 'my_proxy', 'NO_PROXY' => ENV['NO_PROXY'] }\n",
    );
    put(
        "mattermost.log",
        "{\"level\":\"error\",\"ts\":1624000000.123,\"caller\":\"mlog/log.go:229\",\"msg\":\"Token request failed.\",\
         \"err_details\":\"Post \\\"https://gitlab.example.com/oauth/token\\\": x509: certificate signed by unknown authority\"}\n",
    );
    put("page.md", include_str!("../../../core/tests/data/page-with-errors.md"));
    folder
}

/// The commands, but for `run` and `trace`, which need a lab and servers and have tests of their own.
const COMMANDS: [&[&str]; 11] = [
    &["doctor", "--gitlab-rb", "gitlab.rb", "--log", "mattermost.log"],
    &["doctor", "--list-rules"],
    &["upgrade", "--from", "13.12", "--to", "14.7", "--gitlab-rb", "gitlab.rb", "--env-var", "NO_PROXY=a"],
    &["upgrade", "--from", "14.7.7", "--gitlab-rb", "gitlab.rb", "--env-var", "NO_PROXY=a"],
    &["upgrade", "--from", "14.7.7", "--brief"],
    &["doc", "page.md"],
    &["doc", "--errata"],
    &["steps"],
    &["provider", "needs"],
    &["provider", "profiles"],
    &["upgrade", "--from", "9.5", "--to", "11.0"],
];

#[test]
fn no_line_is_longer_than_the_terminal_and_no_word_is_broken_or_lost() {
    let folder = files();
    let place = folder.path().to_str().unwrap();
    for command in COMMANDS {
        let command = [&[PROGRAM][..], command].concat();
        let wide = shown(&command, 60_000, &[("NO_COLOR", "1")], Some(place));
        assert!(!wide.is_empty(), "{command:?}");
        for width in [80, 60, 132] {
            let narrow = shown(&command, width, &[("NO_COLOR", "1")], Some(place));
            assert_eq!(too_long(&narrow, width), Vec::<&str>::new(), "{command:?} at {width}");
            assert_eq!(screen_words(&narrow), screen_words(&wide), "{command:?} at {width}");
        }
    }
}

#[test]
fn what_is_a_table_at_a_wide_terminal_is_lines_at_a_narrow_one() {
    let folder = files();
    let place = folder.path().to_str().unwrap();
    let command = [PROGRAM, "env", "gitlab.rb", "--explain", "--env-var", "NO_PROXY=a"];
    let shown_at = |width| shown(&command, width, &[("NO_COLOR", "1")], Some(place));
    let (narrow, wide) = (shown_at(80), shown_at(400));
    assert_eq!(too_long(&narrow, 80), Vec::<&str>::new());
    assert!(wide.starts_with("VARIABLE ") && !narrow.starts_with("VARIABLE  "), "{narrow}");
    for row in wide.lines().skip(1) {
        let variable = row.split(' ').next().unwrap();
        let entry = narrow.split("\nMM_").find(|entry| entry.contains(variable.trim_start_matches("MM_"))).unwrap();
        assert!(entry.contains(" = ") && entry.contains(" -> "), "{variable}: {entry}");
    }
    let list = |width| shown(&[PROGRAM, "list", "--only", "01_getting_started"], width, &[("NO_COLOR", "1")], None);
    let (narrow, wide) = (list(80), list(400));
    assert_eq!(too_long(&narrow, 80), Vec::<&str>::new());
    assert_eq!(screen_words(&narrow), screen_words(&wide));
}

#[test]
fn the_list_of_commands_and_every_short_help_fit_into_80_columns() {
    let help = shown(&[PROGRAM, "--help"], 80, &[("NO_COLOR", "1")], None);
    let names = help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|it| !it.is_empty());
    let names: Vec<&str> = names.filter(|name| !name.starts_with('-')).collect();
    assert!(names.len() > 20, "{help}");
    assert!(help.lines().all(|line| columns(line) <= 80), "{help}");
    for name in names {
        let help = shown(&[PROGRAM, name, "-h"], 80, &[("NO_COLOR", "1")], None);
        let options = help.split("\nExamples:").next().unwrap();
        // How a command is called stands in one line.
        let mut lines = options.lines().filter(|line| !line.starts_with("Usage: "));
        assert!(lines.all(|line| columns(line) <= 80), "{options}");
    }
}

#[test]
fn a_terminal_that_does_not_tell_its_width_has_80_columns_and_a_file_gets_each_line_whole() {
    let folder = files();
    let place = folder.path().to_str().unwrap();
    let words = format!("{PROGRAM} doctor --log mattermost.log");
    let at_0 = run(&format!("stty cols 0 rows 0; {words}"), 80, &[("NO_COLOR", "1")], Some(place));
    assert_eq!(at_0, run(&words, 80, &[("NO_COLOR", "1")], Some(place)));
    let whole = run(&format!("{words} > whole; cat whole"), 80, &[], Some(place));
    assert!(whole.lines().any(|line| line.starts_with("    fix     ") && line.len() > 200), "{whole}");
}

#[test]
fn colours_are_where_they_are_wanted_and_nowhere_else() {
    let folder = files();
    let place = folder.path().to_str().unwrap();
    let colourful: [&[&str]; 4] = [
        &["doctor", "--log", "mattermost.log"],
        &["upgrade", "--from", "14.7.7"],
        &["env", "gitlab.rb", "--explain", "--env-var", "NO_PROXY=a"],
        &["--help"],
    ];
    for command in colourful {
        let command = [&[PROGRAM][..], command].concat();
        let plain = shown(&command, 80, &[("NO_COLOR", "1")], Some(place));
        let coloured = shown(&command, 80, &[], Some(place));
        assert!(!plain.contains('\u{1b}'), "{command:?}: {plain}");
        assert!(coloured.contains("\u{1b}["), "{command:?}: {coloured}");
        assert_eq!(without_colours(&coloured), plain);
        let never = [&command[..1], &["--color", "never"], &command[1..]].concat();
        assert_eq!(shown(&never, 80, &[], Some(place)), plain);
        let redirected = |more: &str, variables: &[(&str, &str)]| {
            let words = shlex::try_join(command.iter().copied()).unwrap();
            run(&format!("{words} {more} > out 2> err; cat out err"), 80, variables, Some(place))
        };
        assert!(!redirected("", &[]).contains('\u{1b}'), "{command:?}");
        assert!(redirected("--color=always", &[]).contains("\u{1b}["), "{command:?}");
        assert!(redirected("", &[("CLICOLOR_FORCE", "1")]).contains("\u{1b}["), "{command:?}");
    }
}

#[test]
fn errors_are_wrapped_and_coloured_on_stderr_and_plain_in_a_file() {
    let words = format!("{PROGRAM} env /nowhere/a/file/of/settings --gitlab-version 14.7 --file /etc/x=/nowhere/else");
    let at_terminal = run(&words, 60, &[], None);
    assert!(at_terminal.contains("\u{1b}[31merror:\u{1b}[0m"), "{at_terminal:?}");
    assert_eq!(too_long(&without_colours(&at_terminal), 60), Vec::<&str>::new());
    let in_file = run(&format!("f=$(mktemp); {words} 2> $f; cat $f; rm $f"), 60, &[], None);
    assert!(in_file.starts_with("error: ") && !in_file.contains('\u{1b}'), "{in_file:?}");
    assert_eq!(screen_words(&in_file), screen_words(&without_colours(&at_terminal)));
}
