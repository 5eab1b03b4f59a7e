//! The bytes that a recv brought.

/// The largest receive size, in bytes: 1 MiB.
pub const RECV_SIZE_MAX: usize = 1024 * 1024;

/// Room for the bytes of a recv. It holds what the last recv brought, and under TLS what that says.
pub struct RecvBuffer {
    /// The room; at its front the bytes that crossed the socket.
    bytes: Vec<u8>,
    count: usize,
    /// Under TLS: the plain bytes.
    plain: Vec<u8>,
    is_encrypted: bool,
}

impl RecvBuffer {
    /// Room for `size` bytes, from 1 to [`RECV_SIZE_MAX`]: a size beyond is taken to the next that may be.
    pub fn new(size: usize) -> Self {
        Self { bytes: vec![0; size.clamp(1, RECV_SIZE_MAX)], count: 0, plain: Vec::new(), is_encrypted: false }
    }

    /// How many bytes a recv asks for.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// What the last recv brought, under TLS decrypted: also if it was the last, which returned no bytes to be read elsewhere.
    pub fn plaintext(&self) -> &[u8] {
        if self.is_encrypted { &self.plain } else { self.crossed() }
    }

    /// The bytes of the last recv that crossed the socket.
    pub(super) fn crossed(&self) -> &[u8] {
        self.bytes.get(..self.count).unwrap_or_default()
    }

    /// Nothing has been received.
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.plain.clear();
    }

    /// Where the bytes of a recv go.
    pub(super) fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// A recv brought `count` bytes.
    pub(super) fn set_count(&mut self, count: usize) {
        self.count = count;
    }

    /// What the last recv brought is encrypted: `feed` is given it, and appends the plain bytes.
    pub(super) fn decrypt<T>(&mut self, feed: impl FnOnce(&[u8], &mut Vec<u8>) -> T) -> T {
        self.is_encrypted = true;
        let bytes = self.bytes.get(..self.count).unwrap_or_default();
        feed(bytes, &mut self.plain)
    }
}
