use std::io::Write;

use processes::family::{CASES, live_on};
use tour::{Outcome, Stage, Table, format, spare};

/// What a case is called in the table: what happens to the program, and what is special about its
/// children.
fn about(case: &str) -> [&str; 2] {
    match case {
        "killed alone" => ["is killed", ""],
        "killed with its group" => ["is killed with its group", ""],
        "Ctrl-C" => ["gets a Ctrl-C", ""],
        "Ctrl-C, children in groups of their own" => ["gets a Ctrl-C", "lead groups"],
        "a worker of ours, killed" => ["is a worker, and killed", ""],
        "killed alone, with a death signal" => ["is killed", "want a death signal"],
        "only a thread ends" => ["lives; a thread ends", "are of that thread"],
        "only a thread ends, with a death signal" => {
            ["lives; a thread ends", "also want a death signal"]
        }
        _ => [case, ""],
    }
}

/// How many of so many children should live on.
fn expected(case: &str, children: usize) -> usize {
    let lives = ["killed alone", "only a thread ends", CASES[3].0];
    if lives.contains(&case) { children } else { 0 }
}

pub(crate) fn tree(stage: &mut Stage) -> Outcome {
    let children = stage.workers();
    // Besides the children: the program, its thread that watches its parent, and the thread that
    // may start the children.
    spare::threads(children + 3)?;
    let count = format::count(children as u64);
    let mut table =
        Table::of_words(["a program …", &format!("its {count} children …"), "live on"]);
    for &case in CASES {
        let live = live_on(case, children)?;
        let [program, of_children] = about(case.0);
        if live != expected(case.0, children) {
            let why = format!("{}: {live} of {children} children live on", case.0);
            return Err(why.into());
        }
        table.row([program, of_children, &format::count(live as u64)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

#[cfg(target_os = "linux")]
pub(crate) fn print(stage: &mut Stage) -> Outcome {
    use processes::printing::{Seen, prints, read_then_wait, watch_it_hang};

    spare::threads(1)?;
    let mut table = Table::of_words(["a child prints", "wait, then read", "read"]);
    for bytes in [1_000, 65_536, 65_537, 1_000_000] {
        let read = read_then_wait(prints(bytes))?.len() as u64;
        if read != bytes {
            return Err(format!("of {bytes} bytes, {read} came").into());
        }
        let seen = match watch_it_hang(bytes)? {
            Seen::Ended => "ends".into(),
            Seen::Stuck(held) => format!("hangs; the pipe has {}", format::count(held)),
        };
        let bytes = format!("{} bytes", format::count(bytes));
        table.row([&bytes, &seen, &format!("{} came", format::count(read))]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) use super::only_on_linux as print;
