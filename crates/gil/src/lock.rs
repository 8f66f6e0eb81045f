//! The lock itself, in the two ways that CPython has had. Who uses them are the policies
//! [`crate::policy::Tick`] and [`crate::policy::Interval`].

pub mod interval;
pub mod tick;
