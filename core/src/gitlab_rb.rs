//! Reading `/etc/gitlab/gitlab.rb`: Ruby text in, [`Settings`] with spans out. Nothing is ever executed.
//!
//! Not here: what Omnibus derives from the settings (`omnibus`), and what Mattermost makes of the result
//! (`mattermost_config`).

mod collection;
mod inspect;
pub mod print;
mod settings;
mod span;
mod value;

pub use collection::{HashEntry, HashKey, RubyArray, RubyHash};
pub use settings::{Assigned, Settings};
pub use span::Span;
pub use value::{Array, Hash, RubyString, Text, Unknown, Value};
