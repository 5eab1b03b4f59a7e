//! The address at which clients reach the server: to be read, copied, or scanned as a QR code that is large enough for a projector.

use core::net::SocketAddr;

use egui::containers::menu::MenuButton;
use egui::{
    Align, Button, Color32, Frame, Id, Label, Layout, Margin, Mesh, Modal, Rect, Response, RichText, Role, Sense,
    Shape, Ui, Vec2, WidgetInfo,
};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::ui::kit::small_controls::small_tool;
use crate::ui::kit::widgets::button;
use crate::ui::kit::{FIELD, Icon, UiContext, strong};
use crate::words::Arg;

/// The least side of the QR code, in points.
const SIDE_MIN: f32 = 320.0;
/// The greatest side of the QR code, in points.
const SIDE_MAX: f32 = 720.0;
/// The height of what stands above and below the code, in points.
const AROUND_CODE: f32 = 184.0;

/// The panel.
#[derive(Default)]
pub struct SharePanel {
    /// Whether the code is shown.
    is_open: bool,
    /// The address that the user chose.
    chosen: Option<SocketAddr>,
    qr: Qr,
}

/// The addresses at which clients reach a server.
pub struct ReachableAt {
    /// The addresses, the likeliest first; at least one.
    pub addresses: Vec<SocketAddr>,
    /// Whether the server speaks HTTP.
    pub is_http: bool,
}

impl ReachableAt {
    fn text(&self, direction: SocketAddr) -> String {
        if self.is_http { format!("http://{direction}/") } else { direction.to_string() }
    }
}

impl SharePanel {
    /// Whether the code covers the window.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Draws the address; without a server that listens, where it will stand.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, reachable: Option<&ReachableAt>) {
        let direction = reachable.and_then(|reachable| {
            let chosen = self.chosen.filter(|chosen| reachable.addresses.contains(chosen));
            chosen.or_else(|| reachable.addresses.first().copied())
        });
        let text = reachable.zip(direction).map(|(reachable, direction)| reachable.text(direction));
        ui.horizontal(|ui| {
            ui.label(strong(cx.text("invitation")));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let is_there = text.is_some();
                if button(ui, &cx.text("qr-code"), is_there).on_hover_text(cx.text("qr-code-hint")).clicked() {
                    self.is_open = true;
                }
                if let Some(text) = text.as_ref().filter(|_| button(ui, &cx.text("copy"), is_there).clicked()) {
                    ui.copy_text(text.clone());
                }
                if text.is_none() {
                    button(ui, &cx.text("copy"), false);
                }
            });
        });
        match (&text, reachable) {
            (Some(text), Some(reachable)) => self.addresses(ui, cx, text, reachable),
            _ => {
                ui.horizontal(|ui| {
                    ui.spacing_mut().interact_size.y = 20.0;
                    let weak = RichText::new(cx.text("invitation-empty")).color(cx.tokens.weak);
                    ui.add(Label::new(weak).truncate());
                });
                self.is_open = false;
            }
        }
        if let Some((text, direction)) = text.zip(direction).filter(|_| self.is_open) {
            self.qr_modal(ui, cx, &text, direction);
        }
    }

    /// The address, and the other ones if there are several.
    fn addresses(&mut self, ui: &mut Ui, cx: &UiContext<'_>, text: &str, reachable: &ReachableAt) {
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            let shown = RichText::new(text).monospace().color(cx.tokens.text);
            if reachable.addresses.len() < 2 {
                ui.add(Label::new(shown).truncate());
                return;
            }
            let arrow = small_tool(Icon::ChevronDown.atom());
            let (response, _) = MenuButton::from_button(arrow).ui(ui, |ui| {
                for direction in &reachable.addresses {
                    if ui.selectable_label(text == reachable.text(*direction), reachable.text(*direction)).clicked() {
                        self.chosen = Some(*direction);
                        ui.close();
                    }
                }
            });
            let name = cx.text("invitation-others");
            response.accessible_name(&name).on_hover_text(name);
            ui.add(Label::new(shown).truncate());
        });
    }

    /// The code over the whole window.
    fn qr_modal(&mut self, ui: &mut Ui, cx: &UiContext<'_>, text: &str, direction: SocketAddr) {
        let side = (ui.ctx().content_rect().height() - AROUND_CODE).clamp(SIDE_MIN, SIDE_MAX);
        let frame = Frame::popup(ui.style()).inner_margin(Margin::same(16));
        let modal = Modal::new(Id::unique("qr code")).frame(frame).show(ui.ctx(), |ui| {
            ui.set_max_width(side.max(SIDE_MIN));
            ui.vertical_centered(|ui| {
                ui.label(RichText::new(cx.text("invitation-open")).heading());
                let name = cx.words.with("qr-code-of", [("address", Arg::from(text.to_owned()))]);
                self.qr.show(ui, text, &name, side);
                ui.label(RichText::new(text).monospace().size(22.0).color(cx.tokens.text));
                if direction.ip().is_loopback() {
                    ui.colored_label(cx.tokens.error, cx.text("qr-only-here"));
                }
                let close = Button::new(cx.text("dismiss")).min_size(egui::vec2(96.0, FIELD));
                ui.add(close).clicked()
            })
            .inner
        });
        if modal.inner || modal.should_close() {
            self.is_open = false;
        }
    }
}

/// The white border, in modules, as ISO/IEC 18004 wants it.
const BORDER: i32 = 4;

/// A code, made once for its text.
#[derive(Default)]
struct Qr {
    made: Option<(String, Option<QrCode>)>,
}

impl Qr {
    /// Draws the code of `text` into a square of at most `side` points, named `name`; a text that is too long has none.
    fn show(&mut self, ui: &mut Ui, text: &str, name: &str, side: f32) -> Option<Response> {
        if self.made.as_ref().is_none_or(|(made, _)| made != text) {
            self.made = Some((text.to_owned(), QrCode::encode_text(text, QrCodeEcc::Medium).ok()));
        }
        let code = self.made.as_ref()?.1.as_ref()?;
        let modules = (code.size() + 2 * BORDER) as f32;
        let pixels = ui.ctx().pixels_per_point();
        let module = (side * pixels / modules).floor().max(1.0) / pixels;
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(module * modules), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
        let corner = (rect.min.to_vec2() * pixels).round() / pixels;
        ui.painter().rect_filled(rect, 0.0, Color32::WHITE);
        ui.painter().add(Shape::mesh(dark(code, module, corner.to_pos2())));
        Some(response)
    }
}

/// The dark modules: one rectangle for each run of them in a row. A mesh has no soft edges, which would leave seams.
fn dark(code: &QrCode, module: f32, corner: egui::Pos2) -> Mesh {
    let mut mesh = Mesh::default();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let begun = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > begun {
                let at = |x: i32, y: i32| corner + Vec2::new((x + BORDER) as f32, (y + BORDER) as f32) * module;
                mesh.add_colored_rect(Rect::from_min_max(at(begun, y), at(x, y + 1)), Color32::BLACK);
            }
            x += 1;
        }
    }
    mesh
}
