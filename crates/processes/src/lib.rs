//! Processes in Rust. Read the modules in this order:
//!
//! * [`worker`]: a process that works for us: start it, talk to it, end it.
//! * [`starting`]: five ways to start something, and what each costs.
//! * [`forking`], [`fork_server`]: a process that is copied, and a server that does so for us.
//! * [`growing`]: what starting costs when the parent is large, with [`ballast`].
//! * [`memory`]: what a child does to the memory that it inherited.
//! * [`reaching`]: who else may change a process's memory.
//! * [`footprint`]: how much memory idle threads and processes take.
//! * [`dividing`]: one range of numbers, cut into parts, a process each.
//! * [`crashing`]: who is left when something fails.
//! * [`stopping`]: how to stop what will not end by itself.
//! * [`orphans`]: what becomes of children whose parent is killed.
//! * [`family`]: which processes end when a program ends, with a [`terminal`] of our own to press
//!   Ctrl-C in.
//! * [`printing`]: a child that prints more than its pipe holds.
//! * [`manners`]: what tests ask of programs that start others.
//!
//! The modules hold the ideas, small enough to read on one screen. `src/demos/` shows
//! them, `benches/` measures them.
//!
//! All this needs a Unix. [`forking`] and what stands on it, [`reaching`] and [`footprint`]
//! need Linux. On Windows the crate is empty; there, the Windows Subsystem for Linux runs it
//! all.

#[cfg(target_os = "linux")]
pub mod ballast;
#[cfg(unix)]
pub mod crashing;
#[cfg(unix)]
pub mod dividing;
#[cfg(unix)]
pub mod family;
#[cfg(target_os = "linux")]
pub mod footprint;
#[cfg(target_os = "linux")]
pub mod fork_server;
#[cfg(target_os = "linux")]
pub mod forking;
#[cfg(target_os = "linux")]
pub mod growing;
#[cfg(target_os = "linux")]
pub mod manners;
#[cfg(target_os = "linux")]
pub mod memory;
#[cfg(unix)]
pub mod orphans;
#[cfg(target_os = "linux")]
pub mod printing;
#[cfg(target_os = "linux")]
mod proc;
#[cfg(target_os = "linux")]
pub mod reaching;
#[cfg(unix)]
pub mod starting;
#[cfg(unix)]
pub mod stopping;
#[cfg(unix)]
pub mod terminal;
#[cfg(unix)]
pub mod worker;

#[cfg(unix)]
pub use works::WORKS;

#[cfg(unix)]
mod works {
    use crate::worker::Work;
    use crate::{crashing, dividing, family, orphans, starting, stopping};

    /// All work that this crate's workers can do, for [`crate::worker::entry`].
    pub const WORKS: &[Work] = &[
        starting::IDLE,
        dividing::SQUARES,
        dividing::PRIMES,
        crashing::SCENE,
        crashing::VICTIM,
        stopping::BUSY,
        orphans::PARENT,
        orphans::CARELESS,
        family::HEAD,
        #[cfg(target_os = "linux")]
        stopping::by_force::FORCED,
        #[cfg(target_os = "linux")]
        stopping::by_force::PARKING,
        #[cfg(target_os = "linux")]
        crate::printing::WAITS,
        #[cfg(target_os = "linux")]
        crate::growing::LARGE,
        #[cfg(target_os = "linux")]
        crate::memory::FORKING,
        #[cfg(target_os = "linux")]
        crate::reaching::KEEPER,
        #[cfg(target_os = "linux")]
        crate::reaching::WRITER,
        #[cfg(target_os = "linux")]
        crate::footprint::CROWDED,
    ];
}
