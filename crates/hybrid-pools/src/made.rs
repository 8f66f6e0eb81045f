//! Where a task writes its result: into memory that is used again for the next result; or, if the
//! result is large and there is room, into the tray from which the pool takes it.

use postcard::ser_flavors::Flavor;
use serde::Serialize;

use crate::tray::FROM;

/// A result as bytes, while the task writes it and until it is sent.
#[derive(Debug, Default)]
pub struct Made<'t> {
    /// The bytes, unless they are in the tray.
    bytes: Vec<u8>,
    tray: &'t mut [u8],
    /// How many bytes of the result are in the tray.
    in_tray: usize,
}

impl<'t> Made<'t> {
    /// No result yet. A large one may take as much as there is of the `tray`.
    pub(crate) fn new(tray: &'t mut [u8]) -> Self {
        Self { tray, ..Self::default() }
    }

    /// Writes a value as the result, in the place of the one before.
    pub(crate) fn write(&mut self, value: &impl Serialize) -> postcard::Result<()> {
        self.bytes.clear();
        self.in_tray = 0;
        postcard::serialize_with_flavor(value, Writer(self))
    }

    /// How many bytes the result has.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() + self.in_tray
    }

    /// The bytes of the result, if they are not in the tray.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        (self.in_tray == 0).then_some(&self.bytes)
    }

    /// Leaves the result in the tray: the next one goes elsewhere.
    pub(crate) fn leave(&mut self) {
        (self.tray, self.in_tray) = (&mut [], 0);
    }

    /// Whether a result of this length is worth the tray, and fits into it.
    fn belongs_there(&self, length: usize) -> bool {
        length >= FROM && length <= self.tray.len()
    }
}

struct Writer<'m, 't>(&'m mut Made<'t>);

impl Flavor for Writer<'_, '_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    // ANCHOR: write
    #[inline]
    fn try_extend(&mut self, more: &[u8]) -> postcard::Result<()> {
        let Self(made) = self;
        let length = made.len() + more.len();
        if length < FROM {
            made.bytes.extend_from_slice(more);
            return Ok(());
        }
        if !made.belongs_there(length) {
            // What lies in the tray so far comes back: the result has become too long for it.
            made.bytes.extend_from_slice(&made.tray[..std::mem::take(&mut made.in_tray)]);
            made.bytes.extend_from_slice(more);
            return Ok(());
        }
        if made.in_tray == 0 {
            made.in_tray = made.bytes.len();
            made.tray[..made.in_tray].copy_from_slice(&made.bytes);
            made.bytes.clear();
        }
        made.tray[made.in_tray..length].copy_from_slice(more);
        made.in_tray = length;
        Ok(())
    }
    // ANCHOR_END: write

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_bytes::ByteBuf;

    use super::*;

    /// The bytes are the same as if there were no tray.
    #[test]
    fn it_is_the_same_wherever_it_is() {
        let lists = [0, 10, FROM / 8, FROM / 4].map(|length| vec![1.5_f64; length]);
        let strings = [0, FROM - 3, FROM, 3 * FROM].map(|n| ByteBuf::from(vec![7; n]));
        for room in [0, FROM, 2 * FROM] {
            let mut tray = vec![0; room];
            let mut made = Made::new(&mut tray);
            let compare =
                |written: postcard::Result<()>, expected: Vec<u8>, made: &mut Made| {
                    written.unwrap();
                    assert_eq!(made.len(), expected.len());
                    let there = (FROM..=room).contains(&expected.len());
                    assert_eq!(made.bytes().is_none(), there, "{} bytes", expected.len());
                    let bytes = made.bytes().unwrap_or(&made.tray[..made.in_tray]);
                    assert!(bytes == expected);
                };
            for list in &lists {
                let written = made.write(list);
                compare(written, postcard::to_stdvec(list).unwrap(), &mut made);
            }
            for string in &strings {
                let written = made.write(string);
                compare(written, postcard::to_stdvec(string).unwrap(), &mut made);
            }
        }
    }

    #[test]
    fn what_is_left_there_stays() {
        let mut tray = vec![0; 2 * FROM];
        let mut made = Made::new(&mut tray);
        made.write(&ByteBuf::from(vec![7; FROM])).unwrap();
        made.leave();
        made.write(&ByteBuf::from(vec![8; FROM])).unwrap();
        assert_eq!(made.bytes().map(<[u8]>::len), Some(FROM + 3));
        assert!(tray[3..FROM].iter().all(|&byte| byte == 7));
    }
}
