//! The version in a start line (RFC 9112 §2.3).
//!
//! In scope: `HTTP/` DIGIT `.` DIGIT. Out of scope: what a version permits.

use std::fmt;

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The digit before the point.
    pub major: u8,
    /// The digit after the point.
    pub minor: u8,
}

impl Version {
    /// HTTP/1.0.
    pub const HTTP_10: Version = Version { major: 1, minor: 0 };
    /// HTTP/1.1.
    pub const HTTP_11: Version = Version { major: 1, minor: 1 };

    /// Reads exactly a version. Returns `None` for anything else. The letters are case-sensitive.
    pub(super) fn read(bytes: &[u8]) -> Option<Version> {
        let [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] = bytes else {
            return None;
        };
        Some(Version { major: digit(*major)?, minor: digit(*minor)? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP/{}.{}", self.major, self.minor)
    }
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn reads_only_a_whole_version() {
        assert_eq!(Version::read(b"HTTP/1.1"), Some(Version::HTTP_11));
        assert_eq!(Version::read(b"HTTP/1.0"), Some(Version::HTTP_10));
        for odd in ["", "HTTP/1", "HTTP/1.", "HTTP/1.10", "http/1.1", "HTTP/1x1", "HTTP/a.1"] {
            assert_eq!(Version::read(odd.as_bytes()), None, "{odd}");
        }
    }
}
