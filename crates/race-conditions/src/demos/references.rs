use std::io::Write;

use race_conditions::refcount::{Fate, WAYS, broken};
use tour::{Outcome, Stage, Table, clock, format, spare};

use super::shown;

/// References that each thread takes and drops.
const REFERENCES: u64 = 10_000;

pub(crate) fn refcount(stage: &mut Stage) -> Outcome {
    let (threads, objects) = (stage.workers(), stage.size());
    spare::threads(threads.max(2))?;
    for (name, forced, expected) in [
        ("two drop at once", broken::forced_leak as fn() -> Fate, Fate::Leaked),
        ("two take at once", broken::forced_early_free, Fate::FreedInUse),
    ] {
        let fate = forced();
        writeln!(stage, "  forced: {name}, and the object is {}", in_words(fate))?;
        shown(fate == expected, &format!("the object is {}", in_words(expected)))?;
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
        let fixed = name != WAYS[0].0;
        shown(fates[Fate::Freed as usize] == objects || !fixed, "each is freed once")?;
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
