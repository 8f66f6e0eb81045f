//! What criterion can't measure. A module for each group, which has its name.

#[cfg(unix)]
mod crashing;
mod distinct;
mod exploring;
#[cfg(target_os = "linux")]
mod footprint;
mod frames;
#[cfg(target_os = "linux")]
mod growing;
#[cfg(target_os = "linux")]
mod inheriting;
mod lost_updates;
mod noise;
#[cfg(unix)]
mod orphans;
#[cfg(target_os = "linux")]
mod process_starting;
mod python_processes;
mod python_squares;
#[cfg(unix)]
mod races;
mod speedup;
#[cfg(unix)]
mod stopping;
mod visibility;
mod waiting;

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    processes::worker::entry(&[processes::WORKS, race_conditions::WORKS].concat());
    benches::main(&[
        ("noise", noise::observe),
        ("speedup", speedup::observe),
        ("visibility", visibility::observe),
        ("waiting", waiting::observe),
        ("frames", frames::observe),
        ("python_squares", python_squares::observe),
        #[cfg(target_os = "linux")]
        ("process_starting", process_starting::observe),
        #[cfg(target_os = "linux")]
        ("growing", growing::observe),
        #[cfg(target_os = "linux")]
        ("inheriting", inheriting::observe),
        #[cfg(target_os = "linux")]
        ("footprint", footprint::observe),
        #[cfg(unix)]
        ("crashing", crashing::observe),
        #[cfg(unix)]
        ("stopping", stopping::observe),
        #[cfg(unix)]
        ("orphans", orphans::observe),
        ("python_processes", python_processes::observe),
        ("lost_updates", lost_updates::observe),
        #[cfg(unix)]
        ("races", races::observe),
        ("distinct", distinct::observe),
        ("exploring", exploring::observe),
    ])
}
