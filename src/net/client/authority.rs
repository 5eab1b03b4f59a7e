//! A typed address before it is read as a URL: what a URL can't say, and what people slip in.
//!
//! In scope: the zone of an IPv6 address (RFC 4007, RFC 6874), which the URL standard has no place for; what is wrong with scheme, host
//! and port, said for what it is. Out of scope: path and query, user names.

use core::net::Ipv6Addr;

use percent_encoding::percent_decode_str;

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing was typed.
    #[error("empty address")]
    Empty,
    /// The host can't be one.
    #[error("not a host")]
    Host,
    /// It looks like an IPv4 address, and is none.
    #[error("not an IPv4 address")]
    Ipv4,
    /// What stands in brackets is no IPv6 address, or its zone is none.
    #[error("not an IPv6 address")]
    Ipv6,
    /// An IPv6 address with a port stands in brackets, and a colon between them.
    #[error("brackets are missing")]
    Brackets,
    /// Two slashes stand behind `http:`.
    #[error("slashes are missing, or too many")]
    Slashes,
    /// A character that no host or port has.
    #[error("{character:?} at {at}")]
    Character {
        /// Where it stands, counted in characters from 0.
        at: usize,
        /// Which one.
        character: char,
    },
    /// The port is no number from 1 to 65535.
    #[error("{0} is not a port")]
    Port(String),
    /// Another scheme than `http:` and `https:`.
    #[error("unknown scheme {0}")]
    Scheme(String),
}

/// An address as it was typed.
pub(super) struct Typed<'a> {
    /// As a URL, without a zone.
    pub url: String,
    /// The zone of an IPv6 address: an interface of this machine, by name or number.
    pub zone: Option<String>,
    host: &'a str,
    /// The number of characters from the beginning of the host on,
    behind: usize,
    /// and in all.
    count: usize,
}

impl<'a> Typed<'a> {
    /// Reads `text`.
    pub fn read(text: &'a str) -> Result<Self, TargetError> {
        let text = text.trim_end();
        let count = text.chars().count();
        let trimmed = text.trim_start();
        if let Some((address, zone)) = bare_v6(trimmed) {
            return Ok(Self { url: format!("http://[{address}]/"), zone, host: trimmed, behind: 0, count });
        }
        let (scheme, rest) = scheme(trimmed)?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if authority.is_empty() && !path.is_empty() {
            return Err(TargetError::Slashes);
        }
        let at = authority.rfind('@').map_or(0, |at| at + 1);
        let (user, host) = authority.split_at_checked(at).unwrap_or(("", authority));
        let behind = host.chars().count() + path.chars().count();
        let mut typed = Self { url: String::new(), zone: None, host, behind, count };
        let host = typed.checked_host()?;
        typed.url = format!("{scheme}://{user}{host}{path}");
        Ok(typed)
    }

    /// The error for a host that the URL standard, or the system, does not take.
    pub fn no_host(&self) -> TargetError {
        self.first(|ch| !ch.is_ascii() && !ch.is_alphanumeric() && !is_dot(ch)).unwrap_or(TargetError::Host)
    }

    /// Host and port without a zone.
    fn checked_host(&mut self) -> Result<String, TargetError> {
        let host = self.host;
        if let Some(inside) = host.strip_prefix('[') {
            let (inside, after) = inside.split_once(']').ok_or(TargetError::Brackets)?;
            let (address, zone) = inside.split_once('%').unwrap_or((inside, ""));
            address.parse::<Ipv6Addr>().map_err(|_| TargetError::Ipv6)?;
            if inside.contains('%') {
                // RFC 6874 writes a percent sign as %25; people leave that out.
                let zone = zone.strip_prefix("25").filter(|zone| !zone.is_empty()).unwrap_or(zone);
                self.zone = Some(checked_zone(&percent_decode_str(zone).decode_utf8_lossy())?);
            }
            match after.strip_prefix(':') {
                Some(port) => self.check_port(port)?,
                None if after.is_empty() => {}
                None => return Err(TargetError::Brackets),
            }
            return Ok(format!("[{address}]{after}"));
        }
        let belongs = |ch: char| !ch.is_ascii() || ch.is_ascii_alphanumeric() || "-._:%".contains(ch);
        let (name, port) = host.split_once(':').unwrap_or((host, ""));
        let is_wrong = |ch: char| ch.is_whitespace() || is_punctuation(ch) || (!belongs(ch) && name.contains(ch));
        if let Some(error) = self.first(is_wrong) {
            return Err(error);
        }
        if port.contains(':') && name.chars().all(|ch| ch.is_ascii_hexdigit()) {
            return Err(TargetError::Brackets);
        }
        self.check_port(port)?;
        if name.is_empty() { Err(TargetError::Host) } else { Ok(host.to_owned()) }
    }

    /// Without one, it is the standard port.
    fn check_port(&self, port: &str) -> Result<(), TargetError> {
        if port.is_empty() {
            return Ok(());
        }
        if !port.is_ascii() {
            let place = self.host.chars().count() - port.chars().count();
            return self.first_from(place, |ch| !ch.is_ascii()).map_or(Ok(()), Err);
        }
        let is_number = port.bytes().all(|digit| digit.is_ascii_digit());
        match port.parse::<u16>() {
            Ok(1..) if is_number => Ok(()),
            _ => Err(TargetError::Port(port.to_owned())),
        }
    }

    fn first(&self, is_wrong: impl Fn(char) -> bool) -> Option<TargetError> {
        self.first_from(0, is_wrong)
    }

    /// The first wrong character of the host, from its character number `place` on.
    fn first_from(&self, place: usize, is_wrong: impl Fn(char) -> bool) -> Option<TargetError> {
        let (nth, character) = self.host.chars().enumerate().skip(place).find(|(_, ch)| is_wrong(*ch))?;
        Some(TargetError::Character { at: self.count - self.behind + nth, character })
    }
}

/// The dots of names in other scripts, by UTS #46.
fn is_dot(ch: char) -> bool {
    matches!(ch, '。' | '．' | '｡')
}

/// Quotes, commas and other marks beyond ASCII, of which the URL standard takes some as parts of a name.
fn is_punctuation(ch: char) -> bool {
    let is_mark = matches!(ch, '«' | '»' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{301f}' | '\u{ff01}'..='\u{ff65}');
    is_mark && !ch.is_alphanumeric() && !is_dot(ch)
}

/// An IPv6 address that stands alone, and its zone.
fn bare_v6(text: &str) -> Option<(Ipv6Addr, Option<String>)> {
    let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    Some((address.parse().ok()?, zone.map(checked_zone).transpose().ok()?))
}

fn checked_zone(zone: &str) -> Result<String, TargetError> {
    let is_odd = |ch: char| ch.is_whitespace() || ch.is_control() || "%/[]:".contains(ch);
    if zone.is_empty() || zone.contains(is_odd) { Err(TargetError::Ipv6) } else { Ok(zone.to_owned()) }
}

/// The scheme, `http` if there is none, and what follows it.
fn scheme(text: &str) -> Result<(&str, &str), TargetError> {
    let is_scheme = |ch: char| ch.is_ascii_alphanumeric() || "+-.".contains(ch);
    match text.split_once("://") {
        Some((scheme, rest)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            Ok((scheme, rest))
        }
        // Of anything else, `://` stands further on, in a query.
        Some((scheme, _)) if !scheme.is_empty() && scheme.chars().all(is_scheme) => {
            Err(TargetError::Scheme(scheme.to_owned()))
        }
        _ if lacks_slashes(text) => Err(TargetError::Slashes),
        _ => Ok(("http", text)),
    }
}

/// Whether it begins with `http:` or `http//`, and no port stands behind.
fn lacks_slashes(text: &str) -> bool {
    let end = text.find([':', '/']).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if !["http", "https"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
        return false;
    }
    let port = rest.strip_prefix(':').map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    match port {
        Some(port) => port.is_empty() || !port.bytes().all(|digit| digit.is_ascii_digit()),
        None => rest.starts_with("//"),
    }
}
