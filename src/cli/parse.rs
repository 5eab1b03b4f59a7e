//! Reads the values of arguments: times, sizes, methods and fields. An error is what clap says of the value.

use std::time::Duration;

use crate::http::is_token;
use crate::net::BUFFER_MAX;

/// A field given on the command line.
#[derive(Clone, Debug)]
pub struct GivenField {
    /// Its name, a token.
    pub name: String,
    /// Its value, without a line end in it; empty: leave it out.
    pub value: String,
}

/// A day is the longest time that makes sense here; more would overflow a socket's time-out on some systems.
const SECONDS_MAX: f64 = 86_400.0;

/// A time of at least a millisecond.
pub fn time(text: &str) -> Result<Duration, String> {
    time_from(0.001, text)
}

/// A time that may be none.
pub fn pause(text: &str) -> Result<Duration, String> {
    time_from(0.0, text)
}

fn time_from(least: f64, text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (least..=SECONDS_MAX).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("seconds from {least} to {SECONDS_MAX}"))
}

/// A number of bytes, or of 1024, 1024² and so on with K, M, G or T behind it.
pub fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let units = [('K', 10), ('M', 20), ('G', 30), ('T', 40)];
    let unit =
        units.iter().find_map(|(unit, bits)| Some((text.strip_suffix([*unit, unit.to_ascii_lowercase()])?, bits)));
    let (digits, bits) = unit.unwrap_or((text, &0));
    let number = digits.parse::<u64>().ok().filter(|number| *number > 0);
    number.and_then(|number| number.checked_mul(1 << bits)).ok_or_else(|| "a size is a number with K, M, G or T".into())
}

/// The size of a buffer of a socket.
pub fn buffer(text: &str) -> Result<u32, String> {
    let bytes = u32::try_from(size(text)?).ok().filter(|bytes| *bytes <= BUFFER_MAX);
    bytes.ok_or_else(|| format!("at most {BUFFER_MAX} bytes"))
}

/// The method of a request: a token (RFC 9110 §5.6.2).
pub fn method(text: &str) -> Result<String, String> {
    if is_token(text.as_bytes()) { Ok(text.to_owned()) } else { Err("a method is a word without spaces".into()) }
}

/// A field as `NAME: VALUE`.
pub fn field(text: &str) -> Result<GivenField, String> {
    let (name, value) = text.split_once(':').ok_or("a field is NAME: VALUE")?;
    if !is_token(name.as_bytes()) {
        return Err("the name of a field is a word without spaces".into());
    }
    if value.contains(['\r', '\n', '\0']) {
        return Err("the value of a field can't have a line end".into());
    }
    Ok(GivenField { name: name.to_owned(), value: value.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("1", Some(1)),
            ("500M", Some(500 << 20)),
            ("2k", Some(2048)),
            (" 64G ", Some(64 << 30)),
            ("1t", Some(1 << 40)),
            ("0", None),
            ("", None),
            ("G", None),
            ("-1", None),
            ("1.5G", None),
            ("99999999T", None),
        ] {
            assert_eq!(size(text).ok(), bytes, "{text:?}");
        }
    }
}
