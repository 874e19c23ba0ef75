//! Ruby values as far as a settings file can make them, with Ruby's sharing: two names may hold the same string.
//!
//! Strings, arrays and hashes are references, because Ruby appends in place: Omnibus appends the GitLab host to the
//! very string object that `gitlab.rb` assigned, which then changes wherever else that object is used.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::Span;

/// A Ruby value.
#[derive(Debug, Clone)]
pub enum Value {
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// An integer; those beyond 128 bits are [`Value::Unknown`].
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// A string object.
    Str(Text),
    /// A symbol, without its colon.
    Symbol(String),
    /// An array object.
    Array(Array),
    /// A hash object.
    Hash(Hash),
    /// What cannot be known without running Ruby.
    Unknown(Unknown),
}

/// A shared, mutable string object.
pub type Text = Rc<RefCell<RubyString>>;
/// A shared, mutable array object.
pub type Array = Rc<RefCell<Vec<Value>>>;
/// A shared, mutable hash object, in order of insertion.
pub type Hash = Rc<RefCell<IndexMap<HashKey, HashEntry>>>;

/// The content of a string object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RubyString {
    /// The characters.
    pub text: String,
    /// Whether `.freeze` was called on it: an append then aborts with a `FrozenError`.
    pub frozen: bool,
}

/// A key of a Ruby hash; `'a'` and `:a` are different keys in a plain Ruby hash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashKey {
    /// A string key.
    Str(String),
    /// A symbol key, without its colon.
    Symbol(String),
    /// An integer key.
    Int(i128),
    /// Any other key, as Ruby's `inspect` prints it.
    Other(String),
}

/// A value in a hash, with the place in the file that put it there.
#[derive(Debug, Clone)]
pub struct HashEntry {
    /// The value.
    pub value: Value,
    /// Where the pair or the element assignment stands; `None` for what no line of the file wrote.
    pub span: Option<Span>,
}

/// A value that only Ruby could tell, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The expression that cannot be evaluated.
    pub span: Span,
    /// Why, as a clause: "it reads a file".
    pub reason: String,
}

impl Value {
    /// A new string object.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Str(Rc::new(RefCell::new(RubyString { text: text.into(), frozen: false })))
    }

    /// Whether Ruby counts the value as true: everything but `nil` and `false`. `None` if it is unknown.
    pub fn truthy(&self) -> Option<bool> {
        match self {
            Self::Nil | Self::Bool(false) => Some(false),
            Self::Unknown(_) => None,
            _ => Some(true),
        }
    }

    /// The Ruby class name, for messages: `String`, `Integer`, `NilClass`.
    pub fn class_name(&self) -> &'static str {
        match self {
            Self::Nil => "NilClass",
            Self::Bool(true) => "TrueClass",
            Self::Bool(false) => "FalseClass",
            Self::Int(_) => "Integer",
            Self::Float(_) => "Float",
            Self::Str(_) => "String",
            Self::Symbol(_) => "Symbol",
            Self::Array(_) => "Array",
            Self::Hash(_) => "Hash",
            Self::Unknown(_) => "unknown",
        }
    }
}
