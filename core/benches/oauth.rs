//! How long a whole sign-in takes on both sides together, and whether memory stays flat.
//!
//! Wanted: less than 3 ms for every request of a sign-in; after the stores are full, 100 000 sign-ins take no more memory.
//!
//! `cargo bench -p gitlab-mattermost-core --bench oauth`
#![allow(clippy::unwrap_used, clippy::panic, reason = "a measurement that cannot go on has failed")]

use divan::Bencher;

use self::browser::Browser;
use self::sides::Sides;

#[allow(dead_code, reason = "only the simulation needs all of it")]
#[path = "../tests/oauth_simulation/browser.rs"]
mod browser;
#[allow(dead_code, reason = "only the simulation needs all of it")]
#[path = "../tests/oauth_simulation/sides.rs"]
mod sides;

/// How many people have an account.
const PEOPLE: usize = 5;

/// Sign-ins between two looks at the memory.
const STRETCH: usize = 25_000;

/// What may come and go between two looks, in bytes.
const SLACK: usize = 4 << 20;

fn main() {
    divan::main();
}

/// From the log-in button into Mattermost with an empty browser: password, consent or redirect page, code, token, user.
#[divan::bench]
fn sign_in_with_password(bencher: Bencher<'_, '_>) {
    let mut sides = Sides::new(1, PEOPLE);
    bencher.bench_local(|| assert!(sides.sign_in(&mut Browser::new(1))));
}

/// From the log-in button into Mattermost with a browser that is signed in to GitLab: code, token, user.
#[divan::bench]
fn sign_in_of_somebody_known_to_gitlab(bencher: Bencher<'_, '_>) {
    let (mut sides, mut browser) = (Sides::new(1, PEOPLE), Browser::new(1));
    bencher.bench_local(|| assert!(sides.sign_in(&mut browser)));
}

/// Codes, tokens and sessions have their limits: once they are reached, nothing grows.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn a_hundred_thousand_sign_ins() {
    let mut sides = Sides::new(1, PEOPLE);
    let resident: Vec<usize> = (0..4).map(|_| stretch(&mut sides)).collect();
    eprintln!("resident bytes after each {STRETCH} sign-ins: {resident:?}");
    assert!(resident[3] < resident[1] + SLACK, "memory grows: {resident:?}");
}

/// Signs people in and out again; returns how much memory is resident then.
fn stretch(sides: &mut Sides) -> usize {
    for number in 0..STRETCH {
        assert!(sides.sign_in(&mut Browser::new(number % PEOPLE)));
        // The real server keeps sessions in its database; those of this store would be ours.
        sides.store.sessions.clear();
    }
    assert!(sides.store.tokens.is_empty() && sides.store.accounts.len() == PEOPLE);
    resident_bytes()
}

/// What Linux says of this process; 0 elsewhere.
#[allow(clippy::disallowed_methods, reason = "it measures its own process")]
fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).map_or(0, |pages| pages * 4096)
}
