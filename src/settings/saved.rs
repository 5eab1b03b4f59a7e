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
    /// The folder that it is in; empty: none.
    #[serde(default)]
    pub folder: String,
    /// What it runs.
    pub what: SavedRun,
}

impl SavedItem {
    /// An item in no folder.
    pub fn new(name: SavedName, what: SavedRun) -> Self {
        Self { name, folder: String::new(), what }
    }
}

/// The items that a newcomer finds.
pub(super) fn useful() -> Vec<SavedItem> {
    let client = |key: &str, form| SavedItem::new(SavedName::BuiltIn(key.into()), SavedRun::Client(form));
    let server = |key: &str, responder| {
        let form = ServerForm { responder, ..ServerForm::default() };
        SavedItem::new(SavedName::BuiltIn(key.into()), SavedRun::Server(Box::new(form)))
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
