use std::io::Write;

use race_conditions::order::{both_look, message_passing, pass, store_buffering};
use tour::{Outcome, Stage, Table, format, spare};

use super::shown;

pub(crate) fn order(stage: &mut Stage) -> Outcome {
    let rounds = stage.size();
    spare::threads(2)?;
    writeln!(stage, "{} rounds each", format::count(rounds))?;
    let mut table = Table::new([
        "each writes 1, then reads",
        "both read 1",
        "one reads 0",
        "both read 0",
    ]);
    for (name, look, may_miss) in store_buffering::WAYS {
        let [[neither, one], [other, both]] = both_look(rounds, look);
        shown(neither == 0 || may_miss, &format!("with {name}, one reads 1"))?;
        let counts = [both, one + other, neither].map(format::count);
        let [both, one, neither] = &counts;
        table.row([name, both, one, neither]);
    }
    write!(stage, "{table}")?;

    let mut table =
        Table::new(["data, then a flag", "no flag yet", "flag, data", "flag, old data"]);
    for (name, way) in message_passing::WAYS {
        let [[early, late], [old, new]] = pass(rounds, way);
        let weak = name == message_passing::WAYS[0].0;
        shown(old == 0 || weak, &format!("with {name}, no data is old"))?;
        let counts = [early + late, new, old].map(format::count);
        let [none, new, old] = &counts;
        table.row([name, none, new, old]);
    }
    write!(stage, "{table}")?;
    Ok(())
}
