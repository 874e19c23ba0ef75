//! What either side has under one name.

use std::collections::{BTreeMap, BTreeSet};

/// Something of the same name on either side, or on one of them.
pub(super) enum Pair<'a, T> {
    Both(&'a T, &'a T),
    Gone(&'a T),
    New(&'a T),
}

/// Everything that either map has, in the order of the names.
pub(super) fn pairs<'a, T>(
    before: &'a BTreeMap<String, T>,
    after: &'a BTreeMap<String, T>,
) -> Vec<(&'a str, Pair<'a, T>)> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let pair = |name: &'a String| match (before.get(name), after.get(name)) {
        (Some(before), Some(after)) => Some((name.as_str(), Pair::Both(before, after))),
        (Some(before), None) => Some((name.as_str(), Pair::Gone(before))),
        (None, Some(after)) => Some((name.as_str(), Pair::New(after))),
        (None, None) => None,
    };
    names.into_iter().filter_map(pair).collect()
}
