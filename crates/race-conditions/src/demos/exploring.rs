use std::io::Write;

use race_conditions::explorer::{Exploration, PROGRAMS, count, program};
use tour::{Outcome, Stage, Table};

pub(crate) fn explore(stage: &mut Stage) -> Outcome {
    let mut table =
        Table::new(["program", "states", "schedules", "bad", "a shortest bad one"]);
    for (name, _) in PROGRAMS {
        let program = program(name);
        let exploration = Exploration::of(&program)?;
        let shortest = exploration.shortest_bad();
        let shortest = shortest.map(|schedule| schedule.show(&program).to_string());
        table.row([
            name,
            &exploration.states.len().to_string(),
            &count(exploration.schedules),
            &count(exploration.bad_schedules()),
            shortest.as_deref().unwrap_or("—"),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}
