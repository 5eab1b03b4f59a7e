//! The sockets of the test's own process, to ask the system for their options.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use socket2::SockRef;

/// The sockets of this process of which `is_it` holds, each once: while they are looked at there are copies of them, also of other threads.
pub fn sockets(is_it: impl Fn(Option<SocketAddr>, Option<SocketAddr>) -> bool) -> Vec<OwnedFd> {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let names = std::fs::read_dir("/proc/self/fd").unwrap().map(|entry| entry.unwrap().file_name());
    let numbers = names.filter_map(|name| name.to_str()?.parse().ok());
    let copies = numbers.filter_map(|number: i32| pidfd_getfd(&own, number, PidfdGetfdFlags::empty()).ok());
    let address = |address: std::io::Result<socket2::SockAddr>| address.ok().and_then(|address| address.as_socket());
    let mut seen = BTreeSet::new();
    copies
        .filter(|copy| {
            let socket = SockRef::from(copy);
            socket.r#type().is_ok()
                && is_it(address(socket.local_addr()), address(socket.peer_addr()))
                && seen.insert(rustix::fs::fstat(copy).unwrap().st_ino)
        })
        .collect()
}
