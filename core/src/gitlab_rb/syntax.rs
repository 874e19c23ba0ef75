//! The syntax of a settings file, reduced to what reading needs: an owned tree that outlives the parser.
//!
//! Not here: how the tree is made (`parse`, `lower`) and what it means (`evaluate`).

use super::Span;
use super::pattern::Pattern;

/// An expression and its place in the file.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// The kinds of expressions.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Nil,
    Bool(bool),
    SelfObject,
    Int(i128),
    Float(f64),
    Str {
        text: String,
        frozen: bool,
    },
    Symbol(String),
    /// A regular expression that can be followed.
    Pattern(Pattern),
    /// Interpolation or adjacent literals: the parts' texts, one after the other.
    Joined {
        parts: Vec<Expr>,
        symbol: bool,
        frozen: bool,
    },
    /// `` `command` ``: the parts of the command.
    Output(Vec<Expr>),
    Array(Vec<Expr>),
    Hash(Vec<Pair>),
    Splat(Box<Expr>),
    Range {
        first: Option<Box<Expr>>,
        last: Option<Box<Expr>>,
        exclusive: bool,
    },
    Read(Variable),
    Assign {
        target: Box<Target>,
        value: Box<Expr>,
    },
    OperatorAssign {
        target: Box<Target>,
        operator: Operator,
        value: Box<Expr>,
    },
    Call(Box<Call>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Sequence(Vec<Expr>),
    If {
        condition: Box<Expr>,
        then: Vec<Expr>,
        otherwise: Vec<Expr>,
    },
    Case {
        subject: Option<Box<Expr>>,
        branches: Vec<(Vec<Expr>, Vec<Expr>)>,
        otherwise: Vec<Expr>,
    },
    While {
        condition: Box<Expr>,
        /// `until`: goes on while the condition is false.
        negated: bool,
        body_first: bool,
        body: Vec<Expr>,
    },
    For {
        target: Box<Target>,
        items: Box<Expr>,
        body: Vec<Expr>,
    },
    Begin(Box<Begin>),
    Lambda(Block),
    Define {
        name: String,
        body: Block,
    },
    /// `next`, with its value.
    Next(Option<Box<Expr>>),
    /// `break`, with its value.
    Break(Option<Box<Expr>>),
    /// `return`, with its value: ends a method, or else the reading of the file.
    Return(Option<Box<Expr>>),
    /// `yield`, with its arguments.
    Yield(Vec<Expr>),
    Constant(String),
    /// What is left to Ruby. The parts may be evaluated or not, any number of times.
    Opaque {
        reason: &'static str,
        parts: Vec<Expr>,
    },
}

/// A pair of a hash literal, or `**hash`.
#[derive(Debug, Clone)]
pub(super) enum Pair {
    Entry { key: Expr, value: Expr },
    Splat(Expr),
}

/// A variable of any sort.
#[derive(Debug, Clone)]
pub(super) enum Variable {
    /// A local variable, and how many blocks further out it lives.
    Local { name: String, depth: usize },
    /// An instance, class or global variable with its sigil, or a constant of the file.
    Shared(String),
}

/// What can stand on the left of `=`.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Variable(Variable),
    /// `receiver[arguments]`
    Index {
        receiver: Expr,
        arguments: Vec<Expr>,
    },
    /// `receiver.name`
    Attribute {
        receiver: Expr,
        name: String,
    },
    /// `a, *b, c`
    Several(Vec<Target>),
    /// `*rest`
    Splat(Option<Box<Target>>),
    /// Anything else.
    Other,
}

/// The operator before `=`.
#[derive(Debug, Clone)]
pub(super) enum Operator {
    Or,
    And,
    Binary(String),
}

/// A method call.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) receiver: Option<Expr>,
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) arguments: Vec<Expr>,
    pub(super) block: Option<BlockArgument>,
    /// `receiver&.name`
    pub(super) safe: bool,
    /// `receiver.name = value`, `receiver[key] = value`: the value of the whole is the assigned value.
    pub(super) assignment: bool,
}

/// What a call passes as its block.
#[derive(Debug, Clone)]
pub(super) enum BlockArgument {
    /// `{ |x| … }`
    Body(Block),
    /// `&expression`
    Passed(Expr),
}

/// A block, lambda or method body with its parameters.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Vec<Expr>,
}

/// A parameter of a block.
#[derive(Debug, Clone)]
pub(super) enum Parameter {
    Required(String),
    Optional(String, Expr),
    Rest(Option<String>),
    Nested(Vec<Parameter>),
    /// `name:`, with its default where it has one.
    Keyword(String, Option<Expr>),
    /// `**rest`
    KeywordRest(String),
    /// `&block`
    Block(String),
}

impl Parameter {
    /// Whether it is given by name.
    pub(super) const fn is_keyword(&self) -> bool {
        matches!(self, Self::Keyword(..) | Self::KeywordRest(_))
    }
}

/// `begin … rescue … else … ensure … end`
#[derive(Debug, Clone)]
pub(super) struct Begin {
    pub(super) body: Vec<Expr>,
    pub(super) rescues: Vec<Rescue>,
    pub(super) otherwise: Vec<Expr>,
    pub(super) ensure: Vec<Expr>,
}

/// `rescue Class => name`
#[derive(Debug, Clone)]
pub(super) struct Rescue {
    pub(super) classes: Vec<Expr>,
    pub(super) reference: Option<Target>,
    pub(super) body: Vec<Expr>,
}
