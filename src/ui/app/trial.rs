//! `Try it here`: the page server on a free port, and the client pointed at it.
//!
//! In scope: what fills the forms, and which forms are the user's own. Out of scope: starting the runs.

use super::roles::Roles;
use crate::capture::Role;
use crate::net::responders::ResponderKind;
use crate::settings::{ClientForm, ServerForm};

/// Both roles' forms.
type Forms = (ClientForm, ServerForm);

/// Whether it is being tried, and what it has changed.
#[derive(Default)]
pub(super) struct Trial {
    /// The forms as they were before, and as the trial filled them: those are not the user's, and are not kept.
    forms: Option<(Forms, Forms)>,
    /// Whether the client is to be pointed at the page server as soon as that listens.
    is_waiting: bool,
}

impl Trial {
    /// Fills the server's form, unless the page server runs already; returns whether the server is to listen.
    pub fn begin(&mut self, roles: &mut Roles) -> bool {
        let before = self.forms.take().map_or_else(|| forms(roles), |(before, _)| before);
        self.forms = Some((before.clone(), before));
        self.is_waiting = true;
        let server = &mut roles.server;
        if server.page_address().is_some() {
            return false;
        }
        server.draft.address = "127.0.0.1".into();
        server.draft.port = 0;
        server.draft = std::mem::take(&mut server.draft).answering(ResponderKind::Page);
        true
    }

    /// Points the client at the page server once that listens; returns whether the client is to run.
    pub fn go_on(&mut self, roles: &mut Roles) -> bool {
        if !self.is_waiting {
            return false;
        }
        let address = roles.server.page_address();
        self.is_waiting = address.is_none() && roles.server.is_running();
        let Some(address) = address else {
            if !self.is_waiting {
                roles.shown = Role::Server;
            }
            return false;
        };
        roles.client.point_at(format!("http://{address}/"));
        roles.shown = Role::Client;
        if let Some((_, tried)) = &mut self.forms {
            *tried = forms(roles);
        }
        true
    }

    /// The user's own forms: what the trial has filled in and the user has not changed is as it was before.
    pub fn own_forms(&self, roles: &Roles) -> Forms {
        let (mut client, mut server) = forms(roles);
        if let Some((before, tried)) = &self.forms {
            if client == tried.0 && !roles.client.is_touched {
                client = before.0.clone();
            }
            if server == tried.1 {
                server = before.1.clone();
            }
        }
        (client, server)
    }
}

fn forms(roles: &Roles) -> Forms {
    (roles.client.draft.clone(), roles.server.draft.clone())
}
