//! The saved requests and servers of the role that is shown, in folders.
//!
//! In scope: choosing, naming, ordering and removing them, and taking back what was removed. Out of scope: keeping them (`settings`).

use std::time::Duration;

use egui::{Button, CollapsingHeader, RichText, ScrollArea, Ui};

use crate::capture::{Moment, Role};
use crate::settings::{SavedItem, SavedName, SavedRun};
use crate::ui::action::{Action, FormAction};
use crate::ui::kit::widgets::{button, field, link_button, small_icon_button, small_text};
use crate::ui::kit::{Icon, UiContext, strong};
use crate::words::Arg;

/// The items have this part of the form's height, and room for this many at least.
const SHARE: f32 = 0.35;
const VISIBLE_ITEMS: f32 = 4.0;
/// The height of an item, and of its address below.
const ITEM_HEIGHT: f32 = 24.0;
const ADDRESS_HEIGHT: f32 = 14.0;
/// Addresses stand below the names in a form that is at least so high; in a lower one a tooltip has them.
const HIGH: f32 = 600.0;
/// How long a removed item can be taken back.
const UNDO_WITHIN: Duration = Duration::from_secs(10);

/// What is saved, and of which role it is to be shown.
pub struct SavedModel<'a> {
    /// All that is saved.
    pub items: &'a [SavedItem],
    /// The role.
    pub role: Role,
    /// Why nothing can be chosen now, if nothing can.
    pub why_not: Option<&'a str>,
}

/// The name and the folder that are being typed.
#[derive(Debug, Default)]
struct Edit {
    /// The item that they are for; `None`: a new one.
    number: Option<usize>,
    name: String,
    folder: String,
    /// Whether the name is to get the keyboard.
    focus: bool,
}

/// An item that was removed.
#[derive(Debug)]
struct Removed {
    number: usize,
    item: SavedItem,
    /// When it was removed.
    at: Moment,
}

/// The panel.
#[derive(Debug, Default)]
pub struct SavedPanel {
    edit: Option<Edit>,
    removed: Option<Removed>,
}

impl SavedPanel {
    /// Draws the items.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, saved: &SavedModel<'_>) {
        ui.horizontal(|ui| {
            ui.label(strong(cx.text("saved-title")));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let add = Button::new(RichText::new(cx.text("saved-add")).small()).frame(false);
                if self.edit.is_none() && ui.add(add).clicked() {
                    self.edit = Some(Edit { focus: true, ..Edit::default() });
                }
            });
        });
        self.edit_fields(ui, cx);
        self.undo(ui, cx);
        if let Some(why_not) = saved.why_not {
            small_text(ui, why_not, cx.tokens.weak);
        }
        let has_addresses = ui.clip_rect().height() >= HIGH;
        let item_height = ITEM_HEIGHT + if has_addresses { ADDRESS_HEIGHT } else { 0.0 };
        let height = (ui.clip_rect().height() * SHARE).max(VISIBLE_ITEMS * item_height + 8.0);
        ScrollArea::vertical().id_salt("saved").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.spacing_mut().interact_size.y = ITEM_HEIGHT;
            let shown = saved.items.iter().enumerate().filter(|(_, item)| role_of(item) == saved.role);
            let shown: Vec<_> = shown.collect();
            let mut folders: Vec<&str> = shown.iter().map(|(_, item)| item.folder.as_str()).collect();
            folders.sort_unstable();
            folders.dedup();
            for folder in folders {
                let members: Vec<_> = shown.iter().filter(|(_, item)| item.folder == folder).copied().collect();
                let mut rows = |ui: &mut Ui| self.rows(ui, cx, &members, saved.why_not, has_addresses);
                if folder.is_empty() {
                    rows(ui);
                } else {
                    CollapsingHeader::new(folder).id_salt(("saved", folder)).default_open(true).show(ui, rows);
                }
            }
        });
    }

    /// Draws the items of a folder, in their order.
    fn rows(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        members: &[(usize, &SavedItem)],
        why_not: Option<&str>,
        has_addresses: bool,
    ) {
        for (place, &(number, item)) in members.iter().enumerate() {
            let neighbour = |step: isize| {
                let place = place.checked_add_signed(step)?;
                members.get(place).map(|(number, _)| *number)
            };
            self.row(ui, cx, (number, item), why_not, [neighbour(-1), neighbour(1)]);
            if has_addresses {
                small_text(ui, address(item), cx.tokens.weak);
            }
        }
    }

    /// Draws an item, with a menu; `neighbours` are the items before and after it.
    fn row(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        (number, item): (usize, &SavedItem),
        why_not: Option<&str>,
        neighbours: [Option<usize>; 2],
    ) {
        let name = name(cx, item);
        let remove = cx.words.with("saved-remove", [("name", Arg::from(name.clone()))]);
        let mut is_removed = false;
        ui.horizontal(|ui| {
            // The cross stands beside the scroll bar, and not under it.
            let width = ui.available_width() - 32.0 - ui.spacing().scroll.bar_width;
            let button = Button::new(RichText::new(&name).color(cx.tokens.text)).frame(false).truncate();
            let size = egui::vec2(width, ITEM_HEIGHT);
            let response = ui
                .allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.set_min_width(width);
                    ui.add_enabled(why_not.is_none(), button)
                })
                .inner;
            let response = response.on_disabled_hover_text(why_not.unwrap_or_default()).on_hover_text(address(item));
            if response.clicked() {
                cx.actions.push(Action::Form(FormAction::Use(number)));
            }
            response.context_menu(|ui| {
                if ui.button(cx.text("saved-edit")).clicked() {
                    let folder = item.folder.clone();
                    self.edit = Some(Edit { number: Some(number), name: name.clone(), folder, focus: true });
                }
                for (key, neighbour) in ["saved-up", "saved-down"].into_iter().zip(neighbours) {
                    let move_it = ui.add_enabled(neighbour.is_some(), Button::new(cx.text(key)));
                    if let Some(neighbour) = neighbour.filter(|_| move_it.clicked()) {
                        cx.actions.push(Action::Form(FormAction::Swap(number, neighbour)));
                    }
                }
                is_removed |= ui.button(&remove).clicked();
            });
            is_removed |= small_icon_button(ui, Icon::Close, &remove, true).clicked();
        });
        if is_removed {
            self.edit = None;
            self.removed = Some(Removed { number, item: item.clone(), at: cx.clock.now() });
            cx.actions.push(Action::Form(FormAction::Remove(number)));
        }
    }

    /// Draws what was removed last, to be taken back for a while.
    fn undo(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(removed) = &self.removed else { return };
        // While the display is paused, `cx.now` stands still.
        let Some(left) = UNDO_WITHIN.checked_sub(cx.clock.now().since(removed.at)) else {
            self.removed = None;
            return;
        };
        ui.ctx().request_repaint_after(left);
        let name = ("name", Arg::from(name(cx, &removed.item)));
        let is_taken_back = ui.horizontal_wrapped(|ui| {
            ui.label(cx.words.with("saved-removed", [name]));
            link_button(ui, cx.text("saved-undo"), cx.tokens).clicked()
        });
        if let Some(Removed { number, item, .. }) = self.removed.take_if(|_| is_taken_back.inner) {
            cx.actions.push(Action::Form(FormAction::Restore(number, Box::new(item))));
        }
    }

    fn edit_fields(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(edit) = &mut self.edit else { return };
        let width = (ui.available_width() - 64.0).clamp(80.0, 200.0);
        let name = ui.horizontal(|ui| field(ui, &cx.text("saved-name"), &mut edit.name, width, cx.tokens)).inner;
        if std::mem::take(&mut edit.focus) {
            name.request_focus();
        }
        let folder = ui.horizontal(|ui| field(ui, &cx.text("saved-folder"), &mut edit.folder, width, cx.tokens)).inner;
        let is_named = !edit.name.trim().is_empty();
        let entered =
            (name.lost_focus() || folder.lost_focus()) && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let (keep, cancel) = ui
            .horizontal(|ui| {
                let keep = button(ui, &cx.text("saved-keep"), is_named).clicked();
                (keep, button(ui, &cx.text("cancel"), true).clicked())
            })
            .inner;
        let is_kept = (keep || entered) && is_named;
        if let Some(Edit { number, name, folder, .. }) = self.edit.take_if(|_| is_kept || cancel)
            && is_kept
        {
            let (name, folder) = (name.trim().to_owned(), folder.trim().to_owned());
            cx.actions.push(Action::Form(match number {
                Some(number) => FormAction::Rename { number, name, folder },
                None => FormAction::Add { name, folder },
            }));
        }
    }
}

fn name(cx: &UiContext<'_>, item: &SavedItem) -> String {
    match &item.name {
        SavedName::BuiltIn(key) => cx.text(key),
        SavedName::Own(name) => name.clone(),
    }
}

/// Where it goes.
fn address(item: &SavedItem) -> String {
    match &item.what {
        SavedRun::Client(draft) => draft.address.clone(),
        SavedRun::Server(draft) => format!("{}:{}", draft.address, draft.port),
    }
}

fn role_of(item: &SavedItem) -> Role {
    match item.what {
        SavedRun::Client(_) => Role::Client,
        SavedRun::Server(_) => Role::Server,
    }
}
