//! Binds code, outputs, measurements and claims into the book. Data flows one way:
//!
//! code → run → measurement → claim → page.
//!
//! Its first half, up to the measurement, is the crate [`surveyor`]. This one begins where a chapter asks for something. Its
//! folders follow the same order; each knows only those above it.
//!
//! * [`asking`]: what a chapter asks for. A directive becomes a value.
//! * [`kept`]: what is kept. Measurements, outputs, claims, and what they have to say to a chapter.
//! * `drawing`: what draws. Numbers, tables, plots and boxes as HTML.
//! * [`weaving`]: what weaves. Answers in the place of questions.
//! * [`guarding`]: what guards. A gate for each thing that an author can get wrong.
//! * [`verbs`]: what people type.
//!
//! Beside them stand [`finding`], what is wrong with a file and what to do about it, `lines`, where in one something
//! stands, and `divide`, which divides work among the cores.

pub mod asking;
mod divide;
mod drawing;
pub mod finding;
pub mod guarding;
pub mod kept;
mod lines;
pub mod verbs;
pub mod weaving;

// For every page, mdBook copies what it knows of all pages, several times.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
