#[cfg(target_os = "linux")]
use tour::{Outcome, Stage};

#[cfg(target_os = "linux")]
pub(crate) fn memory(stage: &mut Stage) -> Outcome {
    use std::io::Write;

    use processes::memory::{ForkingProcess, USES};
    use processes::reaching::{WAYS, WHO, changed};
    use processes::worker;
    use tour::{Table, format};

    let pages = stage.size();
    let mut process = ForkingProcess::start()?;
    let mut table = Table::new(["a child inherits pages, and …", "pages", "page faults"]);
    for (name, _) in USES {
        let faults = process.faults(usize::try_from(pages)?, name)?;
        table.row([name, &format::count(pages), &format::count(faults)]);
    }
    write!(stage, "{table}")?;
    let seen = process.writes_seen(1_000)?;
    if seen > 0 {
        return Err(format!("its parent sees {seen} writes of a child").into());
    }
    writeln!(stage, "  writes of a child that its parent sees: {seen} of 1,000")?;

    let [(call, _), (file, _), (debugger, _)] = WAYS;
    let heading = "of 1,000 numbers, changed by …";
    let mut table = Table::new([heading, call, file, debugger]);
    for (name, who) in WHO {
        let cell = |way| {
            let changed = changed(who, way, 1_000)?;
            let changed = changed.map(|count| format::count(count as u64));
            Ok::<_, worker::Error>(changed.unwrap_or_else(|| "not tried".into()))
        };
        table.row([name, &cell(call)?, &cell(file)?, &cell(debugger)?]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

#[cfg(target_os = "linux")]
pub(crate) fn footprint(stage: &mut Stage) -> Outcome {
    use std::io::Write;

    use processes::footprint::{CROWDS, measure};
    use processes::worker::Program;
    use tour::{Table, format, spare};

    let count = stage.workers();
    spare::stacks(count)?;
    let program = Program::this()?;
    let mut table =
        Table::new(["", "idle", "own memory", "tables", "system", "all", "each"]);
    for (name, _) in CROWDS {
        let taken = measure(&program, name, count)?;
        let bytes = |bytes: u64| format::bytes(bytes as f64);
        table.row([
            name,
            &format::count(count as u64),
            &bytes(taken.own),
            &bytes(taken.tables),
            &bytes(taken.system),
            &bytes(taken.sum()),
            &bytes(taken.sum() / count as u64),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) use super::{only_on_linux as footprint, only_on_linux as memory};
