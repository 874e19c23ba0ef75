//! Cookies as the server writes them.

use std::fmt;
use std::time::Duration;

use crate::oauth::UnixTime;

/// A `Set-Cookie` field; its `Display` is the field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// Name.
    pub name: &'static str,
    /// Value; secret for most cookies, so `Display` is for the wire only.
    pub value: String,
    /// Folder it holds for.
    pub path: String,
    /// Domain, where subdomains may see it.
    pub domain: Option<String>,
    /// When it ends and in how many seconds; `None` deletes it.
    pub lifetime: Option<(UnixTime, u64)>,
    /// Hidden from scripts.
    pub http_only: bool,
    /// Sent over TLS alone.
    pub secure: bool,
}

impl Cookie {
    /// A cookie that lasts `seconds` from `now` on.
    pub fn lasting(name: &'static str, value: String, path: &str, now: UnixTime, seconds: u64) -> Self {
        let end = now + Duration::from_secs(seconds);
        let (domain, http_only, secure) = (None, false, false);
        Self { name, value, path: path.to_owned(), domain, lifetime: Some((end, seconds)), http_only, secure }
    }

    /// A field that deletes the cookie `name`.
    pub fn deleted(name: &'static str, path: &str) -> Self {
        let (value, domain) = (String::new(), None);
        Self { name, value, path: path.to_owned(), domain, lifetime: None, http_only: true, secure: false }
    }
}

impl fmt::Display for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}; Path={}", self.name, self.value, self.path)?;
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        match self.lifetime {
            Some((end, seconds)) => write!(f, "; Expires={}; Max-Age={seconds}", http_date(end))?,
            None => f.write_str("; Max-Age=0")?,
        }
        f.write_str(if self.http_only { "; HttpOnly" } else { "" })?;
        f.write_str(if self.secure { "; Secure" } else { "" })
    }
}

/// A date as HTTP writes it: `Wed, 02 Jun 2021 08:00:00 GMT`.
pub fn http_date(time: UnixTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, seconds) = (time.seconds() / 86400, time.seconds() % 86400);
    // Years are counted from March of year 0, so that a leap day is the last day of its year.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + era * 400 + u64::from(month >= 10);
    let name = |names: &[&'static str], index: u64| usize::try_from(index).ok().and_then(|i| names.get(i).copied());
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
        name(&DAYS, days % 7).unwrap_or_default(),
        name(&MONTHS, (month + 2) % 12).unwrap_or_default(),
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_http_writes_them() {
        for (seconds, date) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_622_620_800, "Wed, 02 Jun 2021 08:00:00 GMT"),
            (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(UnixTime { millis: seconds * 1000 }), date);
        }
    }
}
