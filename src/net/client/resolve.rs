//! From a name to addresses, by the system's getaddrinfo(3).
//!
//! getaddrinfo can't be interrupted, so it runs on a thread of its own. If the user stops meanwhile, that thread is left behind;
//! it holds nothing and ends when the system answers. It is the only thread that nobody waits for.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use super::url_target::Target;
use crate::capture::start_thread;
use crate::net::address::scoped;
use crate::net::record::StopHandle;

/// How often a stop is looked for while the system resolves.
const LOOK: Duration = Duration::from_millis(20);

/// All addresses of the target, in the order that the system prefers. Inside, the system's error, or EINTR if the user stopped. Fails if there
/// can be no more threads.
pub fn resolve(target: &Target, stop: &StopHandle) -> io::Result<io::Result<Vec<SocketAddr>>> {
    let (sender, answers) = crossbeam_channel::bounded(1);
    let (host, port) = (target.host.clone(), target.port);
    start_thread(format!("resolve {host}"), move || {
        // Nobody listens any more if the user stopped.
        let scoped = scoped(&host, port).map(|address| Ok(vec![address]));
        let _ = sender.send(scoped.unwrap_or_else(|| (host.as_str(), port).to_socket_addrs().map(Vec::from_iter)));
    })?;
    while !stop.is_stopped() {
        match answers.recv_timeout(LOOK) {
            Ok(answer) => return Ok(answer),
            Err(crossbeam_channel::RecvTimeoutError::Timeout) => {}
            Err(crossbeam_channel::RecvTimeoutError::Disconnected) => return Ok(Err(io::ErrorKind::Other.into())),
        }
    }
    Ok(Err(io::ErrorKind::Interrupted.into()))
}
