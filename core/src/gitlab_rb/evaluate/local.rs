//! Local variables of the file that are named as settings: `external_url = '…'` sets nothing.

use super::super::evaluation::{Evaluation, Local};
use super::super::outcome::Outcome;
use super::super::syntax::{Expr, Variable};
use super::super::{LostLocal, Span};

impl<'a> Evaluation<'a> {
    pub(super) fn local_assigned(&mut self, variable: &'a Variable, span: Span) {
        let Variable::Local { name, depth } = variable else { return };
        let of_file = self.frame.is_none() && self.scopes.len() == depth + 1;
        if of_file && self.names.is_section(name, self.version).is_some() {
            self.locals.entry(name).or_insert(Local { span, is_read: false });
        }
    }

    pub(super) fn local_read(&mut self, name: &str, depth: usize) {
        let of_file = self.frame.is_none() && self.scopes.len() == depth + 1;
        if let Some(local) = self.locals.get_mut(name).filter(|_| of_file) {
            local.is_read = true;
        }
    }

    /// The receiver of `variable['key'] = …`, which takes its value nowhere.
    pub(super) fn changed_receiver(&mut self, variable: &'a Variable, receiver: &'a Expr) -> Outcome {
        let name = if let Variable::Local { name, .. } = variable { name.as_str() } else { "" };
        let before = self.locals.get(name).copied();
        let value = self.expression(receiver)?;
        if let (Some(local), Some(before)) = (self.locals.get_mut(name), before) {
            *local = before;
        }
        Ok(value)
    }

    /// Those whose values go nowhere, in the order of the file.
    pub(super) fn lost_locals(&self) -> Vec<LostLocal> {
        let unread = self.locals.iter().filter(|(_, local)| !local.is_read);
        unread.map(|(name, local)| LostLocal { name: (*name).to_owned(), span: local.span }).collect()
    }
}
