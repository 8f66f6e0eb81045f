//! The bytes of an argument or a result. A few bytes lie in place: to ask the allocator for so little
//! memory would take longer than everything else that a task costs, and another thread would have to
//! give it back.

use std::mem;
use std::ops::Deref;

/// How many bytes lie in place: so many that [`Bytes`] is no larger than a `Vec`.
const FEW: usize = 15;

/// Some bytes, in one piece.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    /// In place: how many there are, and then room for all of them.
    Few(u8, [u8; FEW]),
    Many(Vec<u8>),
}

impl Default for Bytes {
    fn default() -> Self {
        Self::Few(0, [0; FEW])
    }
}

impl Bytes {
    /// A copy of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut few = [0; FEW];
        match few.get_mut(..bytes.len()) {
            Some(place) => {
                place.copy_from_slice(bytes);
                Self::Few(bytes.len() as u8, few)
            }
            None => Self::Many(bytes.to_vec()),
        }
    }

    /// Appends some bytes. Where they don't fit, `grow` returns a buffer for so many bytes in all.
    #[inline]
    pub(crate) fn extend(&mut self, more: &[u8], grow: impl FnOnce(usize) -> Vec<u8>) {
        let length = self.len() + more.len();
        match self {
            Self::Few(few, place) if length <= FEW => {
                place[usize::from(*few)..length].copy_from_slice(more);
                *few = length as u8;
                return;
            }
            Self::Many(bytes) if length <= bytes.capacity() => {
                return bytes.extend_from_slice(more);
            }
            _ => {}
        }
        // At least twice as much, as in a `Vec`, so that bytes are seldom moved.
        let before =
            mem::replace(self, Self::Many(grow(length.max(2 * self.capacity()))));
        if let Self::Many(bytes) = self {
            bytes.extend_from_slice(&before);
            bytes.extend_from_slice(more);
        }
    }

    /// How much memory the bytes take beside this value, in bytes.
    pub(crate) fn capacity(&self) -> usize {
        match self {
            Self::Few(..) => 0,
            Self::Many(bytes) => bytes.capacity(),
        }
    }

    /// The memory of the bytes, if it comes from the allocator.
    pub(crate) fn into_memory(self) -> Option<Vec<u8>> {
        match self {
            Self::Few(..) => None,
            Self::Many(bytes) => Some(bytes),
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Self::Few(few, place) => &place[..usize::from(*few)],
            Self::Many(bytes) => bytes,
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Many(bytes)
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_the_same_bytes() {
        let all: Vec<u8> = (0..100).collect();
        for length in 0..all.len() {
            let bytes = Bytes::of(&all[..length]);
            assert_eq!(*bytes, all[..length]);
            assert_eq!(bytes, Bytes::from(all[..length].to_vec()));
            assert_eq!(bytes.capacity() > 0, length > FEW);
            for step in [1, 5, 30] {
                let mut grown = Bytes::default();
                for more in all[..length].chunks(step) {
                    grown.extend(more, Vec::with_capacity);
                }
                assert_eq!(grown, bytes);
            }
        }
    }

    #[test]
    fn it_is_no_larger_than_a_list() {
        assert_eq!(size_of::<Bytes>(), size_of::<Vec<u8>>());
    }
}
