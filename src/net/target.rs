//! What the user typed into the address field, understood.
//!
//! In scope: `www.baidu.com`, `host:port`, IPv4 and IPv6 literals, `http://` and `https://` URLs with path and query. The `url` crate reads
//! them, by the WHATWG URL standard. Out of scope: resolving the name.

use core::net::Ipv6Addr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// The Web's standard port,
const HTTP_PORT: u16 = 80;
/// and the one for TLS.
const HTTPS_PORT: u16 = 443;

/// Where to connect, and what to ask for there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host as getaddrinfo takes it: a name, or an address without brackets.
    pub host: String,
    /// The port, 1 to 65535.
    pub port: u16,
    /// Whether to secure the connection with TLS: the scheme is `https:`.
    pub tls: bool,
    /// Path and query as they go into a request, beginning with `/`.
    pub path: String,
    /// The value of an Authorization field, made of a user name and password in the URL (RFC 7617). It is shown in the request that
    /// is sent, and nowhere else.
    pub authorization: Option<Secret>,
}

/// A text that is sent and not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing was typed.
    #[error("empty address")]
    Empty,
    /// The host can't be one.
    #[error("not a host")]
    Host,
    /// The port is no number from 1 to 65535.
    #[error("not a port")]
    Port,
    /// Another scheme than `http:` and `https:`.
    #[error("unknown scheme {0}")]
    Scheme(String),
}

impl Target {
    /// Reads what the user typed.
    ///
    /// # Errors
    /// Why it is no address to connect to.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        let url = Url::parse(&as_url(text)?).map_err(|error| match error {
            url::ParseError::InvalidPort => TargetError::Port,
            _ => TargetError::Host,
        })?;
        let tls = url.scheme() == "https";
        let port = url.port().unwrap_or(standard_port(tls));
        if port == 0 {
            return Err(TargetError::Port);
        }
        let host = match url.host().ok_or(TargetError::Host)? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self { host, port, tls, path, authorization: authorization(&url) })
    }

    /// The value of its Authorization field, to be sent.
    #[must_use]
    pub fn authorization_value(&self) -> Option<&str> {
        self.authorization.as_ref().map(|Secret(value)| value.as_str())
    }

    /// The same without its user name and password.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        Self { authorization: None, ..self.clone() }
    }

    /// The value of the Host field, RFC 9110 §7.2: the port only where it is not the standard one.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == standard_port(self.tls) { host } else { format!("{host}:{}", self.port) }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}{}", if self.tls { "https" } else { "http" }, self.authority(), self.path)
    }

    /// The request that asks for the target's path and for the connection to be closed after the reply, with CRLF line ends.
    #[must_use]
    pub fn request(&self) -> String {
        let (path, authority) = (&self.path, self.authority());
        let authorization = self.authorization_value().map(|value| format!("Authorization: {value}\r\n"));
        let authorization = authorization.unwrap_or_default();
        format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\n{authorization}Connection: close\r\n\r\n")
    }
}

fn standard_port(tls: bool) -> u16 {
    if tls { HTTPS_PORT } else { HTTP_PORT }
}

/// The user name and password of `url` as Basic credentials.
fn authorization(url: &Url) -> Option<Secret> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let pair = [decoded(url.username()), vec![b':'], decoded(url.password().unwrap_or_default())].concat();
    Some(Secret(format!("Basic {}", BASE64_STANDARD.encode(pair))))
}

/// The text as a URL of the scheme `http:` or `https:`.
fn as_url(text: &str) -> Result<String, TargetError> {
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok(format!("http://[{text}]/"));
    }
    match text.split_once("://") {
        None => Ok(format!("http://{text}")),
        Some((scheme, _)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            Ok(text.to_owned())
        }
        // A host can't hold these, so `://` stands further on, in a query.
        Some((before, _)) if before.contains(['/', '?', '#', ':']) => Ok(format!("http://{text}")),
        Some((scheme, _)) => Err(TargetError::Scheme(scheme.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_type_is_understood() {
        for (text, host, port, path) in [
            ("www.baidu.com", "www.baidu.com", 80, "/"),
            ("  www.sina.com.cn:80 ", "www.sina.com.cn", 80, "/"),
            ("localhost:9999", "localhost", 9999, "/"),
            ("127.0.0.1:8000", "127.0.0.1", 8000, "/"),
            ("::1", "::1", 80, "/"),
            ("[::1]:8080", "::1", 8080, "/"),
            ("http://[2001:db8::7]:81/x", "2001:db8::7", 81, "/x"),
            ("http://example.org/a/b%20c?d=e#f", "example.org", 80, "/a/b%20c?d=e"),
            ("example.org/go?to=http://other/", "example.org", 80, "/go?to=http://other/"),
            ("https://example.org", "example.org", 443, "/"),
            ("https://example.org:8443/x", "example.org", 8443, "/x"),
            ("HTTP://EXAMPLE.org", "example.org", 80, "/"),
            ("http://例子.中国/页", "xn--fsqu00a.xn--fiqs8s", 80, "/%E9%A1%B5"),
        ] {
            let tls = text.starts_with("https");
            let expected = Target { host: host.into(), port, tls, path: path.into(), authorization: None };
            assert_eq!(Target::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        for (text, error) in [
            ("", TargetError::Empty),
            ("  ", TargetError::Empty),
            ("host:0", TargetError::Port),
            ("host:65536", TargetError::Port),
            ("host:port", TargetError::Port),
            ("two words", TargetError::Host),
            ("http://", TargetError::Host),
            ("[::1", TargetError::Host),
            ("ftp://example.org/", TargetError::Scheme("ftp".into())),
        ] {
            assert_eq!(Target::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_request_is_the_one_that_readers_of_the_tutorial_know() {
        let request = |text| Target::parse(text).unwrap().request();
        assert_eq!(request("www.baidu.com"), "GET / HTTP/1.1\r\nHost: www.baidu.com\r\nConnection: close\r\n\r\n");
        assert_eq!(request("[::1]:8080/a?b"), "GET /a?b HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n");
    }

    #[test]
    fn a_user_name_and_password_become_a_field_and_are_not_shown() {
        let target = Target::parse("http://me%40home:p%C3%A4ss@example.org/").unwrap();
        let fields = "Host: example.org\r\nAuthorization: Basic bWVAaG9tZTpww6Rzcw==\r\nConnection: close";
        assert_eq!(target.request(), format!("GET / HTTP/1.1\r\n{fields}\r\n\r\n"));
        assert_eq!(target.url(), "http://example.org/");
        assert!(!format!("{target:?}").contains("bWVA"));
        assert_eq!(target.without_credentials(), Target::parse("http://example.org/").unwrap());
    }

    #[test]
    fn no_line_end_gets_from_an_address_into_a_request() {
        let request = Target::parse("http://example.org/a\r\nX: y").unwrap().request();
        assert_eq!(request.matches("\r\n").count(), 4);
    }
}
