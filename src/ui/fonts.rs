//! Chinese, and marks for what can't be seen, on every machine: behind egui's own fonts stand bundled ones.
//!
//! What even they lack, the system's fonts provide (eframe asks them).

use egui::epaint::text::{FontData, FontInsert, FontPriority, InsertFontFamily};
use egui::{Context, FontFamily};

/// The characters of GB 2312; the pictures of control characters; the sign for what is no text.
const BUNDLED: [(&str, &[u8]); 3] = [
    ("Noto Sans SC", include_bytes!("../../assets/fonts/NotoSansSC-Subset.otf")),
    ("Noto Sans Symbols 2", include_bytes!("../../assets/fonts/NotoSansSymbols2-Subset.ttf")),
    ("Noto Sans", include_bytes!("../../assets/fonts/NotoSans-Subset.ttf")),
];

/// Adds the bundled fonts behind all others.
pub fn install_fonts(ctx: &Context) {
    for (name, bytes) in BUNDLED {
        let families = [FontFamily::Proportional, FontFamily::Monospace]
            .map(|family| InsertFontFamily { family, priority: FontPriority::Lowest })
            .to_vec();
        ctx.add_font(FontInsert::new(name, FontData::from_static(bytes), families));
    }
}
