use std::io::Write;
use std::panic;

use threads::{panicking, starting};
use tour::{Outcome, Stage, Table, clock, format, spare};

pub(crate) fn start(stage: &mut Stage) -> Outcome {
    let (workers, size) = (stage.workers(), stage.size());
    spare::threads(workers)?;
    let ranges = vec![0..size; workers];
    let (sums, one) = clock::median(21, || starting::one_after_the_other(&ranges));
    let (same, many) = clock::median(21, || starting::in_threads(&ranges));
    assert_eq!(sums, same, "threads compute what one thread computes");
    let ((), empty) = clock::median(21, starting::spawn_and_join);

    let mut table = Table::new(["", "time"]);
    table.row(["one after the other", &format::time(one)]);
    table.row([
        &format!("in {}", format::counted(workers as u64, "thread")),
        &format::time(many),
    ]);
    table.row(["one thread that does nothing", &format::time(empty)]);
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn panic(stage: &mut Stage) -> Outcome {
    spare::threads(1)?;
    // Rust prints a panic when it happens, and rightly so. This panic is expected, and printed
    // below.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let paper = panicking::run(|| -> u32 { panic!("out of paper") });
    let ink = panicking::run(|| 7);
    panic::set_hook(hook);

    writeln!(stage, "  join of the thread that panicked: {paper:?}")?;
    writeln!(stage, "  join of the thread that didn't:   {ink:?}")?;
    writeln!(stage, "  and main lives to print this")?;
    Ok(())
}
