//! What criterion can't measure: a module for each group, with the group's name.

#[cfg(target_os = "linux")]
mod advising;
#[cfg(unix)]
mod cluster;
#[cfg(target_os = "linux")]
mod conveying;
#[cfg(target_os = "linux")]
mod cores;
#[cfg(unix)]
mod crashing;
#[cfg(unix)]
mod deciding;
mod distinct;
mod exploring;
#[cfg(unix)]
mod family;
#[cfg(target_os = "linux")]
mod footprint;
mod frames;
#[cfg(unix)]
mod fresh;
mod gil_counts;
#[cfg(unix)]
mod gil_echo;
mod gil_threads;
mod gil_unlocked;
mod gil_waiting;
#[cfg(target_os = "linux")]
mod ground_truth;
#[cfg(target_os = "linux")]
mod growing;
#[cfg(unix)]
mod hybrid_mix;
#[cfg(all(target_os = "linux", feature = "iceoryx2"))]
mod iceoryx;
#[cfg(target_os = "linux")]
mod inheriting;
#[cfg(target_os = "linux")]
mod ipc_limits;
mod lost_updates;
#[cfg(target_os = "linux")]
mod many;
#[cfg(target_os = "linux")]
mod moving;
mod neighbours;
mod noise;
#[cfg(target_os = "linux")]
mod noticing;
mod order;
#[cfg(unix)]
mod orphans;
#[cfg(unix)]
mod pool_losing;
#[cfg(unix)]
mod pool_moving;
#[cfg(unix)]
mod pool_sizes;
#[cfg(unix)]
mod pools;
mod pressure;
#[cfg(target_os = "linux")]
mod process_starting;
#[cfg(all(unix, feature = "procspawn"))]
mod procspawn_pool;
mod python_processes;
mod python_squares;
mod pythons_cost;
mod pythons_countdown;
#[cfg(unix)]
mod pythons_echo;
mod pythons_native;
mod pythons_objects;
mod pythons_pools;
mod pythons_screen;
#[cfg(unix)]
mod pythons_segments;
mod pythons_starting;
mod pythons_updates;
mod pythons_waiting;
#[cfg(unix)]
mod races;
#[cfg(target_os = "linux")]
mod reaching;
mod readers;
#[cfg(target_os = "linux")]
mod round_trips;
#[cfg(target_os = "linux")]
mod round_trips_where;
#[cfg(target_os = "linux")]
mod segments;
#[cfg(target_os = "linux")]
mod serializing;
mod speedup;
#[cfg(target_os = "linux")]
mod spread;
mod stalling;
#[cfg(unix)]
mod stopping;
#[cfg(target_os = "linux")]
mod streaming;
mod uneven_share;
mod visibility;
mod waiting;

use std::process::ExitCode;

/// What the modules here do in processes of their own.
#[cfg(unix)]
const WORKS: &[processes::worker::Work] = &[
    fresh::LOOP,
    #[cfg(all(target_os = "linux", feature = "iceoryx2"))]
    iceoryx::ECHO,
];

fn main() -> ExitCode {
    #[cfg(all(unix, feature = "procspawn"))]
    procspawn::init();
    #[cfg(unix)]
    processes::worker::entry(
        &[
            processes::WORKS,
            race_conditions::WORKS,
            ipc::WORKS,
            gil::WORKS,
            hybrid_pools::WORKS,
            ::deciding::WORKS,
            WORKS,
        ]
        .concat(),
    );
    benches::main(&[
        ("noise", noise::observe),
        ("neighbours", neighbours::observe),
        #[cfg(unix)]
        ("fresh", fresh::observe),
        ("speedup", speedup::observe),
        ("uneven_share", uneven_share::observe),
        ("visibility", visibility::observe),
        ("waiting", waiting::observe),
        ("pressure", pressure::observe),
        ("readers", readers::observe),
        #[cfg(target_os = "linux")]
        ("many", many::observe),
        ("stalling", stalling::observe),
        ("frames", frames::observe),
        ("python_squares", python_squares::observe),
        #[cfg(target_os = "linux")]
        ("process_starting", process_starting::observe),
        #[cfg(target_os = "linux")]
        ("growing", growing::observe),
        #[cfg(target_os = "linux")]
        ("inheriting", inheriting::observe),
        #[cfg(target_os = "linux")]
        ("reaching", reaching::observe),
        #[cfg(target_os = "linux")]
        ("footprint", footprint::observe),
        #[cfg(unix)]
        ("crashing", crashing::observe),
        #[cfg(unix)]
        ("stopping", stopping::observe),
        #[cfg(unix)]
        ("orphans", orphans::observe),
        #[cfg(unix)]
        ("family", family::observe),
        ("python_processes", python_processes::observe),
        ("lost_updates", lost_updates::observe),
        #[cfg(unix)]
        ("races", races::observe),
        ("distinct", distinct::observe),
        ("exploring", exploring::observe),
        ("order", order::observe),
        ("gil_threads", gil_threads::observe),
        ("gil_counts", gil_counts::observe),
        #[cfg(unix)]
        ("gil_echo", gil_echo::observe),
        ("gil_unlocked", gil_unlocked::observe),
        ("gil_waiting", gil_waiting::observe),
        ("pythons_countdown", pythons_countdown::observe),
        ("pythons_updates", pythons_updates::observe),
        ("pythons_objects", pythons_objects::observe),
        #[cfg(unix)]
        ("pythons_echo", pythons_echo::observe),
        ("pythons_screen", pythons_screen::observe),
        ("pythons_waiting", pythons_waiting::observe),
        ("pythons_starting", pythons_starting::observe),
        ("pythons_pools", pythons_pools::observe),
        ("pythons_native", pythons_native::observe),
        ("pythons_cost", pythons_cost::observe),
        #[cfg(unix)]
        ("pythons_segments", pythons_segments::observe),
        #[cfg(target_os = "linux")]
        ("advising", advising::observe),
        #[cfg(target_os = "linux")]
        ("ground_truth", ground_truth::observe),
        #[cfg(target_os = "linux")]
        ("segments", segments::observe),
        #[cfg(target_os = "linux")]
        ("conveying", conveying::observe),
        #[cfg(target_os = "linux")]
        ("round_trips", round_trips::observe),
        #[cfg(target_os = "linux")]
        ("round_trips_where", round_trips_where::observe),
        #[cfg(target_os = "linux")]
        ("streaming", streaming::observe),
        #[cfg(target_os = "linux")]
        ("spread", spread::observe),
        #[cfg(target_os = "linux")]
        ("serializing", serializing::observe),
        #[cfg(target_os = "linux")]
        ("moving", moving::observe),
        #[cfg(target_os = "linux")]
        ("noticing", noticing::observe),
        #[cfg(target_os = "linux")]
        ("ipc_limits", ipc_limits::observe),
        #[cfg(unix)]
        ("pools", pools::observe),
        #[cfg(unix)]
        ("pool_moving", pool_moving::observe),
        #[cfg(unix)]
        ("pool_sizes", pool_sizes::observe),
        #[cfg(unix)]
        ("pool_losing", pool_losing::observe),
        #[cfg(unix)]
        ("hybrid_mix", hybrid_mix::observe),
        #[cfg(unix)]
        ("deciding", deciding::observe),
        #[cfg(unix)]
        ("cluster", cluster::observe),
    ])
}
