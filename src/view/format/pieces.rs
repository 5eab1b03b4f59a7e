//! The pieces of a text, as a reader of its language finds them, and the elements that they begin and end.

/// The most pieces of a text.
pub(super) const PIECES_MAX: usize = 1 << 21;

/// A text has more pieces, or would become longer, than is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch;

/// What stands before a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    None,
    Space,
    /// The end of a row, and the indent of the next one.
    Row,
}

/// A piece of a text, which stays as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) gap: Gap,
    /// How many elements it is in.
    pub(super) depth: u32,
    /// If it begins an element with something in it: the number of the piece that ends it; else 0.
    pub(super) closed_by: u32,
}

/// The pieces of a text, as a reader of its language finds them.
pub(super) struct Pieces {
    pub(super) all: Vec<Piece>,
    /// The pieces that begin elements which have not ended.
    pub(super) open: Vec<u32>,
}

impl Pieces {
    pub(super) fn new() -> Self {
        Self { all: Vec::new(), open: Vec::new() }
    }

    /// Appends the piece from `start` to `end`.
    pub(super) fn push(&mut self, (start, end): (usize, usize), gap: Gap) -> Result<(), TooMuch> {
        if self.all.len() >= PIECES_MAX {
            return Err(TooMuch);
        }
        let (start, end) = (u32::try_from(start).map_err(|_| TooMuch)?, u32::try_from(end).map_err(|_| TooMuch)?);
        let depth = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
        self.all.push(Piece { start, end, gap, depth, closed_by: 0 });
        Ok(())
    }

    /// Appends a piece that begins an element.
    pub(super) fn open(&mut self, place: (usize, usize), gap: Gap) -> Result<(), TooMuch> {
        self.push(place, gap)?;
        self.open.push(u32::try_from(self.all.len() - 1).map_err(|_| TooMuch)?);
        Ok(())
    }

    /// Appends a piece that ends the element which is open at `level`, counted from 0, and all within it.
    pub(super) fn close(&mut self, place: (usize, usize), gap: Gap, level: usize) -> Result<(), TooMuch> {
        let opened = self.open.get(level).copied();
        self.open.truncate(level);
        self.push(place, gap)?;
        let own = u32::try_from(self.all.len() - 1).map_err(|_| TooMuch)?;
        if let Some(opened) = opened
            && own > opened + 1
            && let Some(piece) = self.all.get_mut(opened as usize)
        {
            piece.closed_by = own;
        }
        Ok(())
    }
}
