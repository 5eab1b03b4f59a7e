//! A body that is shown as a picture.
//!
//! In scope: the texture, fitted to the panel or pixel by pixel. Out of scope: whether a body is a picture (`decode::MediaKind`), and
//! decoding (see [`Pictures`]).

use egui::{Color32, Context, Rect, Role, ScrollArea, Sense, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo};

use super::body_ref::BodyKey;
use crate::capture::Body;
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::{empty, segmented_control};
use crate::ui::picture::{Decoded, Pictures};
use crate::view::{Picture, PictureError, PictureFormat, excerpt};
use crate::words::Arg;

/// The side of a square of the checkerboard behind transparent parts, in points.
const CELL: f32 = 12.0;

/// The panel.
#[derive(Default)]
pub struct PicturePanel {
    loaded: Option<(BodyKey, Result<LoadedPicture, PictureError>)>,
    is_actual_size: bool,
}

/// A picture that is ready to be drawn.
struct LoadedPicture {
    picture: Picture,
    texture: TextureHandle,
}

impl std::fmt::Debug for PicturePanel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PicturePanel").field("is_actual_size", &self.is_actual_size).finish_non_exhaustive()
    }
}

impl PicturePanel {
    /// Has the body `key`, of which `body` makes a whole one, decoded by `pictures`, if that was not done before.
    pub fn prepare(
        &mut self,
        key: BodyKey,
        body: impl FnOnce() -> Option<Body>,
        pictures: &mut Pictures,
        ctx: &Context,
    ) {
        if self.loaded.as_ref().is_some_and(|(loaded, _)| *loaded == key) {
            return;
        }
        self.loaded = pictures.decoded(key, body, ctx).map(|answer| {
            let load = |decoded: Decoded| {
                let texture = ctx.load_texture("body picture", decoded.image, TextureOptions::LINEAR);
                LoadedPicture { picture: decoded.picture, texture }
            };
            (key, answer.map(load))
        });
    }

    /// Draws the picture of the body `key`.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, key: BodyKey) {
        let Some((_, loaded)) = self.loaded.as_ref().filter(|(loaded, _)| *loaded == key) else {
            return empty(ui, &cx.text("picture-pending"), cx.tokens);
        };
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => return empty(ui, &reason(cx, error), cx.tokens),
        };
        let facts = facts(cx, &loaded.picture);
        ui.horizontal_wrapped(|ui| {
            let sizes = [(false, cx.text("picture-fit")), (true, cx.text("picture-actual"))];
            if let Some(actual) = segmented_control(ui, self.is_actual_size, &sizes, cx.tokens) {
                self.is_actual_size = actual;
            }
            ui.weak(&facts);
        });
        let own = Vec2::new(loaded.picture.shown[0] as f32, loaded.picture.shown[1] as f32);
        let room = ui.available_size() - Vec2::splat(8.0);
        let fit = (room.x / own.x).min(room.y / own.y).clamp(0.001, 1.0);
        let size = if self.is_actual_size { own } else { own * fit };
        ScrollArea::both().id_salt("picture").auto_shrink(false).show(ui, |ui| {
            let (place, response) = ui.allocate_exact_size(size, Sense::hover());
            background(ui, place, cx);
            let uv = Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
            ui.painter().image(loaded.texture.id(), place, uv, Color32::WHITE);
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &facts));
        });
    }
}

fn reason(cx: &UiContext<'_>, error: &PictureError) -> String {
    match error {
        PictureError::TooLong => cx.text("picture-too-long"),
        PictureError::TooManyPixels => cx.text("picture-too-many-pixels"),
        PictureError::UnknownFormat => cx.text("picture-unknown"),
        PictureError::TooSlow => cx.text("picture-too-slow"),
        PictureError::TooMuch => cx.text("picture-too-much"),
        PictureError::NotStarted(text) => cx.words.with("picture-not-started", [("text", Arg::from(text.clone()))]),
        PictureError::Broken(text) => cx.words.with("picture-broken", [("text", Arg::from(excerpt(text)))]),
    }
}

/// The format, the size and the notes on a picture, as a text.
fn facts(cx: &UiContext<'_>, picture: &Picture) -> String {
    let [width, height] = picture.size.map(|length| Arg::from(length.to_string()));
    let parts = [("format", Arg::from(picture.format.name())), ("width", width), ("height", height)];
    let mut facts = cx.words.with("picture-facts", parts);
    let mut note = |key: &str| facts = format!("{facts} · {}", cx.text(key));
    if picture.is_animated {
        note("picture-first-frame");
    }
    if picture.format == PictureFormat::Svg {
        note("picture-svg");
    }
    if picture.shown != picture.size {
        note("picture-scaled");
    }
    facts
}

/// Paints the checkerboard that shows through transparent parts.
fn background(ui: &Ui, place: Rect, cx: &UiContext<'_>) {
    let seen = place.intersect(ui.clip_rect());
    let painter = ui.painter().with_clip_rect(seen);
    painter.rect_filled(seen, 0.0, cx.tokens.surface);
    let first = |from: f32, start: f32| ((from - start) / CELL).floor().max(0.0) as usize;
    let last = |to: f32, start: f32| ((to - start) / CELL).ceil().max(0.0) as usize;
    for y in first(seen.top(), place.top())..last(seen.bottom(), place.top()) {
        for x in (first(seen.left(), place.left())..last(seen.right(), place.left())).filter(|x| (x + y) % 2 == 1) {
            let corner = place.min + Vec2::new(x as f32, y as f32) * CELL;
            painter.rect_filled(Rect::from_min_size(corner, Vec2::splat(CELL)), 0.0, cx.tokens.line);
        }
    }
}
