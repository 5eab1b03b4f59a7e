//! The bundled fonts: Chinese characters, and pictures of control characters.
//!
//! The bundled fonts come before egui's emoji, one of which has full-width brackets of its own. For other characters eframe asks for the
//! system's fonts.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions};

/// The first of egui's fonts that the bundled ones come before.
const EMOJI: &str = "NotoEmoji-Regular";

/// The characters of GB 2312; the pictures of control characters; the sign for what is no text.
const BUNDLED: [(&str, &[u8]); 3] = [
    ("Noto Sans SC", include_bytes!("../../../assets/fonts/NotoSansSC-Subset.otf")),
    ("Noto Sans Symbols 2", include_bytes!("../../../assets/fonts/NotoSansSymbols2-Subset.ttf")),
    ("Noto Sans", include_bytes!("../../../assets/fonts/NotoSans-Subset.ttf")),
];

/// Adds the bundled fonts behind egui's letters and before its emoji.
pub fn install_fonts(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in BUNDLED {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    for family in fonts.families.values_mut() {
        let at = family.iter().position(|name| name == EMOJI).unwrap_or(family.len());
        family.splice(at..at, BUNDLED.map(|(name, _)| name.to_owned()));
    }
    ctx.set_fonts(fonts);
}
