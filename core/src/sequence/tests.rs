use super::Sequence;

fn sign_in() -> Sequence {
    let mut sequence = Sequence::of(["browser", "Mattermost", "GitLab"]);
    sequence.request(0, 1, "GET /oauth/gitlab/login");
    sequence.answer(1, 0, "302 to GitLab /oauth/authorize");
    sequence.request(1, 2, "POST /oauth/token");
    sequence.answer(2, 1, "401");
    sequence.last_is_wrong("invalid_client");
    sequence
}

#[test]
fn mermaid_has_a_line_for_each_party_and_message_and_marks_the_wrong_one() {
    let expected = "sequenceDiagram\n    participant P0 as browser\n    participant P1 as Mattermost\n    \
                    participant P2 as GitLab\n    P0->>P1: GET /oauth/gitlab/login\n    \
                    P1-->>P0: 302 to GitLab /oauth/authorize\n    P1->>P2: POST /oauth/token\n    \
                    rect rgb(255, 220, 220)\n    P2-->>P1: 401\n    Note over P1: ✗ invalid_client\n    end\n";
    assert_eq!(sign_in().to_mermaid(), expected);
}

#[test]
fn no_text_of_a_message_can_become_syntax() {
    let mut sequence = Sequence::of(["a", "b"]);
    sequence.request(0, 1, "x\nend; <script>alert(1)</script> \"q\" & #35;");
    let mermaid = sequence.to_mermaid();
    assert_eq!(mermaid.lines().count(), 4, "{mermaid}");
    assert!(!mermaid.contains("<script>") && !mermaid.contains("end;"), "{mermaid}");
    let svg = sequence.to_svg();
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"), "{svg}");
}

#[test]
fn plain_text_draws_arrows_between_the_columns() {
    let plain = sign_in().to_plain();
    let lines: Vec<_> = plain.lines().collect();
    assert_eq!(lines.len(), 6, "{plain}");
    assert!(lines[0].starts_with("browser") && lines[0].ends_with("GitLab"), "{plain}");
    assert!(lines[1].starts_with("│── GET /oauth/gitlab/login ─") && lines[1].contains("▶│"), "{plain}");
    assert!(lines[2].starts_with("│◀╌ 302 to GitLab"), "{plain}");
    assert_eq!(lines[5], "  ✗ invalid_client");
}

#[test]
fn parties_that_do_not_exist_are_the_last_one_and_nothing_panics() {
    let mut sequence = Sequence::of(["alone"]);
    sequence.request(5, 7, "hello");
    assert!(sequence.to_plain().contains("hello"));
    assert!(sequence.to_svg().contains("hello"));
    let nobody = Sequence::default();
    assert_eq!(nobody.to_plain(), "\n");
    assert!(nobody.to_svg().ends_with("</svg>\n"));
}

#[test]
fn long_texts_are_cut_and_say_so() {
    let mut sequence = Sequence::of(["a", "b"]);
    sequence.request(0, 1, "é".repeat(500));
    assert!(sequence.to_plain().contains("é…"));
    assert!(sequence.to_svg().contains("é…"));
}
