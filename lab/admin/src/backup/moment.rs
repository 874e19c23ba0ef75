//! The moment that a backup or a restore is called by.

use gitlab_mattermost_core::backup::Stamp;
use jiff::{SignedDuration, Timestamp};

use super::error::BackupError;

/// More names of seconds than this are not tried: so many backups are never made at once.
const MOST: i64 = 3600;

/// Now, or the first second after it that is free: names have seconds, and somebody may have begun within this one.
pub(super) fn free(is_taken: impl Fn(&Stamp) -> Result<bool, BackupError>) -> Result<Stamp, BackupError> {
    let now = Timestamp::now();
    for seconds in 0..MOST {
        let moment = now.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| BackupError::OurBug)?;
        let text = moment.strftime("%Y-%m-%d-%H-%M-%S").to_string();
        let stamp = Stamp::parse(&text).ok_or(BackupError::OurBug)?;
        if !is_taken(&stamp)? {
            return Ok(stamp);
        }
    }
    Err(BackupError::OurBug)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_second_that_is_taken_leaves_the_next_one() {
        let (first, asked) = (Cell::new(None), Cell::new(0));
        let second = free(|stamp| {
            first.set(first.take().or(Some(stamp.clone())));
            asked.set(asked.get() + 1);
            Ok(asked.get() < 3)
        });
        assert!(second.unwrap() > first.take().unwrap() && asked.get() == 3);
    }
}
