//! Bytes as rows: the hex dump, the text beside it, copies of it, and the ruler's scale.

pub mod copy_format;
mod dump;
pub mod offset;
pub mod preview;
pub mod row;
mod ruler;
mod split_character;
pub mod text_column;
pub mod text_unit;

pub use copy_format::CopyFormat;
pub use dump::{Dump, DumpRow};
pub use row::{BYTES_PER_ROW, HexRow, WIDE_ROW};
pub use ruler::RulerScale;
pub use split_character::SplitCharacter;
pub use text_column::{CONTEXT, Cell};
pub use text_unit::TextUnit;
