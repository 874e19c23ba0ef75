//! What a log line says of itself: its level and its time, in the forms that Mattermost's log has had.
//!
//! # Shape
//! `{"level":"error","ts":1624000000.1,"msg":…}`, from 6.0 on with `"timestamp":"2021-06-17 18:40:22.123 Z"`; up to 4.9 and
//! with `FileJson` off later `[2018/03/26 12:10:13 CEST] [EROR] …` or `2021-06-17T18:40:22.123Z error …`.

/// Whether the line is of the level debug, which tells of attempts and not of outcomes.
pub(super) fn is_debug(line: &str) -> bool {
    let start = head(line);
    start.contains("\"level\":\"debug\"") || start.contains("[DEBG]") || start.contains("\tdebug\t")
}

/// The time, if the line has one near its beginning; nothing but digits and the marks between them.
pub(super) fn time(line: &str) -> Option<String> {
    let start = head(line);
    let after = |mark: &str| start.find(mark).map(|at| &start[at + mark.len()..]);
    let from = after("\"ts\":").or_else(|| after("\"timestamp\":\"")).or_else(|| after("\"time\":\""));
    let text =
        from.unwrap_or_else(|| start.trim_start_matches(|c: char| c == '[' || c.is_ascii_lowercase() || c == ' '));
    let marks = |c: char| c.is_ascii_digit() || "-/:.,TZ +".contains(c);
    let time: String = text.chars().take_while(|c| marks(*c)).take(26).collect();
    let time = time.trim_end_matches(|c: char| !c.is_ascii_digit() && c != 'Z');
    let digits = time.chars().filter(char::is_ascii_digit).count();
    (digits >= 8).then(|| time.to_owned())
}

/// The beginning of the line, where its level and time stand.
fn head(line: &str) -> &str {
    let mut end = line.len().min(120);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::{is_debug, time};

    #[test]
    fn the_time_is_found_in_every_form() {
        for (line, expected) in [
            (r#"{"level":"error","ts":1624000000.123,"caller":"a"}"#, Some("1624000000.123")),
            (r#"{"timestamp":"2022-01-22 09:00:00.001 Z","level":"error"}"#, Some("2022-01-22 09:00:00.001 Z")),
            ("[2018/03/26 12:10:13 CEST] [EROR] Failed", Some("2018/03/26 12:10:13")),
            ("2021-06-17T18:40:22.123Z\terror\tapp/x.go\tFailed", Some("2021-06-17T18:40:22.123Z")),
            ("error [2021-06-17 18:40:22.123 Z] Failed", Some("2021-06-17 18:40:22.123 Z")),
            ("psql:dump.sql:5: ERROR:  permission denied", None),
            ("", None),
        ] {
            assert_eq!(time(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn lines_of_the_level_debug_are_told_apart() {
        assert!(is_debug(r#"{"level":"debug","msg":"x"}"#) && is_debug("[2018/03/26 12:10:13 CEST] [DEBG] x"));
        assert!(!is_debug(r#"{"level":"error","msg":"debug"}"#));
    }
}
