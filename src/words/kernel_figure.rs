//! The figures of the kernel that have an explanation.

macro_rules! figures {
    ($($(#[doc = $text:literal])* $figure:ident = $name:literal,)*) => {
        /// A figure of the kernel.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum KernelFigure {
            $($(#[doc = $text])* $figure,)*
        }

        impl KernelFigure {
            /// Every figure.
            pub const ALL: &'static [Self] = &[$(Self::$figure),*];

            /// The name of the topic that explains the figure.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$figure => $name,)*
                }
            }
        }
    };
}

figures! {
    /// The smoothed round-trip time.
    Rtt = "rtt",
    /// Its variation.
    RttVariation = "rtt-variation",
    /// The retransmission time-out.
    Rto = "rto",
    /// The congestion window.
    CongestionWindow = "congestion-window",
    /// The slow-start threshold.
    SlowStartThreshold = "slow-start-threshold",
    /// The maximum segment size.
    SegmentSize = "segment-size",
    /// Segments that were sent again.
    Retransmits = "retransmits",
    /// Bytes that were not acknowledged.
    Unacknowledged = "unacknowledged",
    /// Bytes that were not sent.
    NotSent = "not-sent",
    /// Bytes that were not read.
    Unread = "unread",
    /// A listener's queue and its bound.
    AcceptQueue = "accept-queue",
    /// What is left of TIME-WAIT.
    TimeWait = "time-wait",
}
