//! Users by sign-in method: users whose method changed may be locked out.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::pair::{Pair, pairs};
use crate::inventory::{Change, Judgement, Users};

pub(super) fn compare(before: &BTreeMap<String, Users>, after: &BTreeMap<String, Users>, findings: &mut Findings) {
    let none = Users::default();
    for (method, pair) in pairs(before, after) {
        let (old, new) = match pair {
            Pair::Both(old, new) => (*old, *new),
            Pair::Gone(old) => (*old, none),
            Pair::New(new) => (none, *new),
        };
        if old == new {
            continue;
        }
        let (judgement, rule, why) = if new.all() < old.all() {
            (Judgement::Lost, "users-lost-method", "fewer users than before sign in this way")
        } else if new.all() > old.all() {
            (Judgement::Changed, "users-gained-method", "more users than before sign in this way")
        } else {
            (Judgement::Changed, "users-deactivated", "users were deactivated or activated")
        };
        let change = Change::new(judgement, rule, format!("users who sign in by {method}"), why);
        findings.add(change.between(told(old), told(new)));
    }
}

fn told(users: Users) -> String {
    format!("{} active, {} deactivated", users.active, users.deactivated)
}
