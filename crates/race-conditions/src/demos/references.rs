use std::io::Write;

use race_conditions::refcount::{Fate, WAYS, broken};
use tour::{Outcome, Stage, Table, clock, format};

/// References that each thread takes and drops.
const REFERENCES: u64 = 10_000;

pub(crate) fn refcount(stage: &mut Stage) -> Outcome {
    let (threads, objects) = (stage.workers(), stage.size());
    for (name, forced) in [
        ("two drop at once", broken::forced_leak as fn() -> Fate),
        ("two take at once", broken::forced_early_free),
    ] {
        writeln!(stage, "  forced: {name}, and the object is {}", in_words(forced()))?;
    }
    let mut table = Table::new([
        "left alone",
        "objects",
        "freed in the end",
        "leaked",
        "freed in use",
        "time",
    ]);
    for (name, share) in WAYS {
        let mut fates = [0; 3];
        let ((), time) = clock::time(|| {
            for _ in 0..objects {
                fates[share(threads, REFERENCES) as usize] += 1;
            }
        });
        let (objects, time) = (format::count(objects), format::time(time));
        let [freed, leaked, in_use] = fates.map(format::count);
        table.row([name, &objects, &freed, &leaked, &in_use, &time]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

fn in_words(fate: Fate) -> &'static str {
    match fate {
        Fate::Freed => "freed in the end",
        Fate::Leaked => "leaked",
        Fate::FreedInUse => "freed while in use",
    }
}
