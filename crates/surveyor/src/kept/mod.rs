//! Measurements, as they are kept.
//!
//! * [`measurement`]: a number and where it comes from, as a file keeps it; [`measured`]: all of one machine.
//! * `adding`: what several runs measured, as one measurement.
//! * [`estimate`]: a value, and the interval in which it may lie.

mod adding;
pub mod estimate;
pub mod measured;
pub mod measurement;

pub use estimate::Estimate;
pub use measured::Measured;
pub use measurement::Measurement;
