//! Binds code, outputs, measurements and claims into the book. Data flows one way:
//!
//! code → run → measurement → claim → page.
//!
//! So do the folders of this crate; each knows only those above it.
//!
//! * [`code`]: what there is to measure and to show. Files, and what a number stands on.
//! * [`asking`]: what a chapter asks for. A directive becomes a value.
//! * [`kept`]: what is kept. Measurements, outputs, claims, and what they have to say to a chapter.
//! * [`measuring`]: what measures. The benches, and the commands whose output the book shows.
//! * `drawing`: what draws. Numbers, tables, plots and boxes as HTML.
//! * [`weaving`]: what weaves. Answers in the place of questions.
//! * [`guarding`]: what guards. A gate for each thing that an author can get wrong.
//! * [`verbs`]: what people type.
//!
//! Beside them stand `divide`, which divides work among the cores, and [`say`].

pub mod asking;
pub mod code;
mod divide;
mod drawing;
pub mod guarding;
pub mod kept;
pub mod measuring;
pub mod say;
pub mod verbs;
pub mod weaving;

// For every page, mdBook copies what it knows of all pages, several times.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
