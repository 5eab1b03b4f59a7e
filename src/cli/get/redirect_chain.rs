//! Redirects followed one after the other.
//!
//! In scope: when to go on, and when to stop: after ten, in a circle, or where one can't go. Out of scope: what a redirect is.

use crate::capture::Message;
use crate::net::{ClientSpec, REDIRECTS_MAX, Redirect, TargetError};
use crate::view::visible_bytes;
use crate::words::{Arg, Words};

/// The connections that were made for one page.
pub struct RedirectChain {
    follows: bool,
    /// What was asked for, and where.
    asked: Vec<(String, Vec<u8>)>,
}

/// Why redirects are followed no further.
pub enum ChainEnd {
    /// More than [`REDIRECTS_MAX`] in a row.
    TooMany,
    /// The same was asked before.
    Circle(String),
    /// The target can't be asked.
    Target(Vec<u8>, TargetError),
}

impl RedirectChain {
    /// The first connection, for `spec`.
    pub fn new(follows: bool, spec: &ClientSpec) -> Self {
        Self { follows, asked: vec![key(spec)] }
    }

    /// The number of the present connection, from 1.
    pub fn number(&self) -> u32 {
        u32::try_from(self.asked.len()).unwrap_or(u32::MAX)
    }

    /// What is to be asked next, after `reply` to `asked`; `None` if `reply` is the last.
    pub fn next(&mut self, reply: &Message, asked: &ClientSpec) -> Option<Result<ClientSpec, ChainEnd>> {
        let redirect = Redirect::of(&reply.head, &asked.target).filter(|_| self.follows)?;
        let target = match redirect.target.clone() {
            Ok(target) => target,
            Err(error) => return Some(Err(ChainEnd::Target(redirect.location, error))),
        };
        let next = redirect.follow(asked, target);
        let key = key(&next);
        if self.asked.contains(&key) {
            return Some(Err(ChainEnd::Circle(key.0)));
        }
        if self.asked.len() > REDIRECTS_MAX {
            return Some(Err(ChainEnd::TooMany));
        }
        self.asked.push(key);
        Some(Ok(next))
    }
}

fn key(spec: &ClientSpec) -> (String, Vec<u8>) {
    (spec.target.url(), spec.request.clone())
}

impl ChainEnd {
    /// Why, in words.
    pub fn text(&self, words: &Words) -> String {
        match self {
            Self::TooMany => words.with("redirects-too-many", [("count", Arg::from(REDIRECTS_MAX as u64))]),
            Self::Circle(url) => words.with("redirects-circle", [("url", Arg::from(url.clone()))]),
            Self::Target(location, error) => words.with(
                "redirect-target",
                [("location", Arg::from(visible_bytes(location))), ("why", Arg::from(words.target_error(error)))],
            ),
        }
    }
}
