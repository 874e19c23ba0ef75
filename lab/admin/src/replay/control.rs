//! The mock's control listener, from the side of a test.

use gitlab_mattermost_core::gitlab::{Seed, SeedApplication};
use reqwest::{Client, Method, Response};
use serde::Serialize;
use serde_json::json;

/// Why the control listener did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// It did not answer.
    #[error("the control listener does not answer `{path}`")]
    NoAnswer {
        /// Path of the order.
        path: String,
        /// The HTTP client's reason.
        source: reqwest::Error,
    },
    /// It refused.
    #[error("the control listener refuses `{path}` with {status}: {reason}")]
    Refused {
        /// Path of the order.
        path: String,
        /// The answer's HTTP status.
        status: u16,
        /// What it says.
        reason: String,
    },
}

/// A control listener.
#[derive(Debug, Clone)]
pub(super) struct Control {
    client: Client,
    url: String,
}

impl Control {
    /// The control listener at `url`.
    pub fn new(client: Client, url: &str) -> Self {
        Self { client, url: url.trim_end_matches('/').to_owned() }
    }

    /// Replaces everything the mock holds.
    pub async fn put_state(&self, seed: &Seed) -> Result<(), ControlError> {
        self.order(Method::PUT, "/state", Some(seed)).await.map(drop)
    }

    /// Advances the clock.
    pub async fn advance_clock(&self, seconds: u64) -> Result<(), ControlError> {
        self.order(Method::POST, "/clock", Some(&json!({"advance_seconds": seconds}))).await.map(drop)
    }

    /// Adds an application.
    pub async fn create_application(&self, application: &SeedApplication) -> Result<(), ControlError> {
        self.order(Method::POST, "/applications", Some(application)).await.map(drop)
    }

    /// Removes an application.
    pub async fn delete_application(&self, client_id: &str) -> Result<(), ControlError> {
        self.order(Method::DELETE, &format!("/applications/{client_id}"), None::<&()>).await.map(drop)
    }

    /// Blocks a user.
    pub async fn block_user(&self, login: &str) -> Result<(), ControlError> {
        self.order(Method::POST, &format!("/users/{login}/block"), None::<&()>).await.map(drop)
    }

    async fn order<T: Serialize + ?Sized>(
        &self,
        method: Method,
        path: &str,
        body: Option<&T>,
    ) -> Result<Response, ControlError> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request.json(body);
        }
        let failed = |source| ControlError::NoAnswer { path: path.to_owned(), source };
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let reason = response.text().await.map_err(failed)?;
        Err(ControlError::Refused { path: path.to_owned(), status: status.as_u16(), reason })
    }
}
