//! Panics of scenarios: they are results, so they are kept and not printed. Those of other threads are left alone.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic;
use std::sync::Once;

thread_local! {
    /// Whether this thread plays a scenario.
    static PLAYS: Cell<bool> = const { Cell::new(false) };
    /// Where this thread panicked last: `FILE:LINE:COLUMN`.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on keeps the place of this thread's panics and prints nothing of them.
pub fn keep_on_this_thread() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if PLAYS.get() {
                PLACE.set(panic.location().map(ToString::to_string));
            } else {
                usual(panic);
            }
        }));
    });
    PLAYS.set(true);
}

/// Where this thread panicked last: `FILE:LINE:COLUMN`.
pub fn take_place() -> Option<String> {
    PLACE.take()
}

/// What a panic said.
pub fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it gave no message".to_owned())
}
