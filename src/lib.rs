//! Socketscope, an oscilloscope for sockets: plays either end of a TCP connection with ordinary blocking sockets and shows
//! every call, every byte and every moment of it.
//!
//! The floors of the program, from the top; each uses only those below it:
//!
//! | floor | what it does |
//! |---|---|
//! | `main.rs` | arguments, then a window or a headless command |
//! | [`ui`] | the window: reads the sessions, returns actions |
//! | [`cli`] | the same engine without a window: get, serve, demo |
//! | [`words`] | every text, in two languages |
//! | [`lesson`] | scenes that show what sockets do, and what they claim |
//! | [`settings`] | what is kept between runs |
//! | [`export`] | a capture turned into files, a run into a program |
//! | [`net`] | worker threads with blocking sockets; the only user of `std::net` |
//! | [`view`] | a capture turned into visible rows |
//! | [`capture`] | what happened: calls, spools, sessions |
//! | [`decode`] | takes off what a body is wrapped in; no I/O, no clock, no threads |
//! | [`tls`] | the client's side of TLS without a socket |
//! | [`http`] | reads HTTP/1.1 out of bytes; no I/O, no clock, no threads |

#[macro_use]
mod enum_with_all;

pub mod capture;
pub mod cli;
pub mod decode;
pub mod export;
pub mod http;
pub mod lesson;
pub mod net;
pub mod settings;
pub mod tls;
pub mod ui;
pub mod view;
pub mod words;
