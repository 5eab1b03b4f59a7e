//! A QR code, drawn for a camera at the back of a room: dark on white in every theme, each module of whole pixels.

use egui::{Color32, Mesh, Rect, Response, Role, Sense, Shape, Ui, Vec2, WidgetInfo};
use qrcodegen::{QrCode, QrCodeEcc};

/// The white border, in modules, as ISO/IEC 18004 wants it.
const BORDER: i32 = 4;

/// A code, made once for its text.
#[derive(Default)]
pub struct Qr {
    made: Option<(String, Option<QrCode>)>,
}

impl Qr {
    /// Draws the code of `text` into a square of at most `side` points, named `name`; a text that is too long has none.
    pub fn show(&mut self, ui: &mut Ui, text: &str, name: &str, side: f32) -> Option<Response> {
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
