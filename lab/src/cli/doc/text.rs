//! An examination as people read it: section by section, a line a piece, evidence below.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gitlab_mattermost_core::document::errata::erratum;
use gitlab_mattermost_core::document::{Examination, Examined, Finding, PieceKind, PieceVerdict, Recognised, Weight};

use super::play::{Played, of_id};

/// The longest fact shown in a line; the whole stands in the JSON form.
const WIDTH: usize = 88;

/// The whole, or only what has findings. Writing to a `String` cannot fail, so the results of `write!` are not looked at.
pub(super) fn render(
    examination: &Examination,
    played: Option<&BTreeMap<String, Played>>,
    findings_only: bool,
) -> String {
    let mut out = String::new();
    let mut section = None;
    for piece in examination.pieces.iter().filter(|piece| !findings_only || has_finding(piece, played)) {
        if section != Some(&piece.section) {
            let _ = writeln!(
                out,
                "\n{}",
                if piece.section.is_empty() { "(before the first heading)" } else { &piece.section }
            );
            section = Some(&piece.section);
        }
        render_piece(&mut out, piece, played);
    }
    if !findings_only {
        render_gone(&mut out, &examination.gone);
    }
    render_counts(&mut out, examination, played);
    out
}

/// Whether the piece, or a scenario of it, is not as it should be.
fn has_finding(piece: &Examined, played: Option<&BTreeMap<String, Played>>) -> bool {
    let failed = |played: &BTreeMap<String, Played>| {
        piece.scenarios.iter().any(|id| of_id(id, played).any(|(_, played)| played.is_bad()))
    };
    !piece.findings.is_empty() || piece.kind != PieceKind::Section && played.is_some_and(failed)
}

fn render_piece(out: &mut String, piece: &Examined, played: Option<&BTreeMap<String, Played>>) {
    let (kind, verdict) = (kind(piece.kind), verdict(piece.verdict));
    let _ = writeln!(out, "  {:>4}  {kind:<9}  {verdict:<23}  {}{}", piece.line, shown(piece), difference(piece));
    for finding in &piece.findings {
        let _ = writeln!(out, "        {}{}", finding.what, labels(finding));
        let _ = writeln!(out, "          evidence: {}", finding.evidence);
        if let Some(erratum) = finding.erratum.and_then(erratum) {
            let _ = writeln!(out, "          {erratum}");
        }
    }
    if let Recognised::Changed { added, removed, .. } = &piece.recognised {
        for (sign, fact) in removed.iter().map(|fact| ('-', fact)).chain(added.iter().map(|fact| ('+', fact))) {
            let _ = writeln!(out, "        {sign} {}", clipped(fact));
        }
    }
    if let Some(reason) = &piece.reason {
        let _ = writeln!(out, "        {reason}");
    }
    let all = piece.scenarios.iter().filter(|_| piece.kind != PieceKind::Section);
    for id in all {
        match played {
            None => {
                let _ = writeln!(out, "        scenario {id}");
            }
            Some(played) => outcomes(out, id, played),
        }
    }
}

/// How the scenario, or each row of the outline, ended; those that passed are counted.
fn outcomes(out: &mut String, id: &str, played: &BTreeMap<String, Played>) {
    let (passed, others): (Vec<_>, Vec<_>) = of_id(id, played).partition(|(_, played)| played.outcome == "passed");
    if !passed.is_empty() {
        let _ = writeln!(out, "        scenario {id}: {} passed", passed.len());
    }
    for (id, played) in others {
        let why = played.why.as_deref().unwrap_or_default();
        let _ = writeln!(out, "        scenario {id}: {} {why}", played.outcome);
    }
}

fn shown(piece: &Examined) -> String {
    match (piece.facts.as_slice(), &piece.recognised) {
        ([], Recognised::Same { claim } | Recognised::Moved { claim, .. } | Recognised::Changed { claim, .. }) => {
            (*claim).to_owned()
        }
        (facts, _) if piece.kind == PieceKind::Row => clipped(&facts.join(" | ")),
        ([fact], _) => clipped(fact),
        ([first, more @ ..], _) => format!("{} (and {} more)", clipped(first), more.len()),
        ([], Recognised::New) => String::new(),
    }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn difference(piece: &Examined) -> String {
    match &piece.recognised {
        Recognised::Same { .. } => String::new(),
        Recognised::Moved { from, .. } => format!("  [moved from {from}]"),
        Recognised::Changed { claim, .. } => format!("  [changed: {claim}]"),
        Recognised::New => "  [new]".to_owned(),
    }
}

fn labels(finding: &Finding) -> String {
    let erratum = finding.erratum.map(|number| format!("erratum {number}"));
    let labels: Vec<String> = erratum.into_iter().chain(finding.problem.map(str::to_owned)).collect();
    if labels.is_empty() { String::new() } else { format!(" [{}]", labels.join(", ")) }
}

fn render_gone(out: &mut String, gone: &[&str]) {
    if !gone.is_empty() {
        let _ = writeln!(out, "\nOf the 14.7 page this one does not have");
        for claim in gone {
            let _ = writeln!(out, "  {claim}");
        }
    }
}

fn render_counts(out: &mut String, examination: &Examination, played: Option<&BTreeMap<String, Played>>) {
    let count = |wanted: PieceVerdict| examination.pieces.iter().filter(|piece| piece.verdict == wanted).count();
    let new = examination.pieces.iter().filter(|piece| piece.recognised == Recognised::New).count();
    let of = |weight: Weight| {
        let findings = examination.pieces.iter().flat_map(|piece| &piece.findings);
        findings.filter(|finding| finding.weight == weight).count()
    };
    let _ = writeln!(out, "\nGitLab {}: {} pieces", examination.gitlab_version, examination.pieces.len());
    for each in [
        PieceVerdict::Holds,
        PieceVerdict::HoldsWithCaveat,
        PieceVerdict::Wrong,
        PieceVerdict::InTheLab,
        PieceVerdict::Unchecked,
    ] {
        let _ = writeln!(out, "  {:>4} {}", count(each), verdict(each));
    }
    let _ = writeln!(out, "  {new:>4} new, {} gone", examination.gone.len());
    let _ = writeln!(out, "Findings: {} wrong, {} caveats", of(Weight::Wrong), of(Weight::Caveat));
    let errata: Vec<String> = examination.errata.iter().map(u8::to_string).collect();
    let _ = writeln!(out, "Errata: {}", if errata.is_empty() { "none".to_owned() } else { errata.join(", ") });
    if let Some(played) = played {
        let passed = played.values().filter(|played| played.outcome == "passed").count();
        let bad = played.values().filter(|played| played.is_bad()).count();
        let _ = writeln!(out, "Scenarios: {} played, {passed} passed, {bad} not", played.len());
    }
}

const fn verdict(verdict: PieceVerdict) -> &'static str {
    match verdict {
        PieceVerdict::Holds => "correct",
        PieceVerdict::HoldsWithCaveat => "correct, with a caveat",
        PieceVerdict::Wrong => "wrong",
        PieceVerdict::InTheLab => "checked by running",
        PieceVerdict::Unchecked => "not checked",
    }
}

const fn kind(kind: PieceKind) -> &'static str {
    match kind {
        PieceKind::Section => "section",
        PieceKind::Settings => "settings",
        PieceKind::Shell => "shell",
        PieceKind::Console => "console",
        PieceKind::Config => "config",
        PieceKind::Text => "text",
        PieceKind::Table => "table",
        PieceKind::Row => "row",
        PieceKind::Step => "step",
        PieceKind::Path => "path",
        PieceKind::Url => "url",
        PieceKind::Setting => "setting",
        PieceKind::Command => "command",
        PieceKind::Version => "version",
        PieceKind::Statement => "statement",
    }
}
