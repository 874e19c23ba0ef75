//! Reading `/etc/gitlab/gitlab.rb`: Ruby text in, [`Settings`] with spans out. Nothing is ever executed.
//!
//! Not here: what Omnibus derives from the settings (`omnibus`), and what Mattermost makes of the result
//! (`mattermost_config`).

mod collection;
mod constant;
mod error;
mod evaluate;
mod evaluation;
mod excerpt;
mod failure;
mod foreign;
mod inclusion;
mod inspect;
mod json;
mod located;
mod lower;
mod machine;
mod methods;
mod names;
mod nesting;
mod options;
mod outcome;
mod parse;
mod pattern;
pub mod print;
mod question;
mod read;
mod secret_places;
mod settings;
mod source;
mod span;
mod surroundings;
mod syntax;
mod value;

pub use error::ReadError;
use excerpt::Excerpt;
pub use located::{Located, ValueError};
pub(crate) use names::distance;
pub use options::ReadOptions;
pub use question::{NoQuestion, Question};
pub use read::read;
pub use settings::{Assigned, LostLocal, Settings};
pub use source::{InvalidByte, source_text};
pub use span::Span;
pub use surroundings::{HOW_TO_TELL, Surroundings};
pub use value::{Array, Hash, HashEntry, HashKey, RubyArray, RubyHash, RubyString, Text, Unknown, Value};
