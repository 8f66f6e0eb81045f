//! Proves the exercises of `crates/exercises`, grades answers to them, and shows what breaks one.
//!
//! Read in this order:
//!
//! * [`set`]: the exercises as they lie on the disk, and the parts of each file.
//! * [`handed_in`]: reads what a student handed in.
//! * [`refusals`]: what isn't even compiled.
//! * [`unseen`]: what of the standard library no check can see, so no answer may use it.
//! * [`workshop`]: compiles many answers at once, as one package.
//! * [`compile`]: compiles one of them, for cargo.
//! * [`walls`]: what stands between an answer and the machine.
//! * [`supervisor`]: runs the checks of one answer, with limits, and leaves nothing running.
//! * [`verdict`]: what came out.
//! * [`trials`]: the same for many answers, side by side.
//! * [`verify`]: proves of each exercise that its stub fails for the declared reason, its
//!   solution and other right answers pass, and each wrong answer is caught by the check that is
//!   meant for it.
//! * [`variant`]: another variant of an exercise for each student.
//! * [`class`]: who hands in, and where the answers lie.
//! * [`control`]: judges answers, unless it is the machine that fails.
//! * [`grade`]: reports on what students hand in.
//! * [`feedback`]: what each student gets to read.
//! * [`show`]: shows the schedule that breaks an answer, step by step.
//! * [`text`]: makes what an answer printed fit for a report.
//! * [`tidy`]: copies what stands in several files into all of them.

#[cfg(target_os = "linux")]
pub mod class;
#[cfg(target_os = "linux")]
pub mod compile;
#[cfg(target_os = "linux")]
pub mod control;
#[cfg(target_os = "linux")]
pub mod feedback;
#[cfg(target_os = "linux")]
mod gate;
#[cfg(target_os = "linux")]
pub mod grade;
#[cfg(target_os = "linux")]
pub mod handed_in;
pub mod refusals;
pub mod set;
#[cfg(target_os = "linux")]
pub mod show;
#[cfg(target_os = "linux")]
pub mod supervisor;
pub mod text;
#[cfg(target_os = "linux")]
pub mod tidy;
#[cfg(target_os = "linux")]
pub mod trials;
pub mod unseen;
pub mod variant;
pub mod verdict;
#[cfg(target_os = "linux")]
pub mod verify;
#[cfg(target_os = "linux")]
pub mod walls;
#[cfg(target_os = "linux")]
pub mod workshop;
