//! One suite for all transports. This program is the tests, and the peers that they talk with.

#[cfg(not(unix))]
fn main() {
    eprintln!("not tested: messages between processes need Unix");
}

#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod killed_parents;
#[cfg(unix)]
mod leftovers;
#[cfg(unix)]
mod peers;
#[cfg(unix)]
mod scarcity;
#[cfg(target_os = "linux")]
mod storm;

#[cfg(unix)]
fn main() {
    use ipc::transport::ALL;
    use libtest_mimic::{Arguments, Trial};

    scarcity::entry();
    #[cfg(target_os = "linux")]
    storm::entry();
    processes::worker::entry(&[ipc::WORKS, peers::WORKS].concat());
    leftovers::entry();
    killed_parents::entry();
    let cases = ALL.iter().flat_map(|&transport| {
        cases::ALL.iter().map(move |&(name, case)| {
            Trial::test(test_name(transport, name), move || case(transport))
        })
    });
    let crossing = ALL.iter().filter(|transport| transport.reaches_processes());
    let hostile = crossing.flat_map(|&transport| {
        let deeds = hostile::DEEDS.iter().filter(move |deed| deed.possible(transport));
        deeds.map(move |&deed| {
            let name = test_name(transport, &deed.to_string());
            Trial::test(name, move || hostile::is_noticed(transport, deed))
        })
    });
    let others = [
        Trial::test(
            "a_sender_that_nothing_holds_back_is_noticed",
            cases::unbounded_is_noticed,
        ),
        Trial::test("strangers_have_no_token", cases::strangers_have_no_token),
        Trial::test(
            "strangers_keep_nobody_waiting",
            cases::strangers_keep_nobody_waiting,
        ),
        Trial::test("slow_guests_get_in", cases::slow_guests_get_in),
        Trial::test("nothing_is_left_behind", leftovers::nothing_is_left_behind),
        Trial::test(
            "a_name_stays_until_somebody_comes",
            leftovers::a_name_stays_until_somebody_comes,
        ),
        Trial::test(
            "workers_of_the_killed_say_nothing",
            killed_parents::workers_say_nothing,
        ),
        Trial::test(
            "few_descriptors_are_an_error",
            scarcity::few_descriptors_are_an_error,
        ),
        Trial::test("small_files_are_an_error", scarcity::small_files_are_an_error),
        #[cfg(target_os = "linux")]
        Trial::test(
            "whoever_was_late_leaves_nothing",
            scarcity::whoever_was_late_leaves_nothing,
        ),
    ];
    let trials = cases.chain(hostile).chain(others);
    #[cfg(target_os = "linux")]
    let trials = trials.chain(ALL.iter().filter(|_| !storm::rages()).map(|&transport| {
        let name = format!("in_a_storm_of_signals::{}", test_name(transport, "all"));
        Trial::test(name, move || storm::all_in_a_storm(transport))
    }));
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials.collect());
    #[cfg(target_os = "linux")]
    storm::report();
    conclusion.exit();
}

/// The name of a test for one transport, without spaces.
#[cfg(unix)]
fn test_name(transport: ipc::Transport, name: &str) -> String {
    format!(
        "{}::{name}",
        transport.to_string().replace([' ', ','], "-").replace("--", "-")
    )
}
