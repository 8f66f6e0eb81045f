//! What is kept: what was measured, printed and claimed.
//!
//! * A number and where it comes from is a [`surveyor::kept::Measurement`].
//!   [`mod@value`]: what a page says of one or two of them; [`grid`]: of many;
//!   `size`: the numbers at the ends of their ids. [`break_even`]: where two series cross.
//!   [`dots`]: of many by their names, which `natural` puts into their order.
//! * `excerpt`: a piece of code.
//! * [`output`]: what a command printed. Two kinds of it are more than text: a [`graph`] of states, and
//!   a [`timeline`] of threads.
//! * [`player`]: the explorer as a page runs it.
//! * [`claim`]: what somebody said, and the comparison that decides it.
//! * [`exercise`]: the exercises of the course, which other crates check.
//! * [`material`]: all of that, read once. [`answer`]: what it has to say to what a chapter asks for;
//!   `telling`: to which questions that is the answer.

pub mod answer;
pub mod break_even;
pub mod claim;
pub mod dots;
mod excerpt;
pub mod exercise;
pub mod graph;
pub mod grid;
pub mod material;
mod natural;
pub mod output;
pub mod player;
mod size;
mod telling;
pub mod timeline;
pub mod value;

pub use answer::Answer;
pub(crate) use excerpt::anchor_in;
pub use material::Material;
