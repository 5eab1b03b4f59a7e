//! What carries the bytes of a connection: TCP.
//!
//! In scope: every call on a connected socket and on a listening one, each as the system makes it. This is the only folder that names
//! `TcpStream` and `TcpListener`. Listening sockets are made here, and the options of all sockets set. Out of scope: making a socket that connects
//! (`client::connector`); records, time-outs of a whole call, Stop, and TLS, which the record has
//! to tell from what crosses the socket and which therefore lies above (`socket`).

mod listener;
mod socket_options;
mod stream;
mod wake_pipe;

pub use listener::{Listener, wake_accept};
pub use socket_options::{BUFFER_MAX, LINGER_MAX, SocketOptions};
pub use stream::{Stream, is_time_out};
pub use wake_pipe::{WakePipe, Woken};
