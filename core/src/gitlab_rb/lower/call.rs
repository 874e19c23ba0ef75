//! Method calls, their blocks and parameters.

use ruby_prism::{ArgumentsNode, CallNode, Node, ParametersNode};

use super::super::failure::Failure;
use super::super::syntax::{Block, BlockArgument, Call, Kind, Parameter};
use super::{Expr, Lowering, name};

impl Lowering<'_> {
    pub(super) fn call(&mut self, call: &CallNode<'_>) -> Result<Kind, Failure> {
        let receiver = self.optional(call.receiver())?.map(|receiver| *receiver);
        let block = match call.block() {
            None => None,
            Some(node) => self.block_argument(&node)?,
        };
        let place = call.message_loc().unwrap_or_else(|| call.as_node().location());
        Ok(Kind::Call(Box::new(Call {
            receiver,
            name: name(&call.name()),
            name_span: self.span(&place),
            arguments: self.arguments(call.arguments())?,
            block,
            safe: call.is_safe_navigation(),
            assignment: call.is_attribute_write(),
        })))
    }

    pub(super) fn arguments(&mut self, arguments: Option<ArgumentsNode<'_>>) -> Result<Vec<Expr>, Failure> {
        arguments.map_or_else(|| Ok(Vec::new()), |arguments| self.list(&arguments.arguments()))
    }

    fn block_argument(&mut self, node: &Node<'_>) -> Result<Option<BlockArgument>, Failure> {
        if let Some(block) = node.as_block_node() {
            let block = self.block(block.parameters(), block.body())?;
            return Ok(Some(BlockArgument::Body(block)));
        }
        match node.as_block_argument_node().and_then(|passed| passed.expression()) {
            Some(expression) => Ok(Some(BlockArgument::Passed(self.node(&expression)?))),
            None => Ok(None),
        }
    }

    /// A block or lambda from its parameters, in any of their notations, and its body.
    pub(super) fn block(&mut self, parameters: Option<Node<'_>>, body: Option<Node<'_>>) -> Result<Block, Failure> {
        let parameters = match parameters {
            None => Vec::new(),
            Some(node) => {
                if let Some(numbered) = node.as_numbered_parameters_node() {
                    (1..=numbered.maximum()).map(|number| Parameter::Required(format!("_{number}"))).collect()
                } else {
                    let inner = node.as_block_parameters_node().and_then(|block| block.parameters());
                    self.parameters(inner)?
                }
            }
        };
        Ok(Block { parameters, body: self.body(body)? })
    }

    pub(super) fn parameters(&mut self, parameters: Option<ParametersNode<'_>>) -> Result<Vec<Parameter>, Failure> {
        let Some(parameters) = parameters else { return Ok(Vec::new()) };
        let mut lowered: Vec<Parameter> = parameters.requireds().iter().filter_map(|node| required(&node)).collect();
        for node in &parameters.optionals() {
            if let Some(optional) = node.as_optional_parameter_node() {
                lowered.push(Parameter::Optional(name(&optional.name()), self.node(&optional.value())?));
            }
        }
        if let Some(rest) = parameters.rest() {
            let named = rest.as_rest_parameter_node().and_then(|rest| rest.name());
            lowered.push(Parameter::Rest(named.map(|id| name(&id))));
        }
        lowered.extend(parameters.posts().iter().filter_map(|node| required(&node)));
        for node in &parameters.keywords() {
            if let Some(keyword) = node.as_required_keyword_parameter_node() {
                lowered.push(Parameter::Keyword(name(&keyword.name()), None));
            } else if let Some(keyword) = node.as_optional_keyword_parameter_node() {
                let default = self.node(&keyword.value())?;
                lowered.push(Parameter::Keyword(name(&keyword.name()), Some(default)));
            }
        }
        let rest = parameters.keyword_rest().and_then(|rest| rest.as_keyword_rest_parameter_node()?.name());
        lowered.extend(rest.map(|rest| Parameter::KeywordRest(name(&rest))));
        let block = parameters.block().and_then(|block| block.as_block_parameter_node()?.name());
        lowered.extend(block.map(|block| Parameter::Block(name(&block))));
        Ok(lowered)
    }
}

fn required(node: &Node<'_>) -> Option<Parameter> {
    if let Some(parameter) = node.as_required_parameter_node() {
        return Some(Parameter::Required(name(&parameter.name())));
    }
    let nested = node.as_multi_target_node()?;
    let mut inner: Vec<Parameter> = nested.lefts().iter().filter_map(|node| required(&node)).collect();
    if let Some(rest) = nested.rest().and_then(|rest| rest.as_splat_node()) {
        let named = rest.expression().and_then(|node| node.as_required_parameter_node());
        inner.push(Parameter::Rest(named.map(|parameter| name(&parameter.name()))));
    }
    inner.extend(nested.rights().iter().filter_map(|node| required(&node)));
    Some(Parameter::Nested(inner))
}
