//! What weaves: puts what the book has to say where its chapters ask for it.

pub mod weave;

pub use weave::{Woven, weave};
