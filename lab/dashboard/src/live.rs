//! What happens, as it happens: the changing part of the page, sent again whenever it has changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::Stream;
use futures::stream::unfold;

use crate::page;
use crate::shared::Shared;

/// How often is looked whether something has happened.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Sends the part as server-sent events, at first as it is now.
pub(crate) async fn events(State(shared): State<Shared>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = unfold((shared, String::new()), async |(shared, shown)| {
        loop {
            let now = page::live(&shared).into_string();
            if now != shown {
                return Some((Ok(Event::default().data(&now)), (shared, now)));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}
