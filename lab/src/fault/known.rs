//! The table of faults.

use super::Fault;

/// A fault and what must catch it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The fault.
    pub fault: Fault,
    /// The scenarios that must catch it, as beginnings of their ids; no other scenario of the chapters 5 and 17 may fail.
    pub caught_by: &'static [&'static [&'static str]],
}

/// Every fault, in the order of [`Fault::all`].
pub const KNOWN: [Known; 0] = [];
