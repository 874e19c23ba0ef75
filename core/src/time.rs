//! The time a message arrives at, given by the caller.

use std::ops::Add;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. The state machines never ask a clock; they are told.
///
/// # Shape
/// In JSON a number of milliseconds: `1643616900250`. Rejected: a negative number, a fraction.
///
/// ```
/// use gitlab_mattermost_core::time::UnixTime;
///
/// let time = UnixTime { millis: 1_643_616_900_250 };
/// assert_eq!(time.to_iso8601(), "2022-01-31T08:15:00.250Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime {
    /// Milliseconds since the epoch.
    pub millis: u64,
}

impl UnixTime {
    /// Whole seconds since the epoch.
    pub const fn seconds(self) -> u64 {
        self.millis / 1000
    }

    /// Date and time in UTC as ISO 8601 with milliseconds: `2022-01-31T08:15:00.250Z`.
    pub fn to_iso8601(self) -> String {
        let (year, month, day) = self.civil_date();
        let (hour, minute, second) = self.time_of_day();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", self.millis % 1000)
    }

    /// Date and time as HTTP header fields write it: `Mon, 31 Jan 2022 08:15:00 GMT`.
    pub fn to_http_date(self) -> String {
        const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (year, month, day) = self.civil_date();
        let (hour, minute, second) = self.time_of_day();
        let weekday = WEEKDAYS.get((self.seconds() / 86_400 % 7) as usize).unwrap_or(&"");
        let month = MONTHS.get(month as usize - 1).unwrap_or(&"");
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// Year, month and day in UTC, by counting whole eras of 400 years from 1 March of year 0.
    const fn civil_date(self) -> (u64, u64, u64) {
        let days = self.seconds() / 86_400 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    const fn time_of_day(self) -> (u64, u64, u64) {
        let seconds = self.seconds() % 86_400;
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// Time passed since `earlier`; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.millis.saturating_sub(earlier.millis))
    }
}

impl Add<Duration> for UnixTime {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self { millis: self.millis.saturating_add(millis) }
    }
}

#[cfg(test)]
mod tests {
    use super::UnixTime;

    #[test]
    fn writes_dates_of_leap_years_and_turns_of_the_century() {
        for (seconds, iso, http) in [
            (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_643_616_900, "2022-01-31T08:15:00.000Z", "Mon, 31 Jan 2022 08:15:00 GMT"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z", "Sun, 28 Feb 2100 23:59:59 GMT"),
        ] {
            let time = UnixTime { millis: seconds * 1000 };
            assert_eq!((time.to_iso8601().as_str(), time.to_http_date().as_str()), (iso, http));
        }
    }
}
