//! The arguments of the program.

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, ValueEnum};

use super::parse::{GivenField, buffer, field, method, size, time};
use super::serve::ServeArguments;
use crate::capture::variable;
use crate::decode::Limits;
use crate::net::{LINGER_MAX, SocketOptions};
use crate::settings::Language;

/// An oscilloscope for sockets: plays either end of a TCP connection and shows every call and every byte.
///
/// Without a command it opens its window.
#[derive(Parser, Debug)]
#[command(name = "socketscope", version)]
pub struct Arguments {
    /// The language of all texts; the system's if not given.
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    pub lang: Option<Lang>,
    /// How many bytes the temporary files may hold together, such as 500M or 20G
    ///
    /// Without it the variable SOCKETSCOPE_DISK_LIMIT says so, and without that get and serve have no limit but the disk; the window
    /// has one that can be changed there.
    #[arg(long, global = true, value_name = "SIZE", value_parser = size)]
    pub disk_limit: Option<u64>,
    /// What to do without a window.
    #[command(subcommand)]
    pub command: Option<Subcommand>,
}

impl Arguments {
    /// The arguments of this process, and what the environment says in place of those that are not given. Where they can't be used,
    /// or ask for help, the process ends.
    pub fn read() -> Self {
        let mut arguments = Self::parse();
        if arguments.disk_limit.is_none()
            && let Some(text) = variable(DISK_LIMIT)
        {
            let limit = size(&text.to_string_lossy());
            let refused =
                |why| Self::command().error(ErrorKind::ValueValidation, format!("{DISK_LIMIT}: {why}")).exit();
            arguments.disk_limit = Some(limit.unwrap_or_else(refused));
        }
        arguments
    }
}

/// The variable that stands for `--disk-limit`.
const DISK_LIMIT: &str = "SOCKETSCOPE_DISK_LIMIT";

/// The languages by their names on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// 简体中文
    #[value(aliases = ["zh-CN", "zh_CN"])]
    Zh,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Zh => Self::Chinese,
        }
    }
}

/// What can be done without a window.
#[derive(clap::Subcommand, Debug)]
pub enum Subcommand {
    /// Fetch a page: the calls go to stderr as they happen, the body to stdout or to a file
    Get(Box<GetArguments>),
    /// Listen and answer until interrupted
    Serve(Box<ServeArguments>),
    /// Run a server and a client in this process and tell the whole story
    Demo,
}

/// The arguments of `get`.
#[derive(Args, Debug)]
pub struct GetArguments {
    /// A name, an IPv4 or [IPv6] address, host:port, or an http:// or https:// URL
    pub url: String,
    /// Save the body to FILE, which is replaced only by a complete body
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Hand out the body as it came over the wire, with the framing of HTTP chunks and all codings
    #[arg(long, conflicts_with = "framed")]
    pub raw: bool,
    /// Hand out the body without its framing, but with its codings
    #[arg(long)]
    pub framed: bool,
    /// Undo codings up to N bytes
    #[arg(long, value_name = "N", default_value_t = Limits::default().bytes)]
    pub max_decoded: u64,
    /// Undo codings up to N times the bytes that were received
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio)]
    pub max_ratio: u64,
    /// How many bytes each recv asks for
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub recv_size: u32,
    /// Send the bytes of FILE instead of a GET request
    #[arg(long, value_name = "FILE", conflicts_with_all = ["head", "method", "fields", "data"])]
    pub request: Option<PathBuf>,
    /// Ask with HEAD: for the head alone
    #[arg(long, short = 'I')]
    pub head: bool,
    /// Ask with another method
    #[arg(long, short = 'X', value_name = "METHOD", value_parser = method)]
    pub method: Option<String>,
    /// Add a field, or replace Host or Connection; without a value, leave that one out
    #[arg(long = "field", short = 'H', value_name = "NAME: VALUE", value_parser = field)]
    pub fields: Vec<GivenField>,
    /// Send the bytes of FILE as the body, with POST if no other method is given
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Trust the certificates in FILE (PEM) besides the system's roots
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,
    /// Go on although the server's certificate is not to be trusted; what is wrong with it is told
    #[arg(long, short = 'k')]
    pub insecure: bool,
    /// Follow redirects, at most 10
    #[arg(long)]
    pub follow: bool,
    /// How long to wait for the connection (each address), and for each recv; without it 10 s to connect and no limit to recv
    #[arg(long, value_name = "S", value_parser = time)]
    pub timeout: Option<Duration>,
    /// How long all of it may take, from the first look for an address to the last byte, redirects included; then exit with status 28
    #[arg(long, short, value_name = "S", value_parser = time)]
    pub max_time: Option<Duration>,
    /// Take a status of 400 or more as a failure: hand out and save no body, and exit with status 22
    #[arg(long, short)]
    pub fail: bool,
    /// The options of the socket.
    #[command(flatten)]
    pub socket: SocketArguments,
    /// Tell the events as JSON, one object a line
    #[arg(long)]
    pub json: bool,
}

/// The options of a client's socket.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of the socket")]
pub struct SocketArguments {
    /// Bind the socket to an address of this machine before it connects; without a port, or with port 0, the system chooses one
    #[arg(long, value_name = "ADDR[:PORT]")]
    pub bind: Option<String>,
    /// TCP_NODELAY: small sends go out at once
    #[arg(long)]
    pub no_delay: bool,
    /// SO_KEEPALIVE: an idle peer is asked whether it is still there
    #[arg(long)]
    pub keep_alive: bool,
    /// SO_LINGER: how many seconds close waits until all is sent; 0 resets the connection
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u16).range(0..=i64::from(LINGER_MAX)))]
    pub linger: Option<u16>,
    /// SO_SNDBUF: how many bytes the kernel's buffer for sending has, such as 64K; Linux doubles it
    #[arg(long, value_name = "SIZE", value_parser = buffer)]
    pub send_buffer: Option<u32>,
    /// SO_RCVBUF: how many bytes the kernel's buffer for receiving has, such as 64K; Linux doubles it
    #[arg(long, value_name = "SIZE", value_parser = buffer)]
    pub receive_buffer: Option<u32>,
}

impl SocketArguments {
    /// The options that they ask for.
    pub fn options(&self) -> SocketOptions {
        let Self { no_delay, keep_alive, linger, send_buffer, receive_buffer, .. } = *self;
        SocketOptions { no_delay, keep_alive, linger, send_buffer, receive_buffer, ..SocketOptions::client() }
    }
}
