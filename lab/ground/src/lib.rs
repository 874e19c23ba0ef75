//! What every part of the lab shares: exchanges and their masking, named files and pipes, safe text, error
//! chains, exit codes.
#![forbid(unsafe_code)]

pub mod error_chain;
pub mod exchange;
pub mod exit;
pub mod http_secrets;
#[cfg(feature = "masker")]
pub mod masker;
#[cfg(feature = "named_file")]
pub mod named_file;
#[cfg(feature = "named_file")]
pub mod named_input;
#[cfg(feature = "tls")]
pub mod tls;
pub mod visible;
pub mod wrap;
