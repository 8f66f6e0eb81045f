use std::time::Duration;

/// How long this thread of the system was on a core so far. It is 0 where the system doesn't say.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library doesn't ask for it")]
pub(crate) fn computed() -> Duration {
    use nix::libc::{CLOCK_THREAD_CPUTIME_ID, clock_gettime, timespec};

    let mut time = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the system writes to `time`, which is there until the call returns.
    let failed = unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    match (failed, u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec)) {
        (0, Ok(seconds), Ok(nanos)) => Duration::new(seconds, nanos),
        _ => Duration::ZERO,
    }
}

/// How many times the threads of this process have given back their core because they had to wait. It is 0 where the
/// system doesn't say.
#[cfg(unix)]
pub(crate) fn sleeps() -> usize {
    use nix::sys::resource::{UsageWho, getrusage};

    let usage = getrusage(UsageWho::RUSAGE_SELF);
    usage.map_or(0, |usage| usage.voluntary_context_switches().try_into().unwrap_or(0))
}

#[cfg(not(unix))]
pub(crate) fn computed() -> Duration {
    Duration::ZERO
}

#[cfg(not(unix))]
pub(crate) fn sleeps() -> usize {
    0
}
