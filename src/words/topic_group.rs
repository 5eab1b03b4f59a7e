//! The groups of topics, and the names of the topics in each.
//!
//! In scope: which topics there are, in the order in which they are listed. Out of scope: the topic of a value (see `topic`).

macro_rules! groups {
    ($($(#[doc = $text:literal])* $group:ident = $key:literal: $($name:literal),*;)*) => {
        /// A group of topics.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum TopicGroup {
            $($(#[doc = $text])* $group,)*
        }

        impl TopicGroup {
            /// Every group, in the order in which they are listed.
            pub const ALL: [Self; [$(Self::$group),*].len()] = [$(Self::$group),*];

            /// The prefix of the keys of the group's topics.
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$group => $key,)*
                }
            }

            /// The names of the topics in the group, in order. For fields, methods, codes, options and states, the name is the title too.
            pub(super) fn names(self) -> &'static [&'static str] {
                match self {
                    $(Self::$group => &[$($name),*],)*
                }
            }
        }
    };
}

groups! {
    /// The socket calls.
    Calls = "call":
        "getaddrinfo", "socket", "bind", "listen", "accept", "connect", "send", "recv", "shutdown", "close";
    /// The outcomes of a call.
    Outcomes = "outcome":
        "done", "peer-finished", "timed-out", "stopped", "failed", "blocked", "due";
    /// The states of a connection, and the reasons of its end.
    Connections = "ended":
        "preparing", "open", "peer-finished", "finished", "stopped", "reset", "timed-out", "on-purpose", "failed";
    /// The states of TCP.
    Tcp = "tcp":
        "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
        "CLOSING", "LAST-ACK", "TIME-WAIT";
    /// Figures of the kernel about a connection or a listener.
    Kernel = "kernel":
        "rtt", "rtt-variation", "rto", "congestion-window", "slow-start-threshold", "segment-size", "retransmits",
        "unacknowledged", "not-sent", "unread", "accept-queue", "time-wait";
    /// The causes of failures.
    Failures = "cause":
        "name-not-found", "refused", "unreachable", "timed-out", "reset", "broken-pipe", "address-in-use",
        "address-not-here", "other-family", "denied", "too-many-open", "too-many-threads", "disk-full", "file-too-large", "disk-limit",
        "read-only", "not-found", "is-folder", "not-a-folder", "not-a-file", "too-large", "own-address", "tls",
        "tls-certificate", "panic", "other";
    /// The words of this program, and of sockets.
    House = "house":
        "byte-stream", "segment", "chunk", "http-chunk", "head", "start-line", "field", "separator", "body", "framing",
        "coding", "trailers", "spool", "session", "responder", "pace", "violation", "failure", "socket", "port",
        "loopback", "four-tuple", "handshake", "half-close", "nagle", "window";
    /// Options of a socket.
    Options = "option":
        "SO_REUSEADDR", "TCP_NODELAY", "SO_LINGER", "SO_RCVBUF", "SO_SNDBUF", "SO_KEEPALIVE", "IPV6_V6ONLY",
        "SO_RCVTIMEO", "backlog";
    /// The phases of a connection.
    Phases = "phase":
        "resolve", "attempts", "connect", "tls", "send", "wait", "receive", "prepare";
    /// Columns of lists and tables.
    Columns = "column":
        "number", "time", "time-previous", "time-wall", "call", "asked", "got", "bar", "peer", "local", "connection",
        "note", "name", "state", "sent", "received", "reads", "rate", "age", "thread", "start", "took", "share",
        "connections", "mean", "longest";
    /// Methods of HTTP.
    Methods = "method":
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH";
    /// Status codes of HTTP, and their classes.
    Statuses = "status":
        "1xx", "2xx", "3xx", "4xx", "5xx", "100 Continue", "101 Switching Protocols", "103 Early Hints", "200 OK",
        "201 Created", "202 Accepted", "204 No Content", "206 Partial Content", "301 Moved Permanently", "302 Found",
        "303 See Other", "304 Not Modified", "307 Temporary Redirect", "308 Permanent Redirect", "400 Bad Request",
        "401 Unauthorized", "403 Forbidden", "404 Not Found", "405 Method Not Allowed", "406 Not Acceptable",
        "407 Proxy Authentication Required", "408 Request Timeout", "409 Conflict", "410 Gone", "411 Length Required",
        "412 Precondition Failed", "413 Content Too Large", "414 URI Too Long", "415 Unsupported Media Type",
        "416 Range Not Satisfiable", "417 Expectation Failed", "421 Misdirected Request", "422 Unprocessable Content",
        "426 Upgrade Required", "429 Too Many Requests", "431 Request Header Fields Too Large",
        "500 Internal Server Error", "501 Not Implemented", "502 Bad Gateway", "503 Service Unavailable",
        "504 Gateway Timeout", "505 HTTP Version Not Supported";
    /// Fields of HTTP.
    Fields = "field":
        "Accept", "Accept-Encoding", "Accept-Language", "Accept-Ranges", "Access-Control-Allow-Origin", "Age", "Allow",
        "Alt-Svc", "Authorization", "Cache-Control", "Connection", "Content-Disposition", "Content-Encoding",
        "Content-Language", "Content-Length", "Content-Location", "Content-Range", "Content-Type", "Cookie", "Date",
        "ETag", "Expect", "Expires", "Forwarded", "From", "Host", "If-Match", "If-Modified-Since", "If-None-Match",
        "If-Range", "If-Unmodified-Since", "Keep-Alive", "Last-Modified", "Link", "Location", "Max-Forwards", "Origin",
        "Pragma", "Proxy-Authenticate", "Proxy-Authorization", "Range", "Referer", "Retry-After",
        "Sec-WebSocket-Accept", "Sec-WebSocket-Key", "Server", "Set-Cookie", "Strict-Transport-Security", "TE",
        "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Vary", "Via", "WWW-Authenticate";
    /// The framings of a body.
    Framing = "framing":
        "none-head-method", "none-interim", "none-switching-101", "none-no-content-204", "none-not-modified-304",
        "none-connect-tunnel", "none-request-without", "chunked", "content-length", "until-close-response-without",
        "until-close-response-coding", "until-close-request-coding", "until-close-bad-length";
    /// The violations of HTTP.
    Violations = "violation":
        "empty-line-before", "lone-lf", "bare-cr", "nul", "control-character", "odd-request-line", "odd-status-line",
        "status-out-of-range", "space-before-fields", "obs-fold", "no-colon", "space-before-colon", "bad-field-name",
        "bad-content-length", "conflicting-content-length", "repeated-content-length", "length-with-coding",
        "coding-before-http-11", "chunked-twice", "chunked-not-last", "length-without-body", "coding-without-body",
        "padded-chunk-size", "forbidden-trailer";
}
