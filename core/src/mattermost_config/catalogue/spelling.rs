//! The nearest existing name to one that does not exist.

/// How many letters may stand in place of others: more is another word.
const MOST_REPLACED: usize = 2;

/// The candidate with the fewest edits from `name`, if at most a third of the key would have to change.
///
/// Case and underscores do not count, since these are what people get wrong first. A letter in place of another is two
/// edits: who leaves a word out means the same setting, who writes another word means another.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(name);
    let limit = (key_length(name) / 3).max(2);
    candidates
        .filter_map(|candidate| {
            let existing = folded(candidate);
            let edits = edits(&wanted, &existing, limit);
            let replaced = (edits - wanted.len().abs_diff(existing.len()).min(edits)) / 2;
            (edits <= limit && replaced <= MOST_REPLACED).then_some((edits, candidate))
        })
        .min_by_key(|(edits, candidate)| (*edits, *candidate))
        .map(|(_, candidate)| candidate)
}

fn folded(name: &str) -> Vec<u8> {
    name.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_uppercase()).collect()
}

/// The length of what follows the section, so that a long section name buys no extra edits.
fn key_length(name: &str) -> usize {
    let bare = name.strip_prefix("MM_").unwrap_or(name);
    bare.split_once(['_', '.']).map_or(bare.len(), |(_, key)| key.len())
}

/// Insertions and deletions between `a` and `b`; anything above `limit` if there are more.
fn edits(a: &[u8], b: &[u8], limit: usize) -> usize {
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let kept = diagonal;
            diagonal = row[j + 1];
            row[j + 1] = if x == y { kept } else { diagonal.min(row[j]) + 1 };
        }
        if row.iter().all(|n| *n > limit) {
            return limit + 1;
        }
    }
    row[b.len()]
}
