//! Plays a schedule of a program of the explorer, in which stores wait in buffers.

use explorer::{Program, State};

use super::{End, Played, and, leave_out, told};

/// Runs a program, as the explorer of the book reads it, under `schedule`, on a processor that buffers
/// stores; and says what happened at each turn.
///
/// In a schedule, `A` lets the thread `A` take its next step, and `a` lets the oldest store of `A` that
/// waits reach memory.
///
/// # Panics
///
/// When `program` is no program.
pub fn play_program(program: &str, schedule: &str) -> Played {
    let program = Program::parse("the program", program)
        .map_err(|error| error.to_string())
        .and_then(Program::buffered)
        .unwrap_or_else(|error| panic!("the program can't be read: {error}"));
    let moves: Vec<char> = schedule.chars().filter(|c| !c.is_whitespace()).collect();
    let mut state = State::start(&program);
    let mut turns = String::new();
    for (at, name) in moves.iter().enumerate() {
        let (turn, name) = (at + 1, name.to_string());
        let unplayable = |why| Played { end: End::Unplayable(why), turns: turns.clone() };
        if state.movable(&program).is_empty() {
            let end = match state.bad(&program) {
                Some(_) => format!(
                    "the schedule is too long: it breaks with turn {at} already, so {}",
                    leave_out(turn, moves.len())
                ),
                None => {
                    let seen = state.seen(&program);
                    format!(
                        "turn {turn}: {name} can't go on, since all threads have ended, and nothing \
                         has broken ({seen})"
                    )
                }
            };
            return unplayable(end);
        }
        let names = program.movers();
        let Some(mover) = names.iter().position(|there| *there == name) else {
            let there_are = and(names);
            return unplayable(format!(
                "turn {turn}: there is no {name}; there are {there_are}"
            ));
        };
        let does = does(&program, &state, mover);
        let ended = mover < program.threads.len() && state.has_ended(&program, mover);
        state = match state.after(&program, mover) {
            Ok(after) => after,
            Err(_) if ended => {
                return unplayable(format!(
                    "turn {turn}: {name} can't go on, since it has ended; `{}` would let a store \
                     of it reach memory",
                    name.to_lowercase()
                ));
            }
            Err(misstep) => return unplayable(format!("turn {turn}: {misstep}")),
        };
        turns += &told(turn, &name, &[does]);
    }
    let movable = state.movable(&program);
    let end = match (movable.first(), state.bad(&program)) {
        (Some(&mover), _) => {
            let names = program.movers();
            let name = &names[mover];
            let next = does(&program, &state, mover);
            End::Unplayable(format!(
                "the schedule is too short: nothing has broken by its end, and {name} can go on ({next})"
            ))
        }
        (None, Some(bad)) => End::Broke(format!("{}; {bad}", state.seen(&program))),
        (None, None) => End::Held(state.seen(&program)),
    };
    Played { end, turns }
}

/// What comes next of a thread or a buffer.
fn does(program: &Program, state: &State, mover: usize) -> String {
    match program.buffer(mover) {
        None => {
            let steps = &program.threads[mover].steps;
            let step = steps.get(state.next[mover]);
            step.map(|step| step.source.trim().to_string()).unwrap_or_default()
        }
        Some(thread) => match state.buffers[thread].first() {
            Some((variable, value)) => {
                let variable = &program.shared[*variable].0;
                format!("{variable} = {value} reaches memory")
            }
            None => String::new(),
        },
    }
}
