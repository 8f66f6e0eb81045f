use std::io::Write;

use threads::false_sharing;
use threads::sharing::{WAYS, writes_seen};
use tour::{Outcome, Stage, Table, clock, format, spare};
use workloads::squares;

pub(crate) fn share(stage: &mut Stage) -> Outcome {
    let (workers, size) = (stage.workers(), stage.size());
    spare::threads(workers)?;
    let (total, alone) = clock::median(3, || squares::sum(0..size));

    let mut table = Table::new(["", "time", "against one thread"]);
    table.row(["one thread", &format::time(alone), &format::ratio(1.0)]);
    for (name, way) in WAYS {
        let (same, time) = clock::median(3, || way(0..size, workers));
        assert_eq!(total, same, "{name}: the total is the same however it is shared");
        table.row([
            name,
            &format::time(time),
            &format::ratio(time.as_secs_f64() / alone.as_secs_f64()),
        ]);
    }
    write!(stage, "{table}")?;
    let seen = writes_seen(1_000);
    assert_eq!(seen, 1_000, "its parent sees every write");
    writeln!(
        stage,
        "  writes of a thread that its parent sees: {} of 1,000",
        format::count(seen as u64)
    )?;
    Ok(())
}

pub(crate) fn false_sharing(stage: &mut Stage) -> Outcome {
    let (workers, steps) = (stage.workers(), stage.size());
    spare::threads(workers)?;
    let (count, packed) = clock::median(3, || false_sharing::packed(workers, steps));
    let (same, padded) = clock::median(3, || false_sharing::padded(workers, steps));
    assert_eq!(count, same, "both count to the end");

    let mut table = Table::new(["", "time"]);
    table.row(["counters side by side", &format::time(packed)]);
    table.row(["counters on lines of their own", &format::time(padded)]);
    write!(stage, "{table}")?;
    Ok(())
}
