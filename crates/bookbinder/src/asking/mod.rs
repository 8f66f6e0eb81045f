//! What a chapter asks for.
//!
//! * [`chapter`]: a chapter taken apart into text and what stands in it.
//! * [`directive`]: `{{#name arguments}}`, read into a value of its own; [`prediction`]: a question to
//!   the reader; [`sketch`]: a drawing that explains; [`title`]: what a figure shows; [`lesson`]: what a
//!   chapter takes of a reader, which [`acquainting`] completes when all chapters are read.
//! * What these speak of: a [`quantity`], a [`layout`] of many, [`dots`] over names, a [`run`] of a command.

pub mod acquainting;
pub mod chapter;
pub mod directive;
pub mod dots;
pub mod layout;
pub mod lesson;
pub mod prediction;
pub mod quantity;
pub mod run;
pub mod sketch;
pub mod title;

pub use chapter::Chapter;
pub use directive::{Directive, Form};
pub use dots::Dots;
pub use layout::Layout;
pub use lesson::Lesson;
pub use prediction::Prediction;
pub use quantity::Quantity;
pub use run::{Class, Run};
pub use sketch::Sketch;
pub use title::Title;
