//! Conditions, loops, `begin`, definitions and jumps.

use ruby_prism::{ArgumentsNode, BeginNode, ElseNode, IfNode, Node, RescueNode};

use super::super::failure::Failure;
use super::super::syntax::{Begin, Block, Kind, Rescue};
use super::{Expr, Lowering, name};

impl Lowering<'_> {
    pub(super) fn control(&mut self, node: &Node<'_>) -> Result<Option<Kind>, Failure> {
        if let Some(kind) = self.condition(node)? {
            return Ok(Some(kind));
        }
        if let Some(kind) = self.repetition(node)? {
            return Ok(Some(kind));
        }
        let kind = if let Some(parentheses) = node.as_parentheses_node() {
            Kind::Sequence(self.body(parentheses.body())?)
        } else if let Some(statements) = node.as_statements_node() {
            Kind::Sequence(self.list(&statements.body())?)
        } else if let Some(first) = node.as_pre_execution_node() {
            Kind::Sequence(self.statements(first.statements())?)
        } else if let Some(last) = node.as_post_execution_node() {
            Kind::Opaque { reason: "it may run later", parts: self.statements(last.statements())? }
        } else if let Some(begin) = node.as_begin_node() {
            self.begin(&begin)?
        } else if let Some(modifier) = node.as_rescue_modifier_node() {
            let rescue =
                Rescue { classes: Vec::new(), reference: None, body: vec![self.node(&modifier.rescue_expression())?] };
            let body = vec![self.node(&modifier.expression())?];
            Kind::Begin(Box::new(Begin { body, rescues: vec![rescue], otherwise: Vec::new(), ensure: Vec::new() }))
        } else if let Some(lambda) = node.as_lambda_node() {
            Kind::Lambda(self.block(lambda.parameters(), lambda.body())?)
        } else if let Some(define) = node.as_def_node() {
            let parameters = self.parameters(define.parameters())?;
            let of_other = define.receiver().is_some_and(|receiver| receiver.as_self_node().is_none());
            if of_other {
                return Ok(Some(Kind::Opaque { reason: "it defines a method of an object", parts: Vec::new() }));
            }
            Kind::Define { name: name(&define.name()), body: Block { parameters, body: self.body(define.body())? } }
        } else if let Some(jump) = node.as_next_node() {
            Kind::Next(self.jump_value(jump.arguments())?)
        } else if let Some(jump) = node.as_break_node() {
            Kind::Break(self.jump_value(jump.arguments())?)
        } else if let Some(call) = node.as_yield_node() {
            Kind::Yield(self.arguments(call.arguments())?)
        } else if let Some(jump) = node.as_return_node() {
            Kind::Return(self.jump_value(jump.arguments())?)
        } else {
            return Ok(None);
        };
        Ok(Some(kind))
    }

    fn condition(&mut self, node: &Node<'_>) -> Result<Option<Kind>, Failure> {
        let kind = if let Some(branch) = node.as_if_node() {
            self.if_chain(&branch)?
        } else if let Some(branch) = node.as_unless_node() {
            Kind::If {
                condition: self.boxed(&branch.predicate())?,
                then: self.otherwise(branch.else_clause())?,
                otherwise: self.statements(branch.statements())?,
            }
        } else if let Some(case) = node.as_case_node() {
            let mut branches = Vec::new();
            for condition in &case.conditions() {
                if let Some(when) = condition.as_when_node() {
                    branches.push((self.list(&when.conditions())?, self.statements(when.statements())?));
                }
            }
            Kind::Case {
                subject: self.optional(case.predicate())?,
                branches,
                otherwise: self.otherwise(case.else_clause())?,
            }
        } else if let Some(case) = node.as_case_match_node() {
            let mut parts = Vec::new();
            parts.extend(self.optional(case.predicate())?.map(|subject| *subject));
            for condition in &case.conditions() {
                if let Some(pattern) = condition.as_in_node() {
                    parts.append(&mut self.statements(pattern.statements())?);
                }
            }
            parts.append(&mut self.otherwise(case.else_clause())?);
            Kind::Opaque { reason: "pattern matching is left to Ruby", parts }
        } else if let Some(and) = node.as_and_node() {
            Kind::And(self.boxed(&and.left())?, self.boxed(&and.right())?)
        } else if let Some(or) = node.as_or_node() {
            Kind::Or(self.boxed(&or.left())?, self.boxed(&or.right())?)
        } else {
            return Ok(None);
        };
        Ok(Some(kind))
    }

    fn if_chain(&mut self, branch: &IfNode<'_>) -> Result<Kind, Failure> {
        let condition = self.boxed(&branch.predicate())?;
        let then = self.statements(branch.statements())?;
        let otherwise = match branch.subsequent() {
            None => Vec::new(),
            Some(node) => match node.as_else_node() {
                Some(last) => self.statements(last.statements())?,
                None => vec![self.node(&node)?],
            },
        };
        Ok(Kind::If { condition, then, otherwise })
    }

    fn otherwise(&mut self, clause: Option<ElseNode<'_>>) -> Result<Vec<Expr>, Failure> {
        self.statements(clause.and_then(|clause| clause.statements()))
    }

    fn repetition(&mut self, node: &Node<'_>) -> Result<Option<Kind>, Failure> {
        let kind = if let Some(repeat) = node.as_while_node() {
            Kind::While {
                condition: self.boxed(&repeat.predicate())?,
                negated: false,
                body_first: repeat.is_begin_modifier(),
                body: self.statements(repeat.statements())?,
            }
        } else if let Some(repeat) = node.as_until_node() {
            Kind::While {
                condition: self.boxed(&repeat.predicate())?,
                negated: true,
                body_first: repeat.is_begin_modifier(),
                body: self.statements(repeat.statements())?,
            }
        } else if let Some(repeat) = node.as_for_node() {
            Kind::For {
                target: Box::new(self.target(&repeat.index())?),
                items: self.boxed(&repeat.collection())?,
                body: self.statements(repeat.statements())?,
            }
        } else {
            return Ok(None);
        };
        Ok(Some(kind))
    }

    fn begin(&mut self, begin: &BeginNode<'_>) -> Result<Kind, Failure> {
        let body = self.statements(begin.statements())?;
        let mut rescues = Vec::new();
        let mut clause: Option<RescueNode<'_>> = begin.rescue_clause();
        while let Some(rescue) = clause {
            rescues.push(Rescue {
                classes: self.list(&rescue.exceptions())?,
                reference: rescue.reference().map(|node| self.target(&node)).transpose()?,
                body: self.statements(rescue.statements())?,
            });
            clause = rescue.subsequent();
        }
        let otherwise = self.otherwise(begin.else_clause())?;
        let ensure = self.statements(begin.ensure_clause().and_then(|clause| clause.statements()))?;
        Ok(Kind::Begin(Box::new(Begin { body, rescues, otherwise, ensure })))
    }

    /// What a jump carries: nothing, a value, or several as an array.
    fn jump_value(&mut self, arguments: Option<ArgumentsNode<'_>>) -> Result<Option<Box<Expr>>, Failure> {
        let Some(arguments) = arguments else { return Ok(None) };
        let span = self.span(&arguments.as_node().location());
        let mut values = self.list(&arguments.arguments())?;
        let only = if values.len() == 1 { values.pop() } else { None };
        Ok(Some(Box::new(only.unwrap_or(Expr { span, kind: Kind::Array(values) }))))
    }
}
