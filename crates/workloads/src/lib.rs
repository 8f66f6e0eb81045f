//! The work that every chapter does, so that comparisons compare one thing: the same
//! function runs in one thread, in many, in processes, under a lock.
//!
//! * [`squares`]: even work; every number costs the same. Begin here: this module shows
//!   how to keep the optimizer from doing away with a loop that is timed.
//! * [`countdown`]: the shortest loop there is.
//! * [`primes`]: uneven work; a large number costs more than a small one.
//! * [`pages`]: text to read and count.
//! * [`slow_site`]: a web site on loopback that makes its visitors wait.
//! * [`parts`]: cuts a range into equal parts.

pub mod countdown;
pub mod pages;
pub mod parts;
pub mod primes;
pub mod slow_site;
pub mod squares;
