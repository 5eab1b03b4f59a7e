//! What the user typed into the address field, understood.
//!
//! In scope: `www.baidu.com`, `host:port`, IPv4 and IPv6 literals, with a zone too, `http://` and `https://` URLs with path and query. The
//! `url` crate reads them, by the WHATWG URL standard. Out of scope: resolving the name.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use url::{Host, ParseError, Url};

use super::authority::{TargetError, Typed};

/// The Web's standard port,
const HTTP_PORT: u16 = 80;
/// and the one for TLS.
const HTTPS_PORT: u16 = 443;

/// Where to connect, and what to ask for there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host as getaddrinfo takes it: a name, or an address without brackets, an IPv6 address with its zone if it has one
    /// (`fe80::1%eth0`).
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

impl Target {
    /// Reads what the user typed.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        if text.trim().is_empty() {
            return Err(TargetError::Empty);
        }
        let typed = Typed::read(text)?;
        let url = Url::parse(&typed.url).map_err(|error| match error {
            ParseError::InvalidIpv4Address => TargetError::Ipv4,
            _ => typed.no_host(),
        })?;
        let tls = url.scheme() == "https";
        let port = url.port().unwrap_or(standard_port(tls));
        let host = match (url.host().ok_or(TargetError::Host)?, &typed.zone) {
            (Host::Domain(name), _) if !is_host_name(name) => return Err(typed.no_host()),
            (Host::Domain(name), _) => name.to_owned(),
            (Host::Ipv4(address), _) => address.to_string(),
            (Host::Ipv6(address), None) => address.to_string(),
            (Host::Ipv6(address), Some(zone)) => format!("{address}%{zone}"),
        };
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self { host, port, tls, path, authorization: authorization(&url) })
    }

    /// The value of its Authorization field, to be sent.
    pub fn authorization_value(&self) -> Option<&str> {
        self.authorization.as_ref().map(|Secret(value)| value.as_str())
    }

    /// The target without its user name and password.
    pub fn without_credentials(&self) -> Self {
        Self { authorization: None, ..self.clone() }
    }

    /// Whether `other` is asked for at the same host and port, and in the same way.
    pub fn is_same_peer(&self, other: &Self) -> bool {
        (&self.host, self.port, self.tls) == (&other.host, other.port, other.tls)
    }

    /// The host without the zone of an IPv6 address, which means something on this machine alone (RFC 6874 §1).
    pub fn host_without_zone(&self) -> &str {
        self.host.split_once('%').map_or(&self.host, |(address, _)| address)
    }

    /// The value of the Host field, RFC 9110 §7.2: the port only where it is not the standard one.
    pub fn authority(&self) -> String {
        self.with_port(self.host_without_zone())
    }

    fn with_port(&self, host: &str) -> String {
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        if self.port == standard_port(self.tls) { host } else { format!("{host}:{}", self.port) }
    }

    /// Its URL; the zone of an IPv6 address as RFC 6874 writes it.
    pub fn url(&self) -> String {
        let authority = self.with_port(&self.host.replacen('%', "%25", 1));
        format!("{}://{authority}{}", if self.tls { "https" } else { "http" }, self.path)
    }

    /// The request that asks for the target's path and for the connection to be closed after the reply, with CRLF line ends.
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

/// Whether the system may know such a name; the URL standard takes more.
fn is_host_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
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
            ("１２７.0.0.1:8000/x", "127.0.0.1", 8000, "/x"),
            ("http:8080/x", "http", 8080, "/x"),
            ("my_host:81?q=http://[x", "my_host", 81, "/?q=http://[x"),
            ("fe80::1%eth0", "fe80::1%eth0", 80, "/"),
            (" fe80::1%2 ", "fe80::1%2", 80, "/"),
            ("[fe80::1%25lo]:8080/x", "fe80::1%lo", 8080, "/x"),
            ("http://[FE80:0::1%25br-7%2e1]/%25", "fe80::1%br-7.1", 80, "/%25"),
            ("https://[fe80::1%eth0]", "fe80::1%eth0", 443, "/"),
            ("http://例子.中国/页", "xn--fsqu00a.xn--fiqs8s", 80, "/%E9%A1%B5"),
        ] {
            let tls = text.starts_with("https");
            let expected = Target { host: host.into(), port, tls, path: path.into(), authorization: None };
            assert_eq!(Target::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        let port = |port: &str| TargetError::Port(port.into());
        let character = |at, character| TargetError::Character { at, character };
        for (text, error) in [
            ("", TargetError::Empty),
            ("  ", TargetError::Empty),
            ("host:0", port("0")),
            ("host:99999", port("99999")),
            ("http://host:+80/", port("+80")),
            ("[::1]:65536/x", port("65536")),
            ("host:80:90", port("80:90")),
            ("host:8０/", character(6, '０')),
            ("two words", character(3, ' ')),
            ("  http://a@ex ample.org/x", character(13, ' ')),
            ("127,0,0,1:80", character(3, ',')),
            ("127.0.0.1，80", character(9, '，')),
            ("127.0.0.1：80/页", character(9, '：')),
            ("\"http://example.org\"", character(0, '"')),
            ("http://“example.org”/", character(7, '“')),
            ("exam\tple.org", character(4, '\t')),
            ("http:/example.org", TargetError::Slashes),
            ("http:example.org", TargetError::Slashes),
            ("HTTPS:\\\\example.org", TargetError::Slashes),
            ("http//example.org", TargetError::Slashes),
            ("http:///example.org", TargetError::Slashes),
            ("http://", TargetError::Host),
            (":80", TargetError::Host),
            ("300.1.1.1", TargetError::Ipv4),
            ("[::1", TargetError::Brackets),
            ("[::1]80", TargetError::Brackets),
            ("2001:db8::7:99999", TargetError::Brackets),
            ("[fe80::g]:80", TargetError::Ipv6),
            ("[fe80::1%]", TargetError::Ipv6),
            ("[fe80::1%a b]", TargetError::Ipv6),
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
    fn a_zone_stays_on_this_machine() {
        let target = Target::parse("fe80::1%lo").unwrap();
        assert_eq!((target.host_without_zone(), target.authority().as_str()), ("fe80::1", "[fe80::1]"));
        assert!(target.request().contains("\r\nHost: [fe80::1]\r\n"));
        assert_eq!(target.url(), "http://[fe80::1%25lo]/");
        let elsewhere = Target::parse("http://[fe80::1%25lo]:81/x").unwrap();
        assert_eq!(
            (elsewhere.authority().as_str(), Target::parse(&elsewhere.url())),
            ("[fe80::1]:81", Ok(elsewhere.clone()))
        );
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
