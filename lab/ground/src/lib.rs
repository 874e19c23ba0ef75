//! What every part of the lab shares: exchanges and their masking, error chains, exit codes.
#![forbid(unsafe_code)]

pub mod error_chain;
pub mod exchange;
pub mod exit;
pub mod http_secrets;
pub mod masker;
pub mod named_file;
pub mod tls;
