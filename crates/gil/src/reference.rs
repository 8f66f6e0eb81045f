//! References: an object is named by its place in the heap, its kind, and the generation of its
//! place.

/// A reference to an object: from the lowest bit on, 3 bits for its kind, 29 for its place, 32 for
/// the generation. All of this is one number, so that one comparison tells whether the object is
/// still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ref(pub(crate) u64);

/// How many places a reference can tell apart.
pub(crate) const PLACES: u32 = 1 << (32 - KIND_BITS);

const KIND: u64 = 0b111;
const KIND_BITS: u32 = 3;
const GENERATION: u64 = 1 << 32;

impl Ref {
    /// A reference to a place where no object was yet.
    pub(crate) fn free(place: u32) -> Self {
        Self(u64::from(place) << KIND_BITS)
    }

    #[inline]
    pub(crate) fn place(self) -> usize {
        (self.0 as u32 >> KIND_BITS) as usize
    }

    #[inline]
    pub(crate) fn is(self, kind: Kind) -> bool {
        self.0 & KIND == kind.bits()
    }

    /// Whether the object holds more than a number: it is a list or a text.
    #[inline]
    pub(crate) fn has_payload(self) -> bool {
        self.0 & KIND >= Kind::List.bits()
    }

    /// The same place and generation, with another kind.
    #[inline]
    pub(crate) fn with(self, kind: Kind) -> Self {
        Self(self.0 & !KIND | kind.bits())
    }

    /// The reference to the same place after this object was freed: free, and one generation later.
    #[inline]
    pub(crate) fn next(self) -> Self {
        Self(self.0.wrapping_add(GENERATION)).with(Kind::Free)
    }
}

/// What is in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Nothing.
    Free,
    /// Python's `None`.
    None,
    /// A whole number.
    Int,
    /// A function.
    Function,
    /// A list.
    List,
    /// A text.
    Str,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Free, Self::None, Self::Int, Self::Function, Self::List, Self::Str];

    #[inline]
    fn bits(self) -> u64 {
        self as u64
    }
}
