//! What `get` asks for, by its arguments.

use std::io;
use std::path::{Path, PathBuf};

use crate::capture::given_file::{bounded, too_large};
use crate::capture::{Failure, GivenFile, Operation};
use crate::cli::args::GetArguments;
use crate::cli::exit::Exit;
use crate::net::{ClientSpec, ReceiveUntil, Target, local_address};
use crate::settings::FormError;
use crate::words::Words;

/// Standard input, in place of a file.
const STANDARD_INPUT: &str = "-";
/// A request, or what comes from standard input, is held in memory and has so many bytes at most: 64 MiB.
const HELD_MAX: u64 = 64 * 1024 * 1024;
/// A body up to this size goes out with its head; a longer one is sent as it is read.
const WITH_HEAD_MAX: u64 = 64 * 1024;

/// The run that `arguments` ask for. Error: what can't be used, in words, and the exit status for it.
pub fn specify(arguments: &GetArguments, words: &Words) -> Result<ClientSpec, (String, Exit)> {
    let target = Target::parse(&arguments.url).map_err(|error| (words.target_error(&error), Exit::Usage))?;
    let mut spec = ClientSpec::tutorial(target);
    let told = |failure: Failure| (words.failure(&failure).to_string(), Exit::Usage);
    (spec.request, spec.request_file) = match &arguments.request {
        Some(path) => (read(path).map_err(told)?, None),
        None => request(arguments, &spec.target).map_err(told)?,
    };
    if let Some(timeout) = arguments.timeout {
        (spec.connect_timeout, spec.read_timeout) = (timeout, Some(timeout));
    }
    spec.root_file.clone_from(&arguments.cacert);
    spec.accept_invalid = arguments.insecure;
    spec.recv_size = arguments.recv_size as usize;
    spec.until = ReceiveUntil::MessageEnd;
    spec.options = arguments.socket.options();
    let local = arguments.socket.bind.as_deref().map(local_address).transpose();
    spec.local = local.map_err(|error| (words.form_error(&FormError::Local(error)), Exit::Usage))?;
    Ok(spec)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path != Path::new(STANDARD_INPUT) {
        return GivenFile::read(path, HELD_MAX);
    }
    let read = bounded(io::stdin().lock(), HELD_MAX);
    let read = read.map_err(|error| Failure::of(Operation::ReadFile, None, &error))?;
    read.ok_or_else(|| too_large(None, HELD_MAX))
}

/// A body of a request.
enum Data {
    /// These bytes.
    Held(Vec<u8>),
    /// Those of this file, and how many they are.
    InFile(PathBuf, u64),
}

impl Data {
    fn at(path: &Path) -> Result<Self, Failure> {
        if path == Path::new(STANDARD_INPUT) {
            return read(path).map(Self::Held);
        }
        let file = GivenFile::open(path)?;
        match file.length() {
            // A file that does not say how long it is has to be read to be counted.
            0..=WITH_HEAD_MAX => file.whole(HELD_MAX).map(Self::Held),
            length => Ok(Self::InFile(path.to_owned(), length)),
        }
    }

    fn length(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::InFile(_, length) => *length,
        }
    }
}

/// The tutorial's request, with another method, more fields, or a body, and the file whose bytes follow it.
fn request(arguments: &GetArguments, target: &Target) -> Result<(Vec<u8>, Option<PathBuf>), Failure> {
    let body = arguments.data.as_deref().map(Data::at).transpose()?;
    let method = match (&arguments.method, &body) {
        (Some(method), _) => method.as_str(),
        (None, _) if arguments.head => "HEAD",
        (None, Some(_)) => "POST",
        (None, None) => "GET",
    };
    let is_given = |name: &str| arguments.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
    let mut text = format!("{method} {} HTTP/1.1\r\n", target.path);
    let mut add = |name: &str, value: &str| text.push_str(&format!("{name}: {value}\r\n"));
    if !is_given("host") {
        add("Host", &target.authority());
    }
    arguments.fields.iter().filter(|field| !field.value.is_empty()).for_each(|field| add(&field.name, &field.value));
    if let Some(value) = target.authorization_value().filter(|_| !is_given("authorization")) {
        add("Authorization", value);
    }
    // Servers expect these to have a body, and to be told that it is empty (RFC 9110 §8.6).
    let empty = matches!(method, "POST" | "PUT" | "PATCH").then_some(0);
    let length = body.as_ref().map(Data::length).or(empty);
    if let Some(length) = length.filter(|_| !is_given("content-length") && !is_given("transfer-encoding")) {
        add("Content-Length", &length.to_string());
    }
    if !is_given("connection") {
        add("Connection", "close");
    }
    let mut bytes = text.into_bytes();
    bytes.extend(b"\r\n");
    Ok(match body {
        None => (bytes, None),
        Some(Data::Held(body)) => ([bytes, body].concat(), None),
        Some(Data::InFile(path, _)) => (bytes, Some(path)),
    })
}
