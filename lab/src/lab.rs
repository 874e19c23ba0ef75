//! What all scenarios of a run share: the running PostgreSQL server and the choice of subjects.

/// The started lab of one run.
#[derive(Debug)]
pub struct Lab {}
