//! What happened on the sockets: calls, bytes, messages, failures, and the session that holds them.
//!
//! In scope: the [`Spool`] of each direction, the [`CallLog`], the [`Report`]s by which worker threads tell what they did,
//! and [`Session::apply`], the only place where that changes what the program knows; how a file is opened that was named from outside
//! ([`GivenFile`]). Out of scope: sockets, windows, what is in such files.

mod bodies;
mod calls;
mod clock;
mod environment;
mod failure;
pub mod given_file;
mod hex;
mod ids;
mod jobs;
pub mod kernel;
mod search;
mod sessions;
mod sieve;
mod spools;
mod way;

pub use bodies::{Body, Content, Copied, Derived, FramePart, PourError};
pub use calls::{CALL_SIZE, Call, CallKind, CallLog, CallLogWriter, Carrier, Carriers, Outcome, Turn, Turns};
pub use clock::{Clock, Moment};
pub use environment::{temporary_folder, typed_path, variable};
pub use failure::{Cause, Failure, Operation, Subject, SystemError};
pub use given_file::{GivenFile, Special};
pub use hex::{HexError, hex_bytes};
pub use ids::{ConnectionId, Place, Role, SessionId};
pub use jobs::catch_panic::{guarded, panic_text};
pub use jobs::threads::{start_scoped, start_thread, threads_max};
pub use jobs::{Followed, Follower, Maker, Progressing};
pub use search::{HITS_MAX, Hit, Hits, PATTERN_MAX, Pattern, PatternError, REGEX_HIT_MAX, Search, Searched};
pub use sessions::{
    BUCKETS_MAX, Blocked, Bucket, Burst, CLOSED_MAX, Columns, Connection, Connections, Direction, Ended, Event,
    KEPT_MAX, Listener, Message, Note, Opened, Progress, Rate, Reason, Rejection, Report, Session, Spoken, State,
    TlsEvent, TlsLayer, Track, Traffic, Verdict,
};
pub use sieve::{Ending, Filter, Kinds, Outcomes, Scope, Sieve, Sieved, SievedRow, Sifting};
pub use spools::{BodyFile, Disk, Headroom, LimitReached, MEMORY_MAX, NoRoom, Spool, SpoolWriter, Unpacked, WhyNoRoom};
pub use way::{Layer, Way};
