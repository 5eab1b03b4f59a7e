//! A moment as the clock on the wall shows it.
//!
//! In scope: the time of day in the machine's time zone, to the microsecond. Out of scope: dates.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The time zone of this machine, as far as it is known.
#[derive(Clone, Debug)]
pub struct WallClock {
    zone: Option<TimeZone>,
}

impl WallClock {
    /// The machine's own time zone; that of Greenwich where it is not known.
    pub fn local() -> Self {
        Self { zone: TimeZone::try_system().ok() }
    }

    /// The time of day to the second: `14:03:27`.
    #[must_use]
    pub fn seconds(&self, time: SystemTime) -> String {
        let text = self.text(time);
        text.split_once('.').map_or(text.clone(), |(seconds, _)| seconds.to_owned())
    }

    /// The time of day: `14:03:27.123456`, with a `Z` behind it if it is that of Greenwich because the time zone is not known. Empty
    /// for a time before the year −9999 or after 9999.
    pub fn text(&self, time: SystemTime) -> String {
        let Ok(time) = Timestamp::try_from(time) else { return String::new() };
        let (zone, mark) = match &self.zone {
            Some(zone) => (zone.clone(), ""),
            None => (TimeZone::UTC, "Z"),
        };
        format!("{}{mark}", zone.to_datetime(time).strftime("%H:%M:%S%.6f"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_time_of_day_is_that_of_the_zone_or_of_greenwich_with_a_mark() {
        let time = UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789);
        for (zone, text) in [
            (None, "22:13:20.123456Z"),
            (Some(TimeZone::UTC), "22:13:20.123456"),
            (Some(TimeZone::fixed(jiff::tz::offset(8))), "06:13:20.123456"),
        ] {
            assert_eq!(WallClock { zone }.text(time), text);
        }
        assert_eq!(WallClock { zone: None }.text(UNIX_EPOCH - Duration::from_micros(1)), "23:59:59.999999Z");
    }
}
