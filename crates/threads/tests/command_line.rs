//! The example as its readers meet it: from outside.

use tour::manners::Example;

const THREADS: Example = Example::new("threads", env!("CARGO_BIN_EXE_threads"));

#[test]
fn it_fits_the_screen() {
    THREADS.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("strat", "no demo `strat`; there are start, panic, share"),
        ("start --workers 0", "--workers wants a whole number from 1 on, not `0`"),
        ("start --size x", "--size wants a whole number from 1 on, not `x`"),
        ("panic --size 3", "`panic` takes no --size"),
    ] {
        THREADS.complains(arguments, complaint);
    }
}

#[test]
fn a_demo_takes_what_it_is_given() {
    let output = THREADS.run("start --workers 3 --size 2,000");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("in 3 threads"));
}

#[test]
fn a_closed_pipe_is_success() {
    THREADS.takes_a_closed_pipe_for_success("start");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once() {
    // So many numbers that the demo can't be done before the interrupt comes.
    THREADS.ends_when_interrupted("divide --size 100000000000");
}

#[cfg(unix)]
#[test]
fn small_limits_get_one_line_or_less_work() {
    THREADS.bears_small_limits(&["wait", "many --size 400", "limits --size 400"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_stops_threads_and_lets_tasks_go_on() {
    // 4 GiB of addresses have room for some two thousand stacks of 2 MiB.
    // Where others have the cores, the first visitors may go before the last ones come. Then the demo fails and says so.
    let mut output = THREADS.run("limits --size 2500");
    for _ in 0..2 {
        if !output.status.success() {
            output = THREADS.run("limits --size 2500");
        }
    }
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<_> = said.lines().map(str::trim).collect();
    let meets = |word: &str, error: &str| {
        lines
            .iter()
            .filter(|line| line.starts_with(word) && line.ends_with(error))
            .count()
    };
    // On Linux, error 11 is EAGAIN (no more threads), and error 24 is EMFILE (no more open files).
    assert_eq!(meets("a thread each: ", "(os error 11)"), 1, "{said}");
    assert_eq!(meets("tasks in one thread: ", "2,500"), 1, "{said}");
    assert_eq!(meets("", "(os error 24)"), 2, "{said}");
}
