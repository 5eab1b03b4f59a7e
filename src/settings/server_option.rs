//! The options of a server, and which of them change nothing beside what else its form says.
//!
//! In scope: what is refused on the command line, can't be changed in the window, and is not in force while it stands in a form. Out of
//! scope: how that is told.

use core::net::Ipv6Addr;

use super::server_form::ServerForm;
use crate::net::responders::{FormKind, Replies};
use crate::net::{Faults, ServeMode};

enum_with_all! {
    /// What can be chosen of a server besides what it answers and where.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum ServerOption {
        /// Connections are closed unread.
        CloseUnread,
        /// Connections are read and never answered.
        NeverAnswer,
        /// A wait before each accept.
        BeforeAccept,
        /// A wait before the first byte.
        BeforeFirstByte,
        /// A wait before the end.
        BeforeClose,
        /// Small pieces.
        Dribble,
        /// A cut.
        Cut,
        /// A Content-Length that is not true.
        LengthOff,
        /// HTTP chunks.
        ChunkSize,
        /// The bytes of each recv.
        RecvSize,
        /// How long a recv may wait.
        Idle,
        /// The backlog.
        Backlog,
        /// A bound on connections.
        Most,
        /// Serving on the thread that accepts.
        OneThread,
        /// What is kept of a connection.
        Keep,
        /// SO_REUSEADDR.
        ReuseAddress,
        /// TCP_NODELAY.
        NoDelay,
        /// SO_KEEPALIVE.
        KeepAlive,
        /// IPV6_V6ONLY.
        OnlyV6,
        /// SO_LINGER.
        Linger,
        /// SO_SNDBUF.
        SendBuffer,
        /// SO_RCVBUF.
        ReceiveBuffer,
        /// The pause of Hello.
        Pause,
        /// Hidden files.
        Hidden,
    }
}

enum_with_all! {
    /// Why an option changes nothing.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum NoEffect {
        /// Connections are closed unread.
        Unread = "unread",
        /// Connections are never answered.
        Unanswered = "unanswered",
        /// The responder sends nothing.
        Silent = "silent",
        /// The responder answers nothing by itself.
        NoAnswers = "no-answers",
        /// The responder makes no HTTP replies of its own.
        NotHttp = "not-http",
        /// Bodies are sent in HTTP chunks, which have no Content-Length.
        Chunked = "chunked",
        /// One connection is served after the other.
        OneThread = "one-thread",
        /// The responder is not Hello.
        OnlyHello = "only-hello",
        /// The responder is not Files.
        OnlyFiles = "only-files",
        /// The address is not `::`. Who listens on one address of IPv6 takes no IPv4 connections anyway.
        NotAllAddresses = "not-all-addresses",
    }
}

impl NoEffect {
    /// The option because of which it is so; `None`: the responder, or the address.
    pub fn because_of(self) -> Option<ServerOption> {
        match self {
            Self::Unread => Some(ServerOption::CloseUnread),
            Self::Unanswered => Some(ServerOption::NeverAnswer),
            Self::Chunked => Some(ServerOption::ChunkSize),
            Self::OneThread => Some(ServerOption::OneThread),
            Self::Silent
            | Self::NoAnswers
            | Self::NotHttp
            | Self::OnlyHello
            | Self::OnlyFiles
            | Self::NotAllAddresses => None,
        }
    }
}

impl ServerForm {
    /// Why `option` changes nothing beside what else the form says, if it does not.
    pub fn no_effect(&self, option: ServerOption) -> Option<NoEffect> {
        use ServerOption as O;
        let info = self.responder.info();
        let of_mode = match self.mode_in_force() {
            ServeMode::Serve => None,
            ServeMode::CloseUnread => Some(NoEffect::Unread),
            ServeMode::NeverAnswer => Some(NoEffect::Unanswered),
        };
        let not_http = (info.replies != Replies::Http).then_some(NoEffect::NotHttp);
        match option {
            O::NeverAnswer => answers_nothing(info.replies).then_some(NoEffect::NoAnswers),
            O::BeforeFirstByte | O::Dribble | O::Cut => {
                of_mode.or((info.replies == Replies::Nothing).then_some(NoEffect::Silent))
            }
            O::ChunkSize => of_mode.or(not_http),
            O::LengthOff => {
                let chunked = self.faults.chunk_size.map(|_| NoEffect::Chunked);
                of_mode.or(not_http).or(chunked)
            }
            O::RecvSize | O::Idle => of_mode.filter(|no_effect| *no_effect == NoEffect::Unread),
            O::Pause => of_mode.or((info.form != FormKind::Pause).then_some(NoEffect::OnlyHello)),
            O::Hidden => of_mode.or((info.form != FormKind::Folder).then_some(NoEffect::OnlyFiles)),
            O::Most => self.on_accepting_thread.then_some(NoEffect::OneThread),
            O::OnlyV6 => {
                let host = self.address.trim();
                let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
                (host.parse() != Ok(Ipv6Addr::UNSPECIFIED)).then_some(NoEffect::NotAllAddresses)
            }
            O::CloseUnread | O::BeforeAccept | O::BeforeClose | O::Backlog | O::OneThread | O::Keep => None,
            O::ReuseAddress | O::NoDelay | O::KeepAlive | O::Linger | O::SendBuffer | O::ReceiveBuffer => None,
        }
    }

    /// Whether the form asks for `option`: whether it stands there otherwise than such a server usually has it.
    pub fn asks_for(&self, option: ServerOption) -> bool {
        use ServerOption as O;
        let usual = Self::default().answering(self.responder);
        let (now, before) = (&self.options, &usual.options);
        // Who adds a fault has to say here which option that is.
        let Faults { mode, before_accept, before_first_byte, before_close, dribble, cut, length_off_by, chunk_size } =
            &self.faults;
        match option {
            O::CloseUnread => *mode == ServeMode::CloseUnread,
            O::NeverAnswer => *mode == ServeMode::NeverAnswer,
            O::BeforeAccept => !before_accept.is_zero(),
            O::BeforeFirstByte => !before_first_byte.is_zero(),
            O::BeforeClose => !before_close.is_zero(),
            O::Dribble => dribble.is_some(),
            O::Cut => cut.is_some(),
            O::LengthOff => *length_off_by != 0,
            O::ChunkSize => chunk_size.is_some(),
            O::RecvSize => self.recv_size != usual.recv_size,
            O::Idle => self.idle != usual.idle,
            O::Backlog => self.backlog != usual.backlog,
            O::Most => self.most != usual.most,
            O::OneThread => self.on_accepting_thread,
            O::Keep => self.keep_mib != usual.keep_mib,
            O::ReuseAddress => now.reuse_address != before.reuse_address,
            O::NoDelay => now.no_delay != before.no_delay,
            O::KeepAlive => now.keep_alive != before.keep_alive,
            O::OnlyV6 => now.only_v6 != before.only_v6,
            O::Linger => now.linger != before.linger,
            O::SendBuffer => now.send_buffer != before.send_buffer,
            O::ReceiveBuffer => now.receive_buffer != before.receive_buffer,
            O::Pause => self.pause != usual.pause,
            O::Hidden => self.hidden,
        }
    }

    /// What goes wrong on purpose: of what the form says that which changes something.
    pub fn faults_in_force(&self) -> Faults {
        use ServerOption as O;
        let mut faults = Faults { mode: self.mode_in_force(), ..self.faults.clone() };
        let is_unfit = |option| self.no_effect(option).is_some();
        if is_unfit(O::BeforeFirstByte) {
            faults.before_first_byte = std::time::Duration::ZERO;
        }
        faults.dribble = faults.dribble.filter(|_| !is_unfit(O::Dribble));
        faults.cut = faults.cut.filter(|_| !is_unfit(O::Cut));
        faults.chunk_size = faults.chunk_size.filter(|_| !is_unfit(O::ChunkSize));
        if is_unfit(O::LengthOff) {
            faults.length_off_by = 0;
        }
        faults
    }

    fn mode_in_force(&self) -> ServeMode {
        match self.faults.mode {
            ServeMode::NeverAnswer if answers_nothing(self.responder.info().replies) => ServeMode::Serve,
            mode => mode,
        }
    }
}

/// Whether such a responder answers nothing by itself.
fn answers_nothing(replies: Replies) -> bool {
    matches!(replies, Replies::Typed | Replies::Nothing)
}
