//! The saved requests and servers of the role that is shown.

use egui::{Button, RichText, ScrollArea, Ui};

use crate::capture::Role;
use crate::settings::{SavedItem, SavedName, SavedRun};
use crate::ui::action::{Action, FormAction};
use crate::ui::kit::widgets::{button, field, icon_button, small_icon_button};
use crate::ui::kit::{Icon, UiContext, strong};

/// The items that show without scrolling.
const VISIBLE_ITEMS: f32 = 4.0;
const ITEM_HEIGHT: f32 = 24.0;

/// What is saved, and of which role it is to be shown.
pub struct SavedModel<'a> {
    /// All that is saved.
    pub items: &'a [SavedItem],
    /// The role.
    pub role: Role,
    /// Why nothing can be chosen now, if nothing can.
    pub why_not: Option<&'a str>,
}

/// The panel.
#[derive(Debug, Default)]
pub struct SavedPanel {
    /// The name being typed for a new item, while one is.
    new_name: Option<String>,
}

impl SavedPanel {
    /// Draws the items.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, saved: &SavedModel<'_>) {
        ui.horizontal(|ui| {
            ui.label(strong(cx.text("saved-title")));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let add = Button::new(RichText::new(cx.text("saved-add")).small()).frame(false);
                if self.new_name.is_none() && ui.add(add).clicked() {
                    self.new_name = Some(String::new());
                }
            });
        });
        self.name_field(ui, cx);
        ScrollArea::vertical()
            .id_salt("saved")
            .max_height(VISIBLE_ITEMS * ITEM_HEIGHT + 8.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.spacing_mut().interact_size.y = ITEM_HEIGHT;
                for (i, item) in saved.items.iter().enumerate().filter(|(_, item)| role_of(item) == saved.role) {
                    row(ui, cx, (i, item), saved.why_not);
                }
            });
    }

    fn name_field(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(name) = &mut self.new_name else { return };
        let (mut add, mut cancel) = (false, false);
        ui.horizontal(|ui| {
            let response = field(ui, &cx.text("saved-name"), name, 112.0, cx.tokens);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            add = (button(ui, &cx.text("saved-keep"), !name.trim().is_empty()).clicked() || entered)
                && !name.trim().is_empty();
            cancel = icon_button(ui, Icon::Close, &cx.text("cancel"), true).clicked();
        });
        if add {
            cx.actions.push(Action::Form(FormAction::Add(name.trim().to_owned())));
        }
        if add || cancel {
            self.new_name = None;
        }
    }
}

fn row(ui: &mut Ui, cx: &UiContext<'_>, (number, item): (usize, &SavedItem), why_not: Option<&str>) {
    ui.horizontal(|ui| {
        let name = match &item.name {
            SavedName::BuiltIn(key) => cx.text(key),
            SavedName::Own(name) => name.clone(),
        };
        let remove = cx.words.with("saved-remove", [("name", crate::words::Arg::from(name.clone()))]);
        let width = ui.available_width() - 32.0;
        let button = Button::new(RichText::new(&name).color(cx.tokens.text)).frame(false).truncate();
        let size = egui::vec2(width, ITEM_HEIGHT);
        let response = ui
            .allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add_enabled(why_not.is_none(), button)
            })
            .inner;
        let response = response.on_disabled_hover_text(why_not.unwrap_or_default());
        if response.on_hover_text(what(item)).clicked() {
            cx.actions.push(Action::Form(FormAction::Use(number)));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if small_icon_button(ui, Icon::Close, &remove, true).clicked() {
                cx.actions.push(Action::Form(FormAction::Remove(number)));
            }
        });
    });
}

/// Where it goes, for the hover.
fn what(item: &SavedItem) -> String {
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
