//! What a flow is told at each step, and what it asks for.

use super::answers::CallFailed;
use super::failure::Failure;
use super::store::{Answer, Question};
use crate::http::{Request, Response};

/// What happened since the last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowInput {
    /// The request came in.
    Start,
    /// The store answered.
    Store(Answer),
    /// GitLab answered, or could not be reached.
    GitLab(Result<Response, CallFailed>),
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowAction {
    /// Ask the store and come back with [`FlowInput::Store`].
    Ask(Question),
    /// Send this to GitLab, follow redirects, and come back with [`FlowInput::GitLab`].
    Call(Request),
    /// Answer the browser; the flow is over.
    Respond(Response),
    /// Answer an API call with this error; only a flow begun by [`Flow::switch`](super::Flow::switch) ends like this.
    Refuse(Failure),
}
