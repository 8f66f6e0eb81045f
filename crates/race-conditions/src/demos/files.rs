#[cfg(unix)]
pub(crate) fn count(stage: &mut tour::Stage) -> tour::Outcome {
    use std::io::Write;

    use race_conditions::file;
    use tour::{Table, clock, format};

    use super::shown;

    let (processes, times) = (stage.workers(), stage.size());
    let says = file::forced()?;
    writeln!(stage, "  forced: two processes add one each, and the file says {says}")?;
    shown(says == 1, "a forced addition is lost")?;
    let mut table = Table::new(["left alone", "should be", "is", "lost", "time"]);
    for (name, locked) in [("read and write", false), ("with a lock on the file", true)] {
        let (is, time) = clock::time(|| file::count(processes, times, locked));
        let (is, should_be) = (is?, processes as u64 * times);
        shown(is == should_be || (!locked && is < should_be), "nothing else is lost")?;
        let lost = (should_be - is) as f64 / should_be as f64;
        table.row([
            name,
            &format::count(should_be),
            &format::count(is),
            &format!("{:.0}%", 100.0 * lost),
            &format::time(time),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn count(stage: &mut tour::Stage) -> tour::Outcome {
    use std::io::Write;

    writeln!(stage, "  not here: this demo needs Unix")?;
    Ok(())
}
