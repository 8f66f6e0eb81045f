use std::io::Write;

use processes::dividing::{SQUARES, kept, started};
use processes::worker::Program;
use tour::{Outcome, Stage, Table, clock, format};
use workloads::squares;

pub(crate) fn divide(stage: &mut Stage) -> Outcome {
    let workers = stage.workers();
    let mut team = Program::this()?.start_all(SQUARES.name, workers)?;

    let processes = format!("{workers} started");
    let mut table = Table::new([
        "squares",
        "one process",
        &processes,
        "kept",
        "started / one",
        "kept / one",
    ]);
    let smaller = [1_000, 100_000, 1_000_000, 10_000_000, 1_000_000_000];
    let smaller = smaller.into_iter().take_while(|&size| size < stage.size());
    for size in smaller.chain([stage.size()]) {
        let (total, alone) = clock::median(3, || squares::sum(0..size));
        let (same, split) =
            clock::try_median(3, || started::total(0..size, workers, &SQUARES))?;
        assert_eq!(total, same, "processes find the same total");
        let (same, kept) = clock::try_median(3, || kept::total(0..size, &mut team))?;
        assert_eq!(total, same, "processes that stay find the same total");
        table.row([
            &format::count(size),
            &format::time(alone),
            &format::time(split),
            &format::time(kept),
            &format::ratio(split.as_secs_f64() / alone.as_secs_f64()),
            &format::ratio(kept.as_secs_f64() / alone.as_secs_f64()),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}
