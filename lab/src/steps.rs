//! The steps of the features, a file per topic. A step reads like the document and has no logic of its own.

pub mod command_line;
