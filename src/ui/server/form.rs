//! The server's form: saved servers, where clients find it, what it answers, how it accepts, faults, options.
//!
//! What can be changed while it listens holds for the connections to come: a form that has changed is handed over as a whole
//! ([`ServerAction::ApplyForm`](crate::ui::action::ServerAction::ApplyForm)); one that can't be used says why, and what held before goes on.

use core::net::SocketAddr;

use egui::{ScrollArea, Ui, UiBuilder};

use super::accepting_form;
use super::address_book::LocalAddresses;
use super::faults_form;
use super::options_form;
use super::responder_form;
use super::share_panel::{ReachableAt, SharePanel};
use crate::capture::Role;
use crate::settings::{FormError, SavedItem, ServerForm};
use crate::ui::action::{Action, ServerAction};
use crate::ui::forms::{SavedModel, SavedPanel};
use crate::ui::kit::widgets::small_text;
use crate::ui::kit::{GRID, UiContext};

/// How it stands with the server that is shown.
#[derive(Clone, Copy)]
pub struct Standing {
    /// Whether another can be started: then nothing that the form says holds anywhere yet.
    pub can_listen: bool,
    /// Whether it runs but is pinned: then the form is another's.
    pub is_pinned: bool,
    /// Where it listens, and whether it answers in HTTP.
    pub listening: Option<(SocketAddr, bool)>,
    /// Whether what the form names on the disk takes long to be opened.
    pub is_opening: bool,
}

/// Which sections are open.
struct Open {
    accepting: bool,
    faults: bool,
    options: bool,
}

/// The panel.
pub struct ServerFormPanel {
    /// The addresses of this machine.
    pub local_addresses: LocalAddresses,
    saved: SavedPanel,
    share: SharePanel,
    open: Open,
    /// The form as it was looked at last, and what is wrong with it.
    checked: Option<(ServerForm, Option<FormError>)>,
}

impl Default for ServerFormPanel {
    fn default() -> Self {
        Self {
            local_addresses: LocalAddresses::default(),
            saved: SavedPanel::default(),
            share: SharePanel::default(),
            open: Open { accepting: true, faults: false, options: false },
            checked: None,
        }
    }
}

impl ServerFormPanel {
    /// Whether something covers the window that Esc puts away.
    #[must_use]
    pub fn is_covering(&self) -> bool {
        self.share.is_open()
    }

    /// Remembers what is wrong with `draft`.
    pub fn check(&mut self, draft: &ServerForm, error: Option<FormError>) {
        self.checked = Some((draft.clone(), error));
    }

    /// What is wrong with `draft` will be known later; what was wrong before stands until then.
    pub fn check_later(&mut self, draft: &ServerForm) {
        let error = self.checked.take().and_then(|(_, error)| error);
        self.check(draft, error);
    }

    /// Draws the form.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        draft: &mut ServerForm,
        standing: Standing,
        items: &[SavedItem],
    ) {
        // The scroll bar stands in the margin, and not over the form.
        let form = ui.available_rect_before_wrap();
        let with_bar = UiBuilder::new().max_rect(form.with_max_x(form.right() + GRID));
        let area = ScrollArea::vertical().id_salt("server form").auto_shrink(false);
        let scrolled = |ui: &mut Ui| {
            ui.set_max_width(form.width());
            ui.spacing_mut().item_spacing.y = 4.0;
            let busy = cx.text("saved-busy");
            let why_not = (!standing.can_listen).then_some(busy.as_str());
            self.saved.show(ui, cx, &SavedModel { items, role: Role::Server, why_not });
            ui.separator();
            let reachable = standing.listening.map(|(bound, is_http)| {
                let addresses = self.local_addresses.reachable_at(bound, draft.options.only_v6);
                ReachableAt { addresses, is_http }
            });
            self.share.show(ui, cx, reachable.as_ref());
            ui.separator();
            self.serving(ui, cx, draft, standing);
        };
        ui.scope_builder(with_bar, |ui| area.show(ui, scrolled));
        if self.checked.as_ref().is_none_or(|(checked, _)| checked != draft) {
            cx.actions.push(Action::Server(ServerAction::ApplyForm));
        }
    }

    fn serving(&mut self, ui: &mut Ui, cx: &UiContext<'_>, draft: &mut ServerForm, standing: Standing) {
        let error = self.checked.as_ref().and_then(|(_, error)| error.clone()).filter(|_| !standing.is_opening);
        if standing.is_pinned {
            small_text(ui, cx.text("form-of-next"), cx.tokens.pending);
        }
        responder_form::show(ui, cx, draft, error.as_ref());
        if standing.is_opening {
            small_text(ui, cx.text("serving-opening"), cx.tokens.weak);
        }
        if error.is_some() && !standing.can_listen {
            small_text(ui, cx.text("serving-as-before"), cx.tokens.text);
        }
        ui.separator();
        ui.spacing_mut().interact_size.y = 24.0;
        accepting_form::show(ui, cx, &mut self.open.accepting, draft);
        faults_form::show(ui, cx, &mut self.open.faults, draft);
        options_form::show(ui, cx, &mut self.open.options, draft, standing.can_listen);
    }
}
