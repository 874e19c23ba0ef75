//! Steps that do what no step should, to see what the runner makes of it, and steps that watch other scenarios.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cucumber::given;
use gitlab_mattermost_suite::world::{StepError, World};

#[given("a step that holds")]
fn holds(_: &mut World) {}

#[given("a step that finds a deviation")]
fn deviates(world: &mut World) -> Result<(), StepError> {
    Err(world.fail("the sky is blue", "blue", "grey\nwith clouds"))
}

#[given("a step that returns an error")]
fn errs(_: &mut World) -> Result<(), StepError> {
    Err(std::io::Error::other("the well is dry").into())
}

#[given("a step that panics")]
fn panics(_: &mut World) {
    assert_eq!(1 + 1, 3, "arithmetic");
}

#[given("a step that waits for ever")]
async fn waits(_: &mut World) {
    std::future::pending().await
}

#[given("a step that blocks its thread")]
fn blocks(_: &mut World) {
    std::thread::sleep(Duration::from_secs(3600));
}

#[given(regex = r"^a step of (\S+) meanings$")]
fn meanings(_: &mut World, _count: String) {}

#[given("a step of two meanings")]
fn two_meanings(_: &mut World) {}

#[given("a step that blocks until two scenarios have come to it")]
fn meets(_: &mut World) {
    static MEETING: Barrier = Barrier::new(2);
    MEETING.wait();
}

static ON_STAGE: AtomicUsize = AtomicUsize::new(0);

#[given("a step that takes a moment")]
async fn takes_a_moment(_: &mut World) {
    ON_STAGE.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(50)).await;
    ON_STAGE.fetch_sub(1, Ordering::SeqCst);
}

#[given("a step that takes a moment and wants to be alone")]
async fn alone(_: &mut World) {
    for _ in 0..10 {
        assert_eq!(ON_STAGE.load(Ordering::SeqCst), 0, "somebody else is playing");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
