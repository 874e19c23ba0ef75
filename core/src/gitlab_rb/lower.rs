//! From the parser's nodes to the smaller tree of [`syntax`](super::syntax).
//!
//! Chains such as `a.b.c` or `1 + 2 + 3` nest without a limit in the parser's tree, so lowering counts its own depth;
//! as the evaluation follows this tree, the limit holds for it too. After a syntax error nothing is lowered, because
//! the nodes' places are then not reliable.

mod call;
mod control;
mod literal;
mod write;

use ruby_prism::{ConstantId, Location, Node, NodeList, StatementsNode};

use super::Span;
use super::failure::{Failure, Kind as FailureKind};
use super::syntax::{Expr, Kind, Variable};

/// The deepest nesting that is read. Hand-written files stay below 20; the stack of 2 MiB that threads have by default
/// would take about 80, without optimization.
pub(super) const DEPTH_LIMIT: usize = 60;

/// The state of a lowering: where in the tree it is.
pub(super) struct Lowering<'s> {
    source: &'s str,
    /// What is added to every place.
    base: usize,
    depth: usize,
}

impl<'s> Lowering<'s> {
    pub(super) fn new(source: &'s str, base: usize) -> Self {
        Self { source, base, depth: 0 }
    }

    /// The statements of a whole file.
    pub(super) fn program(mut self, node: &Node<'_>) -> Result<Vec<Expr>, Failure> {
        match node.as_program_node() {
            Some(program) => self.list(&program.statements().body()),
            None => Ok(vec![self.node(node)?]),
        }
    }

    fn node(&mut self, node: &Node<'_>) -> Result<Expr, Failure> {
        let span = self.span(&node.location());
        if self.depth >= DEPTH_LIMIT {
            let message = format!("the expression is nested more than {DEPTH_LIMIT} levels deep");
            return Err(Failure::new(FailureKind::TooDeep, span, message)
                .with_help("split it: give parts of it a name with a local variable"));
        }
        self.depth += 1;
        let kind = self.kind(node);
        self.depth -= 1;
        Ok(Expr { span, kind: kind? })
    }

    fn kind(&mut self, node: &Node<'_>) -> Result<Kind, Failure> {
        if let Some(call) = node.as_call_node() {
            return self.call(&call);
        }
        if let Some(kind) = self.literal(node)? {
            return Ok(kind);
        }
        if let Some(kind) = variable(node) {
            return Ok(kind);
        }
        if let Some(kind) = self.write(node)? {
            return Ok(kind);
        }
        if let Some(kind) = self.control(node)? {
            return Ok(kind);
        }
        Ok(Kind::Opaque { reason: opaque_reason(node), parts: Vec::new() })
    }

    fn boxed(&mut self, node: &Node<'_>) -> Result<Box<Expr>, Failure> {
        self.node(node).map(Box::new)
    }

    fn optional(&mut self, node: Option<Node<'_>>) -> Result<Option<Box<Expr>>, Failure> {
        node.map(|node| self.boxed(&node)).transpose()
    }

    fn list(&mut self, nodes: &NodeList<'_>) -> Result<Vec<Expr>, Failure> {
        nodes.iter().map(|node| self.node(&node)).collect()
    }

    fn statements(&mut self, statements: Option<StatementsNode<'_>>) -> Result<Vec<Expr>, Failure> {
        statements.map_or_else(|| Ok(Vec::new()), |statements| self.list(&statements.body()))
    }

    /// The body of a block, method or parentheses: statements, or `begin` without the word.
    fn body(&mut self, body: Option<Node<'_>>) -> Result<Vec<Expr>, Failure> {
        match body {
            None => Ok(Vec::new()),
            Some(node) => match node.as_statements_node() {
                Some(statements) => self.list(&statements.body()),
                None => Ok(vec![self.node(&node)?]),
            },
        }
    }

    fn span(&self, location: &Location<'_>) -> Span {
        let end = (location.end() as usize).min(self.source.len());
        Span::new(self.base + location.start() as usize, self.base + end)
    }
}

/// The name behind a constant of the parser.
fn name(id: &ConstantId<'_>) -> String {
    String::from_utf8_lossy(id.as_slice()).into_owned()
}

fn variable(node: &Node<'_>) -> Option<Kind> {
    if let Some(read) = node.as_local_variable_read_node() {
        return Some(Kind::Read(Variable::Local { name: name(&read.name()), depth: read.depth() as usize }));
    }
    if let Some(read) = node.as_instance_variable_read_node() {
        return Some(Kind::Read(Variable::Shared(name(&read.name()))));
    }
    if let Some(read) = node.as_class_variable_read_node() {
        return Some(Kind::Read(Variable::Shared(name(&read.name()))));
    }
    if let Some(read) = node.as_global_variable_read_node() {
        return Some(Kind::Read(Variable::Shared(name(&read.name()))));
    }
    if let Some(read) = node.as_constant_read_node() {
        return Some(Kind::Constant(name(&read.name())));
    }
    let path = node.as_constant_path_node()?;
    let last = name(&path.name()?);
    match path.parent() {
        None => Some(Kind::Constant(last)),
        Some(parent) => match parent.as_constant_read_node() {
            Some(first) => Some(Kind::Constant(format!("{}::{last}", name(&first.name())))),
            None => Some(Kind::Constant(format!("…::{last}"))),
        },
    }
}

fn opaque_reason(node: &Node<'_>) -> &'static str {
    if node.as_regular_expression_node().is_some() || node.as_interpolated_regular_expression_node().is_some() {
        return "this regular expression is left to Ruby";
    }
    if node.as_class_node().is_some() || node.as_module_node().is_some() || node.as_singleton_class_node().is_some() {
        return "it defines a class or module";
    }
    if node.as_defined_node().is_some() {
        return "`defined?` is left to Ruby";
    }
    "only Ruby can evaluate this expression"
}
