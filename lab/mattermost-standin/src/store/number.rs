//! Big numbers, as the server and PostgreSQL have them.

/// A big number of the server as PostgreSQL keeps it.
pub(super) fn bigint(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A big number of PostgreSQL as the server uses it.
pub(super) fn number(bigint: Option<i64>) -> u64 {
    bigint.and_then(|value| u64::try_from(value).ok()).unwrap_or_default()
}
