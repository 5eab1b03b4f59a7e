//! What went wrong on our side of things: the operation, what it was done to, and why.
//!
//! In scope: failures as data, sorted so that each kind can be explained. Out of scope: the sentences that people read (they
//! stand in the catalogue, in two languages) and what a peer did against HTTP (that is a `Violation`).

use core::net::SocketAddr;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::spools::BodyFileError;
use super::{CallKind, QuotaExceeded, SystemError};
use crate::tls::TlsFailure;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A socket call.
    Call(CallKind),
    /// Keeping received or sent bytes in a temporary file.
    Spool,
    /// Saving a body to a file that the user chose.
    Save,
    /// Opening or reading a file that was named from outside the program.
    ReadFile,
    /// Securing the connection with TLS.
    Tls,
    /// Setting the options of a socket.
    Options,
    /// Sending what the user asks to, over a connection that others are sent over too.
    Orders,
    /// Opening the folder whose files are served.
    OpenFolder,
    /// Starting a thread.
    StartThread,
    /// The work of a thread as a whole.
    Work,
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A host by its name.
    Name {
        /// The name as the user gave it.
        host: String,
        /// The port.
        port: u16,
    },
    /// An address.
    Address(SocketAddr),
    /// A file or folder.
    File(PathBuf),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name { host, port } => write!(f, "{host}:{port}"),
            Self::Address(address) => write!(f, "{address}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

named_enum! {
    /// Why it failed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Cause {
        /// The name has no address, or the name service did not answer.
        NameNotFound = "name-not-found",
        /// Nobody listens there.
        Refused = "refused",
        /// No route to the host or network.
        Unreachable = "unreachable",
        /// The time that was allowed ran out.
        TimedOut(Duration) = "timed-out",
        /// The peer reset the connection.
        Reset = "reset",
        /// We sent after the peer had closed.
        BrokenPipe = "broken-pipe",
        /// Another socket holds the address.
        AddressInUse = "address-in-use",
        /// The local address is one of IPv4 and the other end has none of those, or the same with IPv6.
        OtherFamily = "other-family",
        /// The address does not belong to this machine.
        AddressNotHere = "address-not-here",
        /// The system does not allow it; for a port below 1024 the right to use it is missing.
        Denied = "denied",
        /// No descriptors are left.
        TooManyOpen = "too-many-open",
        /// The system, or the bound that it sets, allows no more threads.
        TooManyThreads = "too-many-threads",
        /// No room on the disk, or the quota is used up.
        DiskFull = "disk-full",
        /// A file may not grow so far, by the limit of the process or of the file system.
        FileTooLarge = "file-too-large",
        /// The limit on temporary files is reached; bytes.
        DiskLimit(u64) = "disk-limit",
        /// The file system or the folder can't be written.
        ReadOnly = "read-only",
        /// The folder or file does not exist.
        NotFound = "not-found",
        /// The path names a folder.
        IsFolder = "is-folder",
        /// What has to be a folder is a file: what the path names, or a part of the path.
        NotAFolder = "not-a-folder",
        /// The path names no file and no folder.
        NotAFile(SpecialFile) = "not-a-file",
        /// The file has more bytes than this limit.
        TooLarge(u64) = "too-large",
        /// It would be a connection of a server to itself, again and again.
        OwnAddress = "own-address",
        /// What TLS refused, or what the peer's TLS did.
        Tls(Arc<TlsFailure>) = "tls",
        /// A thread panicked; the text says where and why.
        Panic(String) = "panic",
        /// Something else; the system's error says what.
        Other = "other",
    }
}

enum_with_all! {
    /// What may stand at a path besides files and folders.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum SpecialFile {
        /// A pipe, or a file that lets its reader wait as one does.
        Pipe = "pipe",
        /// A socket.
        Socket = "socket",
        /// A device.
        Device = "device",
    }
}

/// A failure: operation, subject, cause, and the system's error where there is one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation:?} failed: {cause:?}")]
pub struct Failure {
    /// What was being done.
    pub operation: Operation,
    /// What it was done to, where that is known.
    pub subject: Option<Subject>,
    /// Why it failed.
    pub cause: Cause,
    /// The system's error, where there is one.
    pub system: Option<SystemError>,
}

impl Failure {
    /// The failure of a system call.
    pub fn of(operation: Operation, subject: Option<Subject>, error: &io::Error) -> Self {
        if let Some(BodyFileError { path, error }) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Self::of(Operation::Save, Some(Subject::File(path.clone())), error);
        }
        let cause = match operation {
            Operation::Call(CallKind::Resolve) => Cause::NameNotFound,
            // EAGAIN means another thing there than in a call on a socket.
            Operation::StartThread | Operation::Spool
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory) =>
            {
                Cause::TooManyThreads
            }
            _ => Cause::of(error),
        };
        // A limit of ours the system has no words for.
        let is_ours = match cause {
            Cause::DiskLimit(_) => true,
            Cause::TooManyThreads => error.raw_os_error().is_none(),
            _ => false,
        };
        let system = (!is_ours).then(|| SystemError::of(error));
        Self { operation, subject, cause, system }
    }

    /// A call that ran out of the time that was allowed.
    pub fn timed_out(operation: Operation, subject: Option<Subject>, after: Duration) -> Self {
        Self { operation, subject, cause: Cause::TimedOut(after), system: None }
    }

    /// A failure of TLS, with the words of the library where there are any.
    pub fn of_tls(subject: Option<Subject>, failure: TlsFailure) -> Self {
        let system = failure.detail().map(|text| SystemError { code: None, text: text.to_owned() });
        Self { operation: Operation::Tls, subject, cause: Cause::Tls(Arc::new(failure)), system }
    }

    /// A thread that panicked.
    pub fn panicked(text: String) -> Self {
        Self { operation: Operation::Work, subject: None, cause: Cause::Panic(text), system: None }
    }
}

impl Cause {
    fn of(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        if let Some(QuotaExceeded(limit)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Self::DiskLimit(*limit);
        }
        match error.kind() {
            Kind::ConnectionRefused => Self::Refused,
            Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => Self::Unreachable,
            Kind::TimedOut | Kind::WouldBlock => Self::TimedOut(Duration::ZERO),
            Kind::ConnectionReset | Kind::ConnectionAborted => Self::Reset,
            Kind::BrokenPipe => Self::BrokenPipe,
            Kind::AddrInUse => Self::AddressInUse,
            Kind::AddrNotAvailable => Self::AddressNotHere,
            Kind::PermissionDenied => Self::Denied,
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull,
            Kind::FileTooLarge => Self::FileTooLarge,
            Kind::ReadOnlyFilesystem => Self::ReadOnly,
            Kind::NotFound => Self::NotFound,
            Kind::NotADirectory => Self::NotAFolder,
            Kind::IsADirectory => Self::IsFolder,
            _ if matches!(error.raw_os_error(), Some(23 | 24 | 10024)) => Self::TooManyOpen,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_the_system_refuses_is_no_time_out() {
        let refused = io::Error::from_raw_os_error(if cfg!(windows) { 8 } else { 11 });
        let of_system = Failure::of(Operation::StartThread, None, &refused);
        assert_eq!(of_system.cause, Cause::TooManyThreads);
        assert!(of_system.system.is_some(), "the system has words for it");
        let of_ours = Failure::of(Operation::StartThread, None, &io::ErrorKind::WouldBlock.into());
        assert_eq!((of_ours.cause, of_ours.system), (Cause::TooManyThreads, None));
        let of_recv = Failure::of(Operation::Call(CallKind::Recv), None, &io::ErrorKind::WouldBlock.into());
        assert_eq!(of_recv.cause, Cause::TimedOut(Duration::ZERO));
    }
}
