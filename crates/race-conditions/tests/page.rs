//! The explorer as the page "Play the schedule" has it, against the command: the same source, compiled to
//! WebAssembly. Both have to say the same, to the byte.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasmi::{Engine, Instance, Memory, Module, Store, TypedFunc};

const MODULE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../book/theme/explorer.wasm");

/// The seed of the random programs, so that they are the same each time.
const SEED: u64 = 24;

/// How many random programs there are.
const RANDOM: usize = 500;

/// The page's explorer.
struct Page {
    store: Store<()>,
    memory: Memory,
    room: TypedFunc<u32, u32>,
    explored: TypedFunc<(u32, u32, u32, u32), u32>,
    answer_at: TypedFunc<(), u32>,
}

impl Page {
    fn new() -> Self {
        let engine = Engine::default();
        let bytes = fs::read(MODULE).expect("the module is part of the project");
        let module = Module::new(&engine, &bytes).expect("it is a module");
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).expect("it needs nothing");
        Self {
            memory: instance.get_memory(&store, "memory").expect("a memory"),
            room: instance.get_typed_func(&store, "room").expect("room"),
            explored: instance.get_typed_func(&store, "explored").expect("explored"),
            answer_at: instance.get_typed_func(&store, "answer_at").expect("answer_at"),
            store,
        }
    }

    /// What the page is told of a program.
    fn explores(&mut self, program: &str, buffered: bool) -> String {
        let length = u32::try_from(program.len()).expect("it is short");
        let at = self.room.call(&mut self.store, length).expect("there is room");
        let place = at as usize;
        self.memory.write(&mut self.store, place, program.as_bytes()).expect("it fits");
        let most = u32::try_from(race_conditions::explorer::LARGEST).expect("it fits");
        let asked = (at, length, u32::from(buffered), most);
        let length = self.explored.call(&mut self.store, asked).expect("it answers");
        let at = self.answer_at.call(&mut self.store, ()).expect("it is somewhere");
        let mut answer = vec![0; length as usize];
        self.memory.read(&self.store, at as usize, &mut answer).expect("it is there");
        String::from_utf8(answer).expect("it is text")
    }
}

/// What the command writes of a program, which lies in a file of this `folder`: JSON, or one line of complaint.
fn commanded(folder: &Path, program: &str, buffered: bool) -> Result<String, String> {
    fs::write(folder.join("program"), program).expect("written");
    let mut races = Command::new(env!("CARGO_BIN_EXE_race-conditions"));
    races.current_dir(folder).args(["explore", "program", "--json"]);
    let output = races.args(buffered.then_some("--tso")).output().expect("it starts");
    let [said, complained] = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8(bytes).expect("it is text"));
    if output.status.success() { Ok(said) } else { Err(complained) }
}

/// The text of an error, and its line, of what the page is told.
fn error(answer: &str) -> Option<(String, Option<String>)> {
    let rest = answer.strip_prefix("{\"error\":\"")?;
    let (error, rest) = rest
        .rsplit_once('"')
        .filter(|(_, rest)| rest.starts_with('}'))
        .or_else(|| rest.split_once("\",\"line\""))?;
    let line = rest.strip_prefix(':').map(|line| line.trim_end_matches('}').into());
    Some((error.replace("\\\"", "\""), line))
}

fn agree(page: &mut Page, folder: &Path, name: &str, program: &str) {
    for buffered in [false, true] {
        let answer = page.explores(program, buffered);
        match commanded(folder, program, buffered) {
            Ok(json) => assert_eq!(answer, json, "{name}"),
            Err(complaint) => {
                let (error, line) = error(&answer).expect("it is an error here, too");
                assert!(complaint.contains(&error), "{name}: {complaint} {answer}");
                if let Some(line) = line {
                    assert!(
                        complaint.contains(&format!(": line {line}: ")),
                        "{complaint}"
                    );
                }
            }
        }
    }
}

fn texts(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).expect("the folder is there").flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).expect("it is text");
        (file, text)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn all_programs_of_the_book_and_the_game() {
    let (mut page, folder) = (Page::new(), tempfile::tempdir().expect("a folder"));
    let mut programs = 0;
    for of in
        ["programs", "programs/litmus", "../explorer/levels", "../explorer/levels/solved"]
    {
        for (file, text) in texts(of) {
            agree(&mut page, folder.path(), &file.display().to_string(), &text);
            programs += 1;
        }
    }
    assert_eq!(programs, 13 + 9 + 13 + 13);
}

#[test]
fn what_cannot_be_read_is_said_alike() {
    let (mut page, folder) = (Page::new(), tempfile::tempdir().expect("a folder"));
    for text in [
        "",
        "shared n = 0\nthread A\n n.stroe(1)",
        "thread A\n while true:\n",
        "lock l\nthread A\n l.unlock()",
        "thread a\nthread A",
        "shared \"n\" = 0",
    ] {
        agree(&mut page, folder.path(), text, text);
    }
}

/// Numbers that look random: xorshift64*, of Vigna, *An Experimental Exploration of Marsaglia's xorshift
/// Generators* (2016).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }
}

/// Two or three threads, with all that the language has.
fn random(dice: &mut Dice) -> String {
    let mut text = String::from(
        "shared v0 = 0\nshared v1 = 1\nlock l\ncondition c\nsemaphore s = 1\nchannel q = 1\n",
    );
    let threads = 2 + usize::from(dice.roll(4) == 0);
    for thread in 0..threads {
        let _ = writeln!(text, "thread T{thread}\nr0 = v0.load()\nr1 = v1.load()");
        for _ in 0..1 + dice.roll(if threads == 2 { 3 } else { 1 }) {
            let (v, r, n) = (dice.roll(2), dice.roll(2), dice.roll(4) as i64 - 1);
            let _ = match dice.roll(11) {
                0 => writeln!(text, "r{r} = v{v}.load()"),
                1 => writeln!(text, "v{v}.store(r{r} + {n})"),
                2 => writeln!(text, "r{r} = v{v}.fetch_add({n})"),
                3 => writeln!(text, "r{r} = v{v}.compare_exchange({n}, r{r} - 1)"),
                4 => writeln!(text, "l.lock()\nif r{r} > {n}: v{v}.store(2)\nl.unlock()"),
                5 => writeln!(text, "l.lock()\nif r{r} == 0:\n  c.wait(l)\nl.unlock()"),
                6 => writeln!(
                    text,
                    "l.lock()\nc.notify_{}()\nl.unlock()",
                    ["one", "all"][r]
                ),
                7 => writeln!(text, "s.{}()", ["acquire", "release"][r]),
                8 => writeln!(text, "q.send({n})"),
                9 => writeln!(text, "r{r} = q.receive()"),
                _ => writeln!(text, "while r{r} <= {n}:\n  r{r} = v{v}.fetch_add(1)"),
            };
        }
    }
    let _ = writeln!(text, "expect v0 >= 0 and v1 != {}", dice.roll(3));
    if dice.roll(3) == 0 {
        text.push_str("always v0 <= 2\n");
    }
    text
}

#[test]
fn five_hundred_random_programs() {
    let (mut page, folder) = (Page::new(), tempfile::tempdir().expect("a folder"));
    let (mut dice, mut loops) = (Dice(SEED), 0);
    for number in 0..RANDOM {
        let program = random(&mut dice);
        agree(&mut page, folder.path(), &format!("{number}:\n{program}"), &program);
        loops += usize::from(program.contains("while"));
    }
    assert!(loops > 50, "{loops}");
}
