//! The commands that need neither lab nor container: what the built program reads, prints and ends with.

mod claims;
mod columns;
mod database_encryption;
mod doc;
mod doctor;
mod doctor_database;
mod env;
mod help;
mod inventory;
mod pages;
mod provider;
mod real_settings;
mod schema;
mod settings;
mod terminal;
mod trace;
mod translate;
mod upgrade;
mod vectors;
