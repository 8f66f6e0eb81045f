//! The lock itself, in the two designs that CPython has had. The policies [`crate::policy::Tick`]
//! and [`crate::policy::Interval`] use them.

pub mod interval;
pub mod tick;
