//! Chinese on every machine: behind egui's own fonts stands a bundled one with the characters of GB 2312.
//!
//! What even that lacks, the system's fonts provide (eframe asks them).

use egui::epaint::text::{FontData, FontInsert, FontPriority, InsertFontFamily};
use egui::{Context, FontFamily};

const CHINESE: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-Subset.otf");

/// Adds the bundled font behind all others.
pub fn install_fonts(ctx: &Context) {
    let families = [FontFamily::Proportional, FontFamily::Monospace]
        .map(|family| InsertFontFamily { family, priority: FontPriority::Lowest })
        .to_vec();
    ctx.add_font(FontInsert::new("Noto Sans SC", FontData::from_static(CHINESE), families));
}
