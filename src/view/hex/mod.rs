//! Bytes as rows: the hex dump, the text beside it, copies of it, and the ruler's scale.

pub mod copy_format;
mod dump;
pub mod offset;
pub mod row;
mod ruler;
mod split_character;
pub mod text_column;

pub use copy_format::CopyFormat;
pub use dump::{Dump, DumpRow};
pub use row::{BYTES_PER_ROW, HexRow};
pub use ruler::RulerScale;
pub use split_character::SplitCharacter;
pub use text_column::{CONTEXT, Cell};
