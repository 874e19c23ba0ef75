//! GitLab's settings as far as they are Mattermost's: what the env directory is made from, without which `config.json`
//! is half the configuration (P14).

use crate::gitlab_rb::{HashKey, Settings, Span};

/// The statements of gitlab.rb that concern Mattermost, as they are written there, in their order.
///
/// `external_url` is among them, because the addresses of the sign-in derive from it, and what the sections
/// `mattermost` and `mattermost_nginx` say, with their URL; nothing of the rest.
pub fn mattermost_part(source: &str, settings: &Settings) -> String {
    let calls = settings.calls.iter().filter(|(name, _)| *name == "external_url" || name.starts_with("mattermost"));
    let mut spans: Vec<Span> = calls.map(|(_, assigned)| assigned.span).collect();
    for (name, section) in &settings.sections {
        let of_mattermost = name.starts_with("mattermost");
        for (key, entry) in &section.borrow().entries {
            if of_mattermost || (name == "gitlab_rails" && matches!(key, HashKey::Str(key) if key == "mattermost_host"))
            {
                spans.extend(entry.span);
            }
        }
    }
    spans.sort_unstable();
    let mut end = 0;
    let mut text = String::new();
    for span in spans {
        // A statement that sets two keys is there once; one inside another is part of it.
        if span.start < end {
            continue;
        }
        end = span.end;
        text.push_str(source.get(span.start..span.end).unwrap_or_default().trim_end());
        text.push('\n');
    }
    text
}
