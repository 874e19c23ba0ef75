//! A few connections to the database, opened as they are needed and kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::config::Host;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use super::error::StoreError;
use gitlab_mattermost_database::data_source::DataSource;

/// Most connections at a time; a run has many databases and one server for all.
const MOST: usize = 8;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(10);

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The connections of one server.
#[derive(Debug)]
pub(super) struct Connections {
    source: DataSource,
    idle: Mutex<Vec<Connection>>,
    free: Semaphore,
}

/// A connection with the statements it has prepared.
#[derive(Debug)]
struct Connection {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Connections {
    pub(super) fn new(source: DataSource) -> Self {
        Self { source, idle: Mutex::default(), free: Semaphore::new(MOST) }
    }

    /// Host and port, where it is no socket.
    pub(super) fn address(&self) -> Option<String> {
        let config = self.source.config();
        let Host::Tcp(host) = config.get_hosts().first()? else { return None };
        let host = if host == "localhost" { "127.0.0.1" } else { host };
        Some(format!("{host}:{}", config.get_ports().first().unwrap_or(&5432)))
    }

    /// Takes a connection, a kept one if it still stands.
    pub(super) async fn lease(&self) -> Result<Lease<'_>, StoreError> {
        let Ok(Ok(permit)) = tokio::time::timeout(LIMIT, self.free.acquire()).await else {
            return Err(StoreError::Late { limit: LIMIT });
        };
        let connection = match self.kept() {
            Some(connection) => connection,
            None => Connection::open(&self.source).await?,
        };
        Ok(Lease { connections: self, connection: Some(connection), _permit: permit })
    }

    fn kept(&self) -> Option<Connection> {
        std::iter::from_fn(|| self.idle().pop()).find(|connection| !connection.client.is_closed())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn in_time<T, E: Into<StoreError>>(call: impl Future<Output = Result<T, E>>) -> Result<T, StoreError> {
    match tokio::time::timeout(LIMIT, call).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(StoreError::Late { limit: LIMIT }),
    }
}

/// A connection in use. It goes back when it is dropped, unless it was too slow.
pub(super) struct Lease<'a> {
    connections: &'a Connections,
    connection: Option<Connection>,
    _permit: SemaphorePermit<'a>,
}

impl Lease<'_> {
    /// The rows of a query.
    pub(super) async fn rows(&mut self, sql: &'static str, parameters: Parameters<'_>) -> Result<Vec<Row>, StoreError> {
        let result = in_time(self.connection()?.rows(sql, parameters)).await;
        self.noted(result)
    }

    /// The first row of a query.
    pub(super) async fn optional(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, parameters).await?.into_iter().next())
    }

    /// Runs a statement; returns how many rows it touched.
    pub(super) async fn execute(&mut self, sql: &'static str, parameters: Parameters<'_>) -> Result<u64, StoreError> {
        let result = in_time(self.connection()?.execute(sql, parameters)).await;
        self.noted(result)
    }

    /// Runs statements without parameters.
    pub(super) async fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let result = in_time(self.connection()?.client.batch_execute(sql)).await;
        self.noted(result)
    }

    fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Late { .. })) {
            self.connection = None;
        }
        result
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection.as_mut().ok_or(StoreError::Late { limit: LIMIT })
    }
}

impl Connection {
    async fn open(source: &DataSource) -> Result<Self, StoreError> {
        let client = in_time(source.connect()).await?;
        Ok(Self { client, statements: HashMap::new() })
    }

    async fn rows(&mut self, sql: &'static str, parameters: Parameters<'_>) -> Result<Vec<Row>, tokio_postgres::Error> {
        let statement = self.prepared(sql).await?;
        self.client.query(&statement, parameters).await
    }

    async fn execute(&mut self, sql: &'static str, parameters: Parameters<'_>) -> Result<u64, tokio_postgres::Error> {
        let statement = self.prepared(sql).await?;
        self.client.execute(&statement, parameters).await
    }

    async fn prepared(&mut self, sql: &'static str) -> Result<Statement, tokio_postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|connection| !connection.client.is_closed()) {
            self.connections.idle().push(connection);
        }
    }
}
