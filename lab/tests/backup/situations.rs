//! Backups as the world makes them: tables of situations, and what plays them.

pub mod dump_table;
pub mod dumps;
