//! How many descriptors the process may have: a server with ten thousand connections needs as many.

/// Allows as many as the system lets this process allow itself, see getrlimit(2). If that fails, accept tells when they run out.
#[cfg(unix)]
pub fn allow_all() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where the maximum is no limit the system still has one of its own, which is not to be asked for.
    if let Some(maximum) = maximum {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(maximum), maximum: Some(maximum) });
    }
}

/// Elsewhere sockets are no such descriptors.
#[cfg(not(unix))]
pub fn allow_all() {}
