//! The figures of the kernel that have an explanation.

/// A figure of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelFigure {
    /// The smoothed round-trip time.
    Rtt,
    /// Its variation.
    RttVariation,
    /// The retransmission time-out.
    Rto,
    /// The congestion window.
    CongestionWindow,
    /// The slow-start threshold.
    SlowStartThreshold,
    /// The maximum segment size.
    SegmentSize,
    /// Segments that were sent again.
    Retransmits,
    /// Bytes that were not acknowledged.
    Unacknowledged,
    /// Bytes that were not sent.
    NotSent,
    /// Bytes that were not read.
    Unread,
    /// A listener's queue and its bound.
    AcceptQueue,
    /// What is left of TIME-WAIT.
    TimeWait,
}

impl KernelFigure {
    /// Every figure.
    pub const ALL: [Self; 12] = [
        Self::Rtt,
        Self::RttVariation,
        Self::Rto,
        Self::CongestionWindow,
        Self::SlowStartThreshold,
        Self::SegmentSize,
        Self::Retransmits,
        Self::Unacknowledged,
        Self::NotSent,
        Self::Unread,
        Self::AcceptQueue,
        Self::TimeWait,
    ];

    /// The name of the topic that explains the figure.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rtt => "rtt",
            Self::RttVariation => "rtt-variation",
            Self::Rto => "rto",
            Self::CongestionWindow => "congestion-window",
            Self::SlowStartThreshold => "slow-start-threshold",
            Self::SegmentSize => "segment-size",
            Self::Retransmits => "retransmits",
            Self::Unacknowledged => "unacknowledged",
            Self::NotSent => "not-sent",
            Self::Unread => "unread",
            Self::AcceptQueue => "accept-queue",
            Self::TimeWait => "time-wait",
        }
    }
}
