//! Work on pieces of a stream on all processors, their order kept.
//!
//! Each processor has a lane; pieces go to the lanes in turn and are collected in turn. Lanes hold few pieces, so memory
//! is bounded whoever is slow.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// Pieces that wait in a lane on either side of the work.
const WAITING: usize = 2;

/// Where pieces go in. Dropping it ends the stream.
pub(super) struct Feeder<I> {
    lanes: Vec<SyncSender<I>>,
    next: usize,
}

/// Where they come out, in the order in which they went in.
pub(super) struct Collector<O> {
    lanes: Vec<(Receiver<O>, JoinHandle<()>)>,
    next: usize,
}

/// Nobody takes the pieces any more, or the work on one ended in a panic.
#[derive(Debug)]
pub(super) struct Broken;

/// Lanes whose workers are made by `worker`.
pub(super) fn lanes<I, O, W>(worker: impl Fn() -> W) -> (Feeder<I>, Collector<O>)
where
    I: Send + 'static,
    O: Send + 'static,
    W: FnMut(I) -> O + Send + 'static,
{
    let count = thread::available_parallelism().map_or(2, NonZero::get).min(8);
    let (mut entrances, mut exits) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (entrance, pieces) = sync_channel::<I>(WAITING);
        let (results, exit) = sync_channel(WAITING);
        let mut work = worker();
        let thread = thread::spawn(move || {
            for piece in pieces {
                if results.send(work(piece)).is_err() {
                    break;
                }
            }
        });
        entrances.push(entrance);
        exits.push((exit, thread));
    }
    (Feeder { lanes: entrances, next: 0 }, Collector { lanes: exits, next: 0 })
}

impl<I> Feeder<I> {
    /// Hands over the next piece; waits while its lane is full.
    pub(super) fn feed(&mut self, piece: I) -> Result<(), Broken> {
        let lane = &self.lanes[self.next];
        self.next = (self.next + 1) % self.lanes.len();
        lane.send(piece).map_err(|_| Broken)
    }
}

impl<O> Collector<O> {
    /// The next piece; `None` at the end of the stream.
    pub(super) fn next(&mut self) -> Result<Option<O>, Broken> {
        let Some((lane, _)) = self.lanes.get(self.next) else { return Ok(None) };
        if let Ok(piece) = lane.recv() {
            self.next = (self.next + 1) % self.lanes.len();
            return Ok(Some(piece));
        }
        // The end, if every worker got there. All exits go before the first wait: no worker is left with a full lane.
        let lanes = std::mem::take(&mut self.lanes).into_iter();
        let ends: Vec<_> = lanes.map(|(exit, thread)| (exit.try_recv().is_ok(), thread)).collect();
        let mut good = true;
        for (left_over, thread) in ends {
            good &= thread.join().is_ok() && !left_over;
        }
        if good { Ok(None) } else { Err(Broken) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_however_long_a_piece_takes() {
        let (mut feeder, mut collector) = lanes(|| {
            |number: u64| {
                thread::sleep(std::time::Duration::from_micros(number * 7919 % 300));
                number
            }
        });
        let feeding = thread::spawn(move || (0..500).for_each(|number| feeder.feed(number).unwrap()));
        let collected: Vec<u64> = std::iter::from_fn(|| collector.next().unwrap()).collect();
        feeding.join().unwrap();
        assert_eq!(collected, (0..500).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_in_a_worker_is_not_taken_for_the_end() {
        let (mut feeder, mut collector) = lanes(|| |number: u32| assert!(number != 3, "as planned"));
        let feeding = thread::spawn(move || (0..20).try_for_each(|number| feeder.feed(number)));
        let result = std::iter::from_fn(|| collector.next().transpose()).find(Result::is_err);
        assert!(result.is_some());
        drop(collector);
        assert!(feeding.join().unwrap().is_err());
    }
}
