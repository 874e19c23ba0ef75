//! Nesting, by every form that Ruby has for it, is refused or read; it never exhausts the stack of a thread.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::thread;

use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};

/// What a thread has by default.
const STACK_BYTES: usize = 2 << 20;

/// The kind of error that a thread with a small stack comes to; empty if the text is read.
fn kind_of(source: String) -> String {
    let reading = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        read(&source, &ReadOptions::default()).err().map(|error| error.kind().to_owned()).unwrap_or_default()
    });
    reading.unwrap().join().unwrap()
}

/// `around` with `…` replaced by the form: `open` so many times, `inner`, `close` so many times.
fn nested(around: &str, (open, inner, close): (&str, &str, &str), levels: usize) -> String {
    around.replace('…', &format!("{}{inner}{}", open.repeat(levels), close.repeat(levels)))
}

/// Every form that is Ruby: what stands around it, what is repeated before and after, and what is innermost.
const FORMS: [(&str, (&str, &str, &str)); 63] = [
    ("a = …", ("[", "1", "]")),
    ("a = …", ("(", "1", ")")),
    ("a = …", ("{ 'k' => ", "1", " }")),
    ("a = …", ("{ k: ", "1", " }")),
    ("a = …", ("{ **", "b", " }")),
    ("…", ("if true\n", "1", "\nend")),
    ("…", ("unless true\n", "1", "\nend")),
    ("…", ("if true then 1 else ", "1", " end")),
    ("if true then 1\n… end", ("elsif true then 2\n", "", "")),
    ("…", ("begin\n", "1", "\nend")),
    ("…", ("begin; rescue; ", "1", " end")),
    ("…", ("begin; ensure; ", "1", " end")),
    ("…", ("def a\n", "1", "\nend")),
    ("…", ("def a(b = ", "1", ") end")),
    ("…", ("def a() = ", "1", "")),
    ("…", ("private def a() = ", "1", "")),
    ("a = …", ("->{", "1", "}")),
    ("a = …", ("->(b = ", "1", ") {}")),
    ("a = ->(…) {}", ("(", "b", ", c)")),
    ("def a(…) end", ("(", "b", ", c)")),
    ("a { |…| }", ("(", "b", ", c)")),
    ("…, d = 1", ("(", "b", ", c)")),
    ("for … in a do end", ("(", "b", ", c)")),
    ("a = …", ("\"#{", "1", "}\"")),
    ("a = …", ("`#{", "1", "}`")),
    ("a = …", ("/#{", "1", "}/")),
    ("a = …", (":\"#{", "1", "}\"")),
    ("a = …", ("%(#{", "1", "})")),
    ("a = …", ("%W[#{", "1", "}]")),
    ("a = …", ("<<A\n#{", "1", "}\nA\n")),
    ("a = \"…\"", ("\\M-\\C-", "a", "")),
    ("a = /…/", ("(", "a", ")")),
    ("…", ("case 1\nwhen 1\n", "1", "\nend")),
    ("…", ("case ", "1", "\nwhen 1 then 1 end")),
    ("…", ("case 1\nin 1\n", "1", "\nend")),
    ("1 in …", ("[", "a", "]")),
    ("1 in …", ("(", "a", ")")),
    ("1 in …", ("{ a: ", "b", " }")),
    ("1 in …", ("A(", "a", ")")),
    ("…", ("while true\n", "1", "\nend")),
    ("…", ("for a in ", "b", " do end")),
    ("…", ("class << ", "a", "; end")),
    ("…", ("module A\n", "1", "\nend")),
    ("…", ("!", "1", "")),
    ("if … then 1 end", ("!", "1", "")),
    ("…", ("- ", "a", "")),
    ("…", ("not ", "1", "")),
    ("…", ("defined? ", "a", "")),
    ("…", ("a = ", "1", "")),
    ("…", ("a += ", "1", "")),
    ("…", ("x ? ", "1", " : 2")),
    ("…", ("x ? 1 : ", "1", "")),
    ("a = …", ("a[", "1", "]")),
    ("a = …", ("b(", "1", ")")),
    ("…", ("a { ", "1", " }")),
    ("…", ("a do\n", "1", "\nend")),
    ("…", ("", "a", ".a")),
    ("…", ("", "a", "[1]")),
    ("…", ("", "1", " + 1")),
    ("…", ("1 ** ", "1", "")),
    ("if … then 1 end", ("", "a", " && a")),
    ("if … then 1 end", ("", "a", " or a")),
    ("…", ("", "1", " if true")),
];

#[test]
fn a_hundred_thousand_levels_of_any_form_are_refused_on_a_small_stack() {
    for (around, form) in FORMS {
        let kind = kind_of(nested(around, form, 100_000));
        assert_eq!(kind, "too_deep", "{}", nested(around, form, 2));
    }
}

#[test]
fn forms_left_open_are_refused_on_a_small_stack() {
    for (around, (open, ..)) in FORMS {
        let kind = kind_of(around.replace('…', &open.repeat(100_000)));
        assert!(["too_deep", "syntax_error"].contains(&kind.as_str()) || open.is_empty(), "{open}: {kind}");
    }
}

#[test]
fn everything_that_is_just_allowed_before_the_parser_fits_its_stack() {
    let parameters = format!("->({}b{}) {{}}", "(".repeat(9_000), ")".repeat(9_000));
    let condition = format!("if {}a then {} end", "a && ".repeat(9_000), "!".repeat(9_000));
    let escapes = format!("\"{}a\"", "\\M-".repeat(9_000));
    let deepest = format!("{}{parameters}\n{condition}\n{escapes}", "case ".repeat(10_000));
    let kind = kind_of(deepest);
    assert!(["too_deep", "syntax_error"].contains(&kind.as_str()), "{kind}");
}

#[test]
fn ordinary_files_are_never_refused_for_their_nesting() {
    for (around, form) in FORMS {
        let kind = kind_of(nested(around, form, 5));
        assert_ne!(kind, "too_deep", "{}", nested(around, form, 5));
    }
    // Long, but not deep: more settings than the package has, each with a comment full of what is counted.
    let entry =
        "# (see: `a && b`, or not!)\nmattermost['env'] = { 'MM_A' => 'a', 'MM_B' => ['b', \"#{1}\"] } if !false\n";
    assert_eq!(kind_of(entry.repeat(2_000)), "");
}
