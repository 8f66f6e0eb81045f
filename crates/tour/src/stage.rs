use std::error::Error;
use std::io::{self, Write};

/// What a demo returns. An error should say what was tried, on what, and what to do.
pub type Outcome = Result<(), Box<dyn Error>>;

/// Where a demo prints (it is a [`Write`]), and what the reader asked it for.
pub struct Stage<'a> {
    pub(crate) out: &'a mut dyn Write,
    pub(crate) workers: usize,
    pub(crate) size: u64,
}

impl Stage<'_> {
    /// How many workers to use: `--workers`, or the demo's own default.
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// How much to do: `--size`, or the demo's own default.
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl Write for Stage<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
