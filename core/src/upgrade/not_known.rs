//! What of the settings only Ruby, or the machine, could tell: the plan does not see what follows from it.

use super::{Concern, Severity};
use crate::gitlab_rb::{HOW_TO_TELL, Span};
use crate::installation::Installation;
use crate::version::Version;

/// A concern for each place in `gitlab.rb` on which something depends and that is not known.
pub(super) fn concerns(at: Version, installation: &Installation<'_>) -> Vec<Concern> {
    let Some(file) = installation.gitlab_rb else { return Vec::new() };
    let known = installation.known_deployment();
    let mut open: Vec<(Span, String, String)> = Vec::new();
    for unseen in &file.settings.unseen {
        open.push((unseen.span, "what is set here cannot be seen".to_owned(), unseen.reason.clone()));
    }
    if let Some(Ok(known)) = known {
        for it in known.not_known {
            if !open.iter().any(|(span, _, why)| *span == it.span && *why == it.reason) {
                open.push((it.span, format!("`{}` is not known", it.setting), it.reason));
            }
        }
    }
    let concern = |(span, what, why): (Span, String, String)| Concern {
        rule: "settings-not-known",
        severity: Severity::Action,
        at,
        what: format!("{what}, and the plan does not see what follows from it"),
        why,
        fix: HOW_TO_TELL.to_owned(),
        place: Some(format!("{}:{}", file.name, span.line_and_column(&file.text).0)),
        source: "gitlab.rb",
    };
    open.into_iter().map(concern).collect()
}
