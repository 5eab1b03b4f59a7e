//! What `get` asks for, by its arguments.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::args::GetArguments;
use super::exit::Exit;
use crate::net::{ClientSpec, Target, Until};
use crate::words::{Arg, Words};

/// The run that `arguments` ask for.
///
/// # Errors
/// What can't be used, in words, and the exit status for it.
pub fn specify(arguments: &GetArguments, words: &Words) -> Result<ClientSpec, (String, Exit)> {
    let target = Target::parse(&arguments.url).map_err(|error| (words.target_error(&error), Exit::Usage))?;
    let mut spec = ClientSpec::tutorial(target);
    spec.request = match &arguments.request {
        Some(path) => read(path, words)?,
        None => request(arguments, &spec.target, words)?,
    };
    if let Some(seconds) = arguments.timeout {
        spec.connect_timeout = Duration::from_secs_f64(seconds);
        spec.read_timeout = Some(Duration::from_secs_f64(seconds));
    }
    spec.root_file.clone_from(&arguments.cacert);
    spec.accept_invalid = arguments.insecure;
    spec.recv_size = arguments.recv_size as usize;
    spec.until = Until::MessageEnd;
    Ok(spec)
}

fn read(path: &Path, words: &Words) -> Result<Vec<u8>, (String, Exit)> {
    fs::read(path).map_err(|error| {
        let parts = [("path", Arg::from(path.display().to_string())), ("system", Arg::from(error.to_string()))];
        (words.with("request-file", parts), Exit::Usage)
    })
}

/// The tutorial's request, with another method, more fields, or a body.
fn request(arguments: &GetArguments, target: &Target, words: &Words) -> Result<Vec<u8>, (String, Exit)> {
    let body = arguments.data.as_deref().map(|path| read(path, words)).transpose()?;
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
    let length = body.as_ref().map(Vec::len).or(empty);
    if let Some(length) = length.filter(|_| !is_given("content-length") && !is_given("transfer-encoding")) {
        add("Content-Length", &length.to_string());
    }
    if !is_given("connection") {
        add("Connection", "close");
    }
    let mut bytes = text.into_bytes();
    bytes.extend(b"\r\n");
    bytes.extend(body.unwrap_or_default());
    Ok(bytes)
}
