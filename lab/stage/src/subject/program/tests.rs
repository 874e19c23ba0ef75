use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, json};

use super::*;
use crate::subject::translator::{TRANSLATE, TRANSLATOR};

const HELLO: &str = r#"echo '{"protocol": 1, "name": "test 1", "abilities": ["translate"]}'"#;
const EMPTY: &str = r#"{"env": {}, "keep": [], "keep_env": {}, "untranslatable": [], "differences": []}"#;

fn shell(script: &str) -> String {
    format!("sh -c {}", shlex::try_quote(script).unwrap())
}

fn program(script: &str) -> Program {
    Program::new(TRANSLATOR, &shell(script), Duration::from_secs(5), |_| Ok(()))
}

fn ask(program: &Program) -> Result<Answer, AskError> {
    program.ask(TRANSLATE, Map::from_iter([("gitlab_rb".to_owned(), json!("# nothing\n"))]))
}

#[test]
fn a_choice_is_read_as_it_is_shown() {
    for text in ["builtin", "cmd:./translator.py --fast", "cmd:sh -c 'exec a b'"] {
        assert_eq!(text.parse::<ProgramChoice>().unwrap().to_string(), text);
    }
    for text in ["", "cmd:", "cmd: ", "cmd:'open", "url:http://x", "program"] {
        assert!(text.parse::<ProgramChoice>().is_err(), "{text}");
    }
}

#[test]
fn one_process_answers_every_question() {
    let program = program(&format!(
        r#"{HELLO}; n=0; while read -r line; do n=$((n + 1)); echo '{{"id": '$n', "answer": {EMPTY}}}'; done"#
    ));
    assert_eq!(ask(&program).unwrap().unwrap()["env"], json!({}));
    assert_eq!(ask(&program).unwrap().unwrap()["keep"], json!([]));
    assert_eq!(program.account().unwrap(), "translator: asked 2 times, restarted 0 times");
}

#[test]
fn a_refusal_is_an_answer() {
    let reply = r#"{"id": 1, "error": {"kind": "unknown_setting", "detail": "matermost"}}"#;
    let refusal = ask(&program(&format!("{HELLO}; read line; echo '{reply}'"))).unwrap().unwrap_err();
    assert_eq!((refusal.kind.as_str(), refusal.detail.as_deref()), ("unknown_setting", Some("matermost")));
}

#[test]
fn a_program_that_ends_is_told_with_the_question_and_its_last_words_and_is_started_again() {
    let program = program(&format!("{HELLO}; read line; echo 'no memory' >&2; exit 3"));
    for _ in 0..2 {
        let error = ask(&program).unwrap_err().to_string();
        let expected = "ended (exit status: 3) without an answer; asked: {\"id\":";
        assert!(error.contains(expected) && error.ends_with("its error output ends with:\nno memory"), "{error}");
    }
    assert_eq!(program.account().unwrap(), "translator: asked 2 times, restarted 1 times");
}

#[test]
fn a_program_that_is_silent_is_ended_with_all_it_started() {
    let command = shell(&format!("{HELLO}; sleep 1000 & wait"));
    let program = Program::new(TRANSLATOR, &command, Duration::from_millis(300), |_| Ok(()));
    let error = ask(&program).unwrap_err().to_string();
    assert!(error.contains("gave no line with an answer within 0.3 s"), "{error}");
}

#[test]
fn what_is_no_answer_is_shown() {
    let missing = EMPTY.replace(r#""keep": [], "#, "");
    for (reply, why) in [
        ("what?".to_owned(), "broke the protocol: expected value at line 1 column 1; it said: what?"),
        (format!(r#"{{"id": 2, "answer": {EMPTY}}}"#), "the answer has the id 2, the question had 1"),
        (r#"{"id": 1}"#.to_owned(), "a reply has either `answer` or `error`"),
        (format!(r#"{{"id": 1, "answer": {missing}}}"#), "missing field `keep`"),
        (format!(r#"{{"id": 1, "answer": {EMPTY}, "more": 1}}"#), "unknown field `more`"),
    ] {
        let error = ask(&program(&format!("{HELLO}; read line; echo '{reply}'; sleep 1000"))).unwrap_err().to_string();
        assert!(error.contains(why), "{reply}: {error}");
    }
}

#[test]
fn a_line_without_end_and_a_line_that_is_no_text_are_refused() {
    let endless = ask(&program(&format!("{HELLO}; read line; yes | tr -d '\\n'"))).unwrap_err().to_string();
    assert!(endless.contains("wrote a line of more than 4194304 bytes"), "{endless}");
    let binary = ask(&program(&format!("{HELLO}; read line; printf '\\377\\n'"))).unwrap_err().to_string();
    assert!(binary.contains("not UTF-8"), "{binary}");
}

#[test]
fn of_a_long_error_output_the_end_is_kept() {
    let script = format!("{HELLO}; read line; seq 1 100000 >&2; exit 1");
    let error = ask(&program(&script)).unwrap_err();
    assert_eq!(error.said.lines().count(), 10);
    assert!(error.said.ends_with("100000"), "{}", error.said);
}

#[test]
fn a_hello_says_what_the_program_can_do() {
    let hello = Program::greet(TRANSLATOR, &shell(HELLO)).unwrap();
    assert_eq!((hello.name.as_str(), hello.abilities), ("test 1", BTreeSet::from(["translate".to_owned()])));
    for (said, why) in [
        ("true", "ended (exit status: 0) without its hello"),
        ("echo hello", "began with something else than"),
        (
            r#"echo '{"protocol": 2, "name": "x", "abilities": []}'"#,
            "speaks version 2 of the protocol, the lab speaks 1",
        ),
        (
            r#"echo '{"protocol": 1, "name": "x", "abilities": ["fly"]}'"#,
            "unknown ability `fly`; known are `translate`",
        ),
    ] {
        let error = Program::greet(TRANSLATOR, &shell(said)).unwrap_err().to_string();
        assert!(error.contains(why), "{said}: {error}");
    }
    let error = Program::greet(TRANSLATOR, "/no/such/program").unwrap_err().to_string();
    assert!(error.contains("`cmd:/no/such/program` did not start: it cannot be started: No such file"), "{error}");
}
