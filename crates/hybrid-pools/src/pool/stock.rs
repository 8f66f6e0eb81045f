//! Large buffers that are used again. New memory is slow at first, since the system brings it page by
//! page; and what was given back to the allocator is soon new again, since the system gets it back as
//! soon as the allocator has much of it.

use std::mem;
use std::sync::{Mutex, PoisonError};

use postcard::ser_flavors::Flavor;
use serde::Serialize;

use super::bytes::Bytes;
use crate::tray::FROM;

/// How many bytes are kept at most. When nobody has needed them for a while, all are given back.
const MOST: usize = 128 << 20;

/// Buffers that nobody needs at the moment. All of them are large.
#[derive(Default)]
pub(crate) struct Stock(Mutex<Vec<Vec<u8>>>);

impl Stock {
    /// Keeps the memory of these bytes, if it is large enough to be worth that.
    #[inline]
    pub(crate) fn put(&self, bytes: Bytes) {
        if bytes.capacity() >= FROM {
            self.keep(bytes);
        }
    }

    fn keep(&self, bytes: Bytes) {
        let Some(mut buffer) = bytes.into_memory() else { return };
        buffer.clear();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: usize = kept.iter().map(Vec::capacity).sum();
        if bytes + buffer.capacity() <= MOST {
            kept.push(buffer);
        }
    }

    /// An empty buffer for so many bytes. If it is a large one that was kept, it has room for twice as
    /// many at most: all of its room counts against the bound of the queue.
    pub(crate) fn take(&self, bytes: usize) -> Vec<u8> {
        let fits = |kept: &Vec<u8>| (bytes..=2 * bytes).contains(&kept.capacity());
        let found = (bytes >= FROM).then(|| {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // The one that was used last is the most likely one to be in a cache.
            let at = kept.iter().rposition(fits)?;
            Some(kept.swap_remove(at))
        });
        found.flatten().unwrap_or_else(|| Vec::with_capacity(bytes))
    }

    /// Whether there are no buffers here.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Gives all buffers back to the allocator.
    pub(crate) fn clear(&self) {
        let kept = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        drop(kept);
    }

    /// Writes a value as bytes, into one of these buffers if it is large.
    ///
    /// # Errors
    ///
    /// When the value can't be written as bytes.
    pub(crate) fn write(&self, value: &impl Serialize) -> postcard::Result<Bytes> {
        let bytes = Bytes::default();
        postcard::serialize_with_flavor(value, Writer { bytes, stock: self })
    }
}

struct Writer<'s> {
    bytes: Bytes,
    stock: &'s Stock,
}

impl Flavor for Writer<'_> {
    type Output = Bytes;

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    #[inline]
    fn try_extend(&mut self, more: &[u8]) -> postcard::Result<()> {
        self.bytes.extend(more, |length| self.stock.take(length));
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Bytes> {
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use serde_bytes::ByteBuf;

    use super::*;

    fn kept(stock: &Stock) -> usize {
        stock.0.lock().unwrap().iter().map(Vec::capacity).sum()
    }

    #[test]
    fn what_is_put_there_is_used_again() {
        let stock = Stock::default();
        let buffer = Vec::with_capacity(3 * FROM);
        let place = buffer.as_ptr();
        stock.put(buffer.into());
        let (larger, small) = (stock.take(4 * FROM), stock.take(10));
        assert_ne!(larger.as_ptr(), place, "it is too small for that");
        assert_ne!(small.as_ptr(), place, "it is far too large for that");
        let shorter = stock.take(FROM);
        assert_ne!(shorter.as_ptr(), place, "more than half of it would be idle");
        let bytes = ByteBuf::from(vec![7; 2 * FROM]);
        let written = stock.write(&bytes).unwrap();
        assert_eq!(written.as_ptr(), place);
        assert!(*written == *postcard::to_stdvec(&bytes).unwrap());
        assert_eq!(kept(&stock), 0);
    }

    #[test]
    fn small_ones_and_too_many_are_not_kept() {
        let stock = Stock::default();
        stock.put(Vec::with_capacity(FROM - 1).into());
        assert_eq!(kept(&stock), 0);
        (0..100).for_each(|_| stock.put(Vec::with_capacity(MOST / 4).into()));
        stock.put(Vec::with_capacity(FROM).into());
        assert_eq!(kept(&stock), MOST);
        stock.clear();
        assert!(stock.is_empty());
    }

    #[test]
    fn it_writes_what_postcard_writes() {
        let stock = Stock::default();
        for length in [0, 1, FROM / 8 - 1, FROM / 8, FROM, 3 * FROM + 1] {
            let numbers = vec![1.5_f64; length];
            let written = stock.write(&numbers).unwrap();
            assert!(*written == *postcard::to_stdvec(&numbers).unwrap(), "{length}");
            stock.put(written);
        }
    }
}
