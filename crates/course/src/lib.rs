//! Proves the exercises of `crates/exercises`, and grades answers to them.
//!
//! Read in this order:
//!
//! * [`set`]: the exercises as they lie on the disk, and the parts of each file.
//! * [`unseen`]: what of the standard library no check can see, so no answer may use it.
//! * [`workshop`]: compiles many answers at once, as one package.
//! * [`supervisor`]: runs the checks of one answer, with limits, and leaves nothing running.
//! * [`verdict`]: what came out.
//! * [`trials`]: the same for many answers, side by side.
//! * [`verify`]: proves of each exercise that its stub fails for the declared reason, its
//!   solution and other right answers pass, and each wrong answer is caught by the check that is
//!   meant for it.
//! * [`grade`]: reports on a student's folder.
//! * [`tidy`]: copies what stands in several files into all of them.

#[cfg(target_os = "linux")]
pub mod grade;
pub mod set;
#[cfg(target_os = "linux")]
pub mod supervisor;
#[cfg(target_os = "linux")]
pub mod tidy;
#[cfg(target_os = "linux")]
pub mod trials;
pub mod unseen;
pub mod verdict;
#[cfg(target_os = "linux")]
pub mod verify;
#[cfg(target_os = "linux")]
pub mod workshop;
