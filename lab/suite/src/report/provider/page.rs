//! The verdict as one page, which asks nothing of the network.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::verdict::{ProviderVerdict, RequirementVerdict, Standing};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}\
    .met{background:#e4f5e4}.not-met{background:#fbe3e3}.not-judged{background:#fff4d6}.not-asked{color:#666}\
    td small{color:#555}";

/// The page about one provider.
pub fn page(verdict: &ProviderVerdict) -> Markup {
    let title = format!("{} in GitLab's place", verdict.provider);
    framed(
        &title,
        &html! {
            p { b { (verdict.sentence()) } }
            @if let Some(headline) = &verdict.headline { p class="not-met" { (headline) } }
            p { "With Mattermost " (verdict.mattermost) ", " (verdict.started_at.strftime("%Y-%m-%d %H:%M UTC")) "." }
            table {
                tr { th { "Requirement" } th { "Level" } th { "Verdict" } th { "Why" } th { "Source" } }
                @for requirement in &verdict.requirements { (row(requirement)) }
            }
        },
    )
}

fn row(requirement: &RequirementVerdict) -> Markup {
    html! {
        tr class=(class(requirement.verdict)) id=(requirement.id) {
            td { (requirement.short) }
            td { (requirement.level.to_uppercase()) }
            td { (requirement.verdict.sign()) " " (requirement.verdict.words()) }
            td { (requirement.reason.as_deref().unwrap_or_default()) }
            td { small { (requirement.source.join("; ")) } }
        }
    }
}

/// A page with a title.
pub(super) fn framed(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Nothing is fetched, whatever a provider has put into its answers.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { h1 { (title) } (body) }
        }
    }
}

/// The class of the style for a standing.
pub(super) const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Met => "met",
        Standing::NotMet => "not-met",
        Standing::NotJudged => "not-judged",
        Standing::NotAsked => "not-asked",
    }
}
