//! Assignments in all their forms.

use ruby_prism::{ArgumentsNode, ConstantId, Node, NodeList};

use super::super::failure::Failure;
use super::super::syntax::{Kind, Operator, Target, Variable};
use super::{Expr, Lowering, name};

impl Lowering<'_> {
    pub(super) fn write(&mut self, node: &Node<'_>) -> Result<Option<Kind>, Failure> {
        if let Some((target, value)) = plain_write(node) {
            return self.assign(Target::Variable(target), &value).map(Some);
        }
        if let Some((target, operator, value)) = self.operator_write(node)? {
            let value = self.boxed(&value)?;
            return Ok(Some(Kind::OperatorAssign { target: Box::new(target), operator, value }));
        }
        if let Some(write) = node.as_multi_write_node() {
            let targets = self.targets(&write.lefts(), write.rest(), &write.rights())?;
            return self.assign(Target::Several(targets), &write.value()).map(Some);
        }
        if let Some(write) = node.as_constant_path_write_node() {
            return self.assign(Target::Other, &write.value()).map(Some);
        }
        Ok(None)
    }

    fn assign(&mut self, target: Target, value: &Node<'_>) -> Result<Kind, Failure> {
        Ok(Kind::Assign { target: Box::new(target), value: self.boxed(value)? })
    }

    fn operator_write<'n>(&mut self, node: &Node<'n>) -> Result<Option<(Target, Operator, Node<'n>)>, Failure> {
        if let Some((variable, operator, value)) = variable_operator_write(node) {
            return Ok(Some((Target::Variable(variable), operator, value)));
        }
        if let Some(write) = node.as_index_or_write_node() {
            let target = self.index(write.receiver(), argument_nodes(write.arguments()))?;
            return Ok(Some((target, Operator::Or, write.value())));
        }
        if let Some(write) = node.as_index_and_write_node() {
            let target = self.index(write.receiver(), argument_nodes(write.arguments()))?;
            return Ok(Some((target, Operator::And, write.value())));
        }
        if let Some(write) = node.as_index_operator_write_node() {
            let target = self.index(write.receiver(), argument_nodes(write.arguments()))?;
            return Ok(Some((target, binary(&write.binary_operator()), write.value())));
        }
        if let Some(write) = node.as_call_or_write_node() {
            let target = self.attribute(write.receiver(), &write.read_name())?;
            return Ok(Some((target, Operator::Or, write.value())));
        }
        if let Some(write) = node.as_call_and_write_node() {
            let target = self.attribute(write.receiver(), &write.read_name())?;
            return Ok(Some((target, Operator::And, write.value())));
        }
        if let Some(write) = node.as_call_operator_write_node() {
            let target = self.attribute(write.receiver(), &write.read_name())?;
            return Ok(Some((target, binary(&write.binary_operator()), write.value())));
        }
        Ok(None)
    }

    fn index(&mut self, receiver: Option<Node<'_>>, arguments: Vec<Node<'_>>) -> Result<Target, Failure> {
        let Some(receiver) = receiver else { return Ok(Target::Other) };
        let receiver = self.node(&receiver)?;
        let arguments: Result<Vec<Expr>, Failure> = arguments.iter().map(|node| self.node(node)).collect();
        Ok(Target::Index { receiver, arguments: arguments? })
    }

    fn attribute(&mut self, receiver: Option<Node<'_>>, read: &ConstantId<'_>) -> Result<Target, Failure> {
        let Some(receiver) = receiver else { return Ok(Target::Other) };
        Ok(Target::Attribute { receiver: self.node(&receiver)?, name: name(read) })
    }

    pub(super) fn target(&mut self, node: &Node<'_>) -> Result<Target, Failure> {
        if let Some(target) = node.as_local_variable_target_node() {
            let depth = target.depth() as usize;
            return Ok(Target::Variable(Variable::Local { name: name(&target.name()), depth }));
        }
        if let Some(target) = node.as_instance_variable_target_node() {
            return Ok(Target::Variable(Variable::Shared(name(&target.name()))));
        }
        if let Some(target) = node.as_global_variable_target_node() {
            return Ok(Target::Variable(Variable::Shared(name(&target.name()))));
        }
        if let Some(target) = node.as_constant_target_node() {
            return Ok(Target::Variable(Variable::Shared(name(&target.name()))));
        }
        if let Some(target) = node.as_index_target_node() {
            return self.index(Some(target.receiver()), argument_nodes(target.arguments()));
        }
        if let Some(target) = node.as_call_target_node() {
            let written = name(&target.name());
            let read = written.trim_end_matches('=').to_owned();
            return Ok(Target::Attribute { receiver: self.node(&target.receiver())?, name: read });
        }
        if let Some(target) = node.as_multi_target_node() {
            return Ok(Target::Several(self.targets(&target.lefts(), target.rest(), &target.rights())?));
        }
        if let Some(splat) = node.as_splat_node() {
            let inner = splat.expression().map(|node| self.target(&node)).transpose()?;
            return Ok(Target::Splat(inner.map(Box::new)));
        }
        Ok(Target::Other)
    }

    fn targets(
        &mut self,
        lefts: &NodeList<'_>,
        rest: Option<Node<'_>>,
        rights: &NodeList<'_>,
    ) -> Result<Vec<Target>, Failure> {
        lefts.iter().chain(rest).chain(rights.iter()).map(|node| self.target(&node)).collect()
    }
}

fn argument_nodes<'n>(arguments: Option<ArgumentsNode<'n>>) -> Vec<Node<'n>> {
    arguments.map_or_else(Vec::new, |arguments| arguments.arguments().iter().collect())
}

fn binary(operator: &ConstantId<'_>) -> Operator {
    Operator::Binary(name(operator))
}

fn plain_write<'n>(node: &Node<'n>) -> Option<(Variable, Node<'n>)> {
    if let Some(write) = node.as_local_variable_write_node() {
        let depth = write.depth() as usize;
        return Some((Variable::Local { name: name(&write.name()), depth }, write.value()));
    }
    if let Some(write) = node.as_constant_write_node() {
        return Some((Variable::Shared(name(&write.name())), write.value()));
    }
    if let Some(write) = node.as_instance_variable_write_node() {
        return Some((Variable::Shared(name(&write.name())), write.value()));
    }
    if let Some(write) = node.as_global_variable_write_node() {
        return Some((Variable::Shared(name(&write.name())), write.value()));
    }
    let write = node.as_class_variable_write_node()?;
    Some((Variable::Shared(name(&write.name())), write.value()))
}

fn variable_operator_write<'n>(node: &Node<'n>) -> Option<(Variable, Operator, Node<'n>)> {
    let local = |id: ConstantId<'_>, depth: u32| Variable::Local { name: name(&id), depth: depth as usize };
    let shared = |id: ConstantId<'_>| Variable::Shared(name(&id));
    if let Some(w) = node.as_local_variable_or_write_node() {
        return Some((local(w.name(), w.depth()), Operator::Or, w.value()));
    }
    if let Some(w) = node.as_local_variable_and_write_node() {
        return Some((local(w.name(), w.depth()), Operator::And, w.value()));
    }
    if let Some(w) = node.as_local_variable_operator_write_node() {
        return Some((local(w.name(), w.depth()), binary(&w.binary_operator()), w.value()));
    }
    if let Some(w) = node.as_instance_variable_or_write_node() {
        return Some((shared(w.name()), Operator::Or, w.value()));
    }
    if let Some(w) = node.as_instance_variable_operator_write_node() {
        return Some((shared(w.name()), binary(&w.binary_operator()), w.value()));
    }
    if let Some(w) = node.as_global_variable_or_write_node() {
        return Some((shared(w.name()), Operator::Or, w.value()));
    }
    if let Some(w) = node.as_global_variable_operator_write_node() {
        return Some((shared(w.name()), binary(&w.binary_operator()), w.value()));
    }
    if let Some(w) = node.as_constant_or_write_node() {
        return Some((shared(w.name()), Operator::Or, w.value()));
    }
    let w = node.as_constant_operator_write_node()?;
    Some((shared(w.name()), binary(&w.binary_operator()), w.value()))
}
