//! Ruby values as far as a settings file can make them, with Ruby's sharing: two names may hold the same string.
//!
//! Strings, arrays and hashes are references, because Ruby appends in place: Omnibus appends the GitLab host to the
//! very string object that `gitlab.rb` assigned, which then changes wherever else that object is used. It keeps its
//! settings in a hash class of its own (`ConfigMash`), whose symbol keys become strings and whose hashes and arrays are
//! converted when assigned; [`RubyHash::mash`] tells such a hash from a plain one.
//!
//! Not here: how collections are reached into and dropped (`collection`), what Ruby's methods do with values
//! (`methods`), and how values are written as Ruby (`print`).

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::Span;

/// A Ruby value.
///
/// # Shape
/// Strings, arrays and hashes are shared: a clone is the same object.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::Value;
///
/// let list = Value::array(vec![Value::text("a"), Value::Int(1)]);
/// assert_eq!(list.inspect(), Ok(r#"["a", 1]"#.to_owned()));
/// assert_eq!((list.class_name(), list.truthy()), ("Array", Some(true)));
/// ```
#[derive(Debug, Clone)]
pub enum Value {
    /// Ruby's `nil`.
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
pub type Array = Rc<RefCell<RubyArray>>;
/// A shared, mutable hash object, in order of insertion.
pub type Hash = Rc<RefCell<RubyHash>>;

/// The content of a string object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RubyString {
    /// The characters.
    pub text: String,
    /// Whether `.freeze` was called on it: an append then aborts with a `FrozenError`.
    pub frozen: bool,
    /// Set when only Ruby could tell whether, or to what, the string was changed in place.
    pub unknown: Option<Unknown>,
}

/// The content of an array object.
#[derive(Debug, Clone, Default)]
pub struct RubyArray {
    /// The elements.
    pub items: Vec<Value>,
    /// Whether `.freeze` was called on it.
    pub frozen: bool,
    /// Set when only Ruby could tell whether, or to what, the array was changed in place.
    pub unknown: Option<Unknown>,
}

/// The content of a hash object, in order of insertion.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{HashEntry, HashKey, RubyHash, Value};
///
/// let mut hash = RubyHash::default();
/// hash.entries.insert(HashKey::Symbol("a".to_owned()), HashEntry { value: Value::Int(1), span: None });
/// assert_eq!(Value::hash(hash).inspect(), Ok("{:a=>1}".to_owned()));
/// ```
#[derive(Debug, Clone, Default)]
pub struct RubyHash {
    /// The pairs.
    pub entries: IndexMap<HashKey, HashEntry>,
    /// Whether it is one of the package's own hashes: symbol keys become strings, and inside `gitlab.rb` reading a
    /// missing key makes an empty hash there.
    pub mash: bool,
    /// Whether `.freeze` was called on it.
    pub frozen: bool,
    /// Set when only Ruby could tell what the hash holds under the keys that are not in `entries`.
    pub unknown: Option<Unknown>,
}

/// A key of a Ruby hash; `'a'` and `:a` are different keys in a plain Ruby hash.
///
/// # Shape
/// `'a'`, `:a`, `1`; any other key is what `inspect` prints.
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
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Value, read};
///
/// let settings = read("mattermost['uid'] = rand(9)", &ReadOptions::default())?;
/// let Some(Value::Unknown(unknown)) = settings.value("mattermost", "uid") else { panic!("only Ruby could tell") };
/// assert_eq!(settings.unknowns[0].span, unknown.span);
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
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
        Self::Str(Rc::new(RefCell::new(RubyString { text: text.into(), ..RubyString::default() })))
    }

    /// A new array object.
    pub fn array(items: Vec<Self>) -> Self {
        Self::Array(Rc::new(RefCell::new(RubyArray::new(items))))
    }

    /// A new hash object.
    pub fn hash(hash: RubyHash) -> Self {
        Self::Hash(Rc::new(RefCell::new(hash)))
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
            Self::Hash(hash) if hash.borrow().mash => "ConfigMash",
            Self::Hash(_) => "Hash",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The value itself, or [`Value::Unknown`] for an object that only Ruby could follow.
    pub(super) fn settled(self) -> Self {
        let doubt = match &self {
            Self::Str(text) => text.borrow().unknown.clone(),
            Self::Array(array) => array.borrow().unknown.clone(),
            _ => None,
        };
        doubt.map_or(self, Self::Unknown)
    }
}

/// Equal as Ruby's `==` on values of the same kind; places in the file do not count, an unknown value equals nothing.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nil, Self::Nil) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            #[expect(clippy::cast_precision_loss, reason = "Ruby compares an integer with a float in the same way")]
            (Self::Int(a), Self::Float(b)) | (Self::Float(b), Self::Int(a)) => *a as f64 == *b,
            (Self::Symbol(a), Self::Symbol(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => Rc::ptr_eq(a, b) || a.borrow().text == b.borrow().text,
            (Self::Array(a), Self::Array(b)) => Rc::ptr_eq(a, b) || a.borrow().items == b.borrow().items,
            (Self::Hash(a), Self::Hash(b)) => Rc::ptr_eq(a, b) || a.borrow().same_entries(&b.borrow()),
            _ => false,
        }
    }
}
