//! Answers as a kernel gave them (Linux 6.18, x86-64), read. Zeros at their ends are left out.

use std::time::Duration;

use super::diag_message::Ends;
use super::diag_reply::{Reply, reply, state, without_flags};
use crate::capture::kernel::{EndSample, Sample, SocketMemory, TcpInfo, TcpState};

/// A socket that listens with a backlog of 2 and has a connection waiting.
const LISTEN: &str = "\
    c00100001400000001000000a8650000020a00009c4100007f00000100000000000000000000000000000000000000000000\
    000000000000000000000110000000000000000000000100000002000000000000006d9d0000050008000000000008000f00\
    000000000c001500010000000000000006001600520000002800070000000000000002000000000000400000000000000000\
    00000000000000000000000000001c0102000a00000000000000000000000000000000000000000000000100000002000000\
    0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000a00\
    00000000000003000000000000000000000000000000ffffffffffffffffffffffffffffffff";

/// One that has sent 1,000 bytes and holds 77 back (TCP_CORK).
const CORKED: &str = "\
    c00100001400000002000000a8650000020104009c429c417f0000010000000000000000000000007f000001000000000000\
    000000000000000000000210000000000000cc000000000000004d000000000000006e9d0000050008000000000008000f00\
    000000000c0015000100000000000000060016005200000028000700000000000000020000000000001e3c00730c00008d03\
    00000000000000000000000000001c010200010000000007aa01e01c030000000000008a0000180200000000000000000000\
    00000000000000000000000030000000000000003000000030000000ffff0000d7ff00001f00000011000000ffffff7f0b00\
    0000cbff00000300000000000000d7ff00000000000049f8556806000000ffffffffffffffffe90300000000000000000000\
    0000000003000000020000004d0000000e0000000000000001000000db766896000000000000000000000000000000000000\
    000000000000000000000200000000000000e803000000000000000000000000000000000000000000000000000000140100\
    000001";

/// Its peer, which has not read them.
const UNREAD: &str = "\
    c00100001400000003000000a8650000020100009c419c427f0000010000000000000000000000007f000001000000000000\
    00000000000000000000031000000000000000000000e80300000000000000000000709d0000050008000000000008000f00\
    000000000c0015000100000000000000060016005200000028000700280700000000020000000000001e3c00d80800000000\
    00000000000000000000000000001c010200010000000007aa01400d0300409c000000800000e80300000000000000000000\
    00000000000000000000000030000000000000003000000030000000ffff00001d120100150000000a000000ffffff7f0a00\
    0000cbff00000300000000000000cbff000000000000c2cef8610a000000ffffffffffffffff0000000000000000e8030000\
    0000000001000000030000000000000015000000010000000000000000000000000000000000000000000000000000000000\
    0000000000000000000001000000000000000000000000000000000000000000000000000000000000000000000000000100\
    001401";

/// The same after the 77 bytes and FIN.
const HALF_CLOSED: &str = "\
    c00100001400000004000000a8650000020800009c419c427f0000010000000000000000000000007f000001000000000000\
    00000000000000000000031000000000000000000000360400000000000000000000709d0000050008000100000008000f00\
    000000000c0015000100000000000000060016005200000028000700750700000000020000000000001e3c008b0800000000\
    00000000000000000000000000001c010200080000000007aa01400d0300409c000000800000e80300000000000000000000\
    00000000000000000000000064000000000000003400000034000000ffff00001d120100150000000a000000ffffff7f0a00\
    0000cbff00000300000000000000cbff000000000000c2cef8610a000000ffffffffffffffff000000000000000036040000\
    0000000003000000050000000000000015000000020000000000000000000000000000000000000000000000000000000000\
    0000000000000000000001000000000000000000000000000000000000000000000000000000000000000000000000000100\
    001401";

/// What is left of the first after both have closed.
const TIME_WAIT: &str = "\
    600000001400000005000000a8650000020603009c429c417f0000010000000000000000000000007f000001000000000000\
    0000000000000000000002100000000000002cea00000000000000000000000000000000000008000f";

/// There is no such socket.
const NONE: &str = "\
    5c0000000200000006000000a8650000feffffff4800000014000100060000000000000002064200ffffffff9c499c417f00\
    00010000000000000000000000007f00000100000000000000000000000000000000ffffffffffffffff";

/// The bytes, filled up to the length that they tell.
fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    let mut bytes: Vec<_> = digits.chunks(2).map(|pair| (pair[0] * 16 + pair.get(1).unwrap_or(&0)) as u8).collect();
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    assert!(bytes.len() <= length);
    bytes.resize(length, 0);
    bytes
}

fn end(hex: &str, number: u32) -> EndSample {
    match reply(&bytes(hex), number) {
        Some(Some(Reply::Socket(found))) => found.end(),
        other => panic!("{other:?}"),
    }
}

#[cfg(target_endian = "little")]
#[test]
fn a_socket_is_read_with_its_queues_and_figures() {
    let Some(Some(Reply::Socket(found))) = reply(&bytes(LISTEN), 1) else { panic!("no socket") };
    assert_eq!((found.state, found.unread, found.unacknowledged), (TcpState::Listen, 1, 2));
    let micros = Duration::from_micros;
    let figures = TcpInfo {
        rtt: Some(micros(31)),
        rtt_variation: Some(micros(17)),
        resend_after: micros(204_000),
        window: 11,
        slow_start_until: None,
        segment: 35_328,
        resent: 0,
        segments_in_flight: 0,
    };
    let memory = SocketMemory { received: 0, received_max: 131_072, sent: 909, sent_max: 3_939_840 };
    let sample = Sample {
        state: TcpState::Established,
        cookie: 0x1002,
        outstanding: 77,
        unsent: Some(77),
        unread: 0,
        figures: Some(figures),
        memory: Some(memory),
    };
    assert_eq!(end(CORKED, 2), EndSample { sample, left: None });
    assert_eq!(sample.in_flight(), Some(0));
    let peer = end(UNREAD, 3).sample;
    assert_eq!((peer.state, peer.unread, peer.outstanding, peer.cookie), (TcpState::Established, 1000, 0, 0x1003));
    let peer = end(HALF_CLOSED, 4).sample;
    assert_eq!((peer.state, peer.unread), (TcpState::CloseWait, 1077), "the FIN that came is no byte");
}

#[cfg(target_endian = "little")]
#[test]
fn what_is_left_after_close_tells_how_long_it_stays() {
    let Some(Some(Reply::Socket(found))) = reply(&bytes(TIME_WAIT), 5) else { panic!("no socket") };
    let ends = Ends { local: ([127, 0, 0, 1], 40_002).into(), peer: ([127, 0, 0, 1], 40_001).into() };
    assert_eq!((found.state, found.cookie), (TcpState::TimeWait, 0x1002));
    assert!(found.ends.is(ends));
    assert_eq!(found.end().left, Some(Duration::from_millis(59_948)));
    assert_eq!((found.info, found.memory), (None, None));
}

#[cfg(target_endian = "little")]
#[test]
fn a_no_and_an_answer_to_another_question_are_told_apart() {
    assert_eq!(reply(&bytes(NONE), 6), Some(Some(Reply::Error(2))));
    assert_eq!(reply(&bytes(NONE), 7), Some(None));
}

#[cfg(target_endian = "little")]
#[test]
fn what_is_cut_is_no_answer_and_an_older_kernels_figures_are_fewer() {
    let whole = bytes(CORKED);
    for length in 0..whole.len() {
        let cut = &whole[..length];
        assert_eq!(reply(cut, 2), None, "{length}");
    }
    // The attributes end before the figures, or within them.
    let mut seen = Vec::new();
    let info = whole.windows(4).position(|four| four == [0x1c, 1, 2, 0]).unwrap();
    for size in [0, 104_usize, 148, 280] {
        let mut older = whole[..info + 4 + size].to_vec();
        older[..4].copy_from_slice(&((info + 4 + size) as u32).to_le_bytes());
        older[info..info + 2].copy_from_slice(&((4 + size) as u16).to_le_bytes());
        let sample = match reply(&older, 2) {
            Some(Some(Reply::Socket(found))) => found.end().sample,
            other => panic!("{other:?}"),
        };
        seen.push((sample.figures.is_some(), sample.unsent));
    }
    assert_eq!(seen, [(false, None), (true, None), (true, Some(77)), (true, Some(77))]);
}

#[test]
fn a_flag_takes_a_place_and_is_no_byte() {
    for (state, places, bytes) in [
        (TcpState::Established, (5, 6), (5, 6)),
        (TcpState::SynSent, (1, 0), (0, 0)),
        (TcpState::FinWait1, (5, 6), (4, 6)),
        (TcpState::FinWait2, (0, 6), (0, 6)),
        (TcpState::CloseWait, (5, 6), (5, 5)),
        (TcpState::CloseWait, (5, 0), (5, 0)),
        (TcpState::LastAck, (5, 6), (4, 5)),
        (TcpState::Closing, (1, 1), (0, 0)),
    ] {
        assert_eq!(without_flags(state, places.0, places.1), bytes, "{}", state.name());
    }
}

#[test]
fn every_state_has_its_number() {
    for state in TcpState::ALL {
        assert!((1..=11).any(|number| super::diag_reply::state(number) == Some(state)), "{}", state.name());
    }
    assert_eq!((state(0), state(13)), (None, None));
}
