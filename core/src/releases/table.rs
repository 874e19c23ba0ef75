//! Reading the comma-separated tables that the program is built with.
//!
//! Not here: tables with quoted fields; no table has them.

/// The rows of `text` below its header line, each cut into `N` fields; the last field may contain commas.
pub(crate) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().skip(1).map(|line| {
        let mut fields = line.splitn(N, ',');
        std::array::from_fn(|_| fields.next().unwrap_or_default())
    })
}

/// The value of a field.
///
/// # Panics
/// When the table is wrong; the tests read every table.
#[expect(clippy::panic, reason = "the tables are part of the program; reading them is tested")]
pub(crate) fn field<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("`{text}` in a table of the program"))
}

/// The value of a field that may be empty.
pub(crate) fn optional<T: std::str::FromStr>(text: &str) -> Option<T> {
    (!text.is_empty()).then(|| field(text))
}
