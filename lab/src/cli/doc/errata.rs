//! The list of errata, as people read it.

use std::fmt::Write as _;

use gitlab_mattermost_core::document::errata::Erratum;

/// Each with what the page says, what is true, and what shows it. Writing to a `String` cannot fail, so the results of
/// `write!` are not looked at.
pub(super) fn render(errata: &[Erratum]) -> String {
    let mut out = String::new();
    for it in errata {
        let _ = writeln!(out, "erratum {}, section \"{}\"", it.number, it.section);
        let _ = writeln!(out, "    the page says  {}", it.documented);
        let _ = writeln!(out, "    what is true   {}", it.truth);
        let _ = writeln!(out, "    source         {}", it.source);
        for scenario in &it.scenarios {
            let _ = writeln!(out, "    scenario       {scenario}");
        }
    }
    out
}
