//! Saved requests and servers: choose one, and press Run.
//!
//! In scope: the items, and those that a newcomer finds. Out of scope: the names of those, which stand in the catalogue.

use serde::{Deserialize, Serialize};

use super::client_form::ClientForm;
use super::server_form::ServerForm;
use crate::net::responders::ResponderKind;

/// What an item is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SavedName {
    /// A name in the catalogue, by its key.
    BuiltIn(String),
    /// A name that the user gave.
    Own(String),
}

/// What an item runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SavedRun {
    /// A client.
    Client(ClientForm),
    /// A server.
    Server(Box<ServerForm>),
}

/// One item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedItem {
    /// Its name.
    pub name: SavedName,
    /// What it runs.
    pub what: SavedRun,
}

/// The items that a newcomer finds.
pub(super) fn useful() -> Vec<SavedItem> {
    let client = |key: &str, form| SavedItem { name: SavedName::BuiltIn(key.into()), what: SavedRun::Client(form) };
    let server = |key: &str, responder| {
        let form = ServerForm { responder, ..ServerForm::default() };
        SavedItem { name: SavedName::BuiltIn(key.into()), what: SavedRun::Server(Box::new(form)) }
    };
    let hello = ClientForm { request: String::new(), ..ClientForm::of("127.0.0.1:9999") };
    vec![
        client("saved-tutorial", ClientForm::of("www.baidu.com")),
        client("saved-local", ClientForm::of("127.0.0.1:9999")),
        client("saved-get", ClientForm::of("http://example.com/")),
        client("saved-hello", hello),
        server("saved-page-server", ResponderKind::Page),
        server("saved-hello-server", ResponderKind::Hello),
    ]
}
