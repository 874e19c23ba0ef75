//! What was said on a network, in the order in which requests were sent.

use std::sync::{Mutex, PoisonError};

use super::Masker;
use crate::exchange::{Exchange, Party};

/// Most hosts that are remembered as asked for in vain.
const MOST_STRANGERS: usize = 20;

/// The exchanges of one network.
#[derive(Debug, Default)]
pub struct Record {
    masker: Masker,
    exchanges: Mutex<Vec<Exchange>>,
    strangers: Mutex<Vec<(Party, String)>>,
}

impl Record {
    /// What hides secrets in this record.
    pub fn masker(&self) -> &Masker {
        &self.masker
    }

    /// Takes a request that has just been sent; its answer follows with [`Record::answer`].
    pub(super) fn begin(&self, exchange: Exchange) -> usize {
        let mut exchanges = self.lock();
        exchanges.push(exchange);
        exchanges.len() - 1
    }

    /// Completes the request that [`Record::begin`] returned `index` for.
    pub(super) fn answer(&self, index: usize, complete: impl FnOnce(&mut Exchange)) {
        if let Some(exchange) = self.lock().get_mut(index) {
            complete(exchange);
        }
    }

    /// Takes note that `from` asked for a host that the network does not have.
    pub(super) fn stranger(&self, from: Party, host: &str) {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = strangers.iter().any(|(who, name)| *who == from && name == host);
        if !known && strangers.len() < MOST_STRANGERS {
            strangers.push((from, host.to_owned()));
        }
    }

    /// Hosts that the network does not have, and who asked for them, each once, in the order of the first request.
    pub fn strangers(&self) -> Vec<(Party, String)> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every exchange so far.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.lock().clone()
    }

    /// Number of exchanges so far, to look only at what comes after.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether nothing has been said yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Exchange>> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
