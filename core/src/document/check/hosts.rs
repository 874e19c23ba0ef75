//! The hosts that the sequence diagrams draw.

use std::collections::BTreeMap;

use super::super::piece::Piece;
use super::super::steps::Url;

/// By section and host: how often a diagram draws it with https, and how often with http.
pub(super) type Hosts<'a> = BTreeMap<(&'a str, &'a str), (usize, usize)>;

/// Those of all steps.
pub(super) fn hosts<'a>(steps: impl Iterator<Item = &'a Piece>) -> Hosts<'a> {
    let mut hosts = Hosts::new();
    for step in steps {
        for url in step.text.split_whitespace().filter_map(Url::of) {
            let (secure, plain) = hosts.entry((step.section.as_str(), url.host)).or_default();
            *if url.scheme == "https" { secure } else { plain } += 1;
        }
    }
    hosts
}
