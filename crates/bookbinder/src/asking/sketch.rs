//! Drawings that explain: small texts, which an author writes into a fenced block and the reader sees as
//! a picture. The first line is what the picture shows.
//!
//! A `steps` block says who does what, and in which order, from top to bottom. Its second line names the
//! lanes. Each other line is a row: a cell for each lane, or an arrow from one lane to another.
//!
//! ```text
//! The flag passes on what was done before it
//! A | B
//! data = 42 |
//! flag = 1 |
//! A -> B: happens before
//! | reads the flag: 1
//! | ~ waits
//! | ! reads the data: 0
//! ```
//!
//! `~` marks a cell in which somebody waits, `!` one in which something goes wrong, `*` one in which
//! somebody holds what others want.
//!
//! A `boxes` block says what lies in what, by indentation, and what leads where. Each box has a kind, which
//! gives it its colour. What lies in a `row` stands side by side; a `column` is no box, and neither
//! is a row.
//!
//! ```text
//! What fork copies
//! process: parent
//!   thread: main
//!   memory: a list
//! process: child
//!   memory: its list
//! a list -> its list: the same pages at first
//! ```

use crate::finding::Refusal;

/// A picture that explains.
#[derive(Clone, Debug, PartialEq)]
pub enum Sketch {
    /// Who does what, and in which order.
    Steps(Steps),
    /// What lies in what, and leads where.
    Boxes(Boxes),
}

/// Who does what, and in which order.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// What the picture shows.
    pub title: String,
    /// Who there is, from left to right.
    pub lanes: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// A row of [`Steps`].
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// What each lane does at that moment, if anything.
    Cells(Vec<Option<Cell>>),
    /// What leads from one lane to another: their places among the lanes.
    Arrow {
        /// From which lane.
        from: usize,
        /// To which.
        to: usize,
        /// What it is; may be empty.
        text: String,
    },
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What is special about it.
    pub mark: Option<Mark>,
    /// What is done.
    pub text: String,
}

/// What is special about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `~`: it waits.
    Waits,
    /// `!`: here it goes wrong.
    Wrong,
    /// `*`: it holds what others want.
    Holds,
}

/// What lies in what, and leads where.
#[derive(Clone, Debug, PartialEq)]
pub struct Boxes {
    /// What the picture shows.
    pub title: String,
    /// The outermost ones.
    pub boxes: Vec<Box>,
    /// What leads where.
    pub arrows: Vec<Arrow>,
}

/// A box, and what lies in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Box {
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// What lies in it.
    pub inner: Vec<Box>,
}

/// What a box is. The same kinds have the same colours in all pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something that runs: a thread, or a task.
    Thread,
    /// Something with walls: a process, a machine, the system.
    Process,
    /// Something that is remembered.
    Memory,
    /// Something that only one may have: a lock, a core.
    Lock,
    /// Something that leads from one to another: a pipe, a queue, a file.
    Channel,
    /// No box of its own: what lies in it, side by side, each touching the next.
    Row,
    /// No box of its own either: what lies in it, one below the other.
    Column,
}

/// An arrow between two boxes, by their places: in the outermost, in what lies in that, and so on.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// From which box.
    pub from: Vec<usize>,
    /// To which.
    pub to: Vec<usize>,
    /// What it is; may be empty.
    pub text: String,
}

/// The fences of such blocks.
pub const FENCES: [&str; 2] = ["steps", "boxes"];

const KINDS: [(&str, Kind); 10] = [
    ("thread", Kind::Thread),
    ("process", Kind::Process),
    ("machine", Kind::Process),
    ("memory", Kind::Memory),
    ("lock", Kind::Lock),
    ("core", Kind::Lock),
    ("channel", Kind::Channel),
    ("file", Kind::Channel),
    ("row", Kind::Row),
    ("column", Kind::Column),
];

impl Sketch {
    /// Reads the block with this fence, one of [`FENCES`].
    pub(crate) fn parse(fence: &str, block: &str) -> Result<Self, Refusal> {
        let sketch = match fence {
            "steps" => Steps::parse(block).map(Self::Steps),
            _ => Boxes::parse(block).map(Self::Boxes),
        };
        sketch.map_err(|problem| {
            (
                format!("this {fence} block is not right: {problem}"),
                "CONTRIBUTING.md shows what one looks like".into(),
            )
        })
    }
}

/// The first line, and those after it that are not blank.
fn titled(block: &str) -> Result<(String, impl Iterator<Item = &str>), String> {
    let mut lines = block.lines().filter(|line| !line.trim().is_empty());
    let title = lines.next().ok_or("it is empty")?.trim().to_string();
    Ok((title, lines))
}

/// An arrow: from where, to where, and its text.
fn arrow(line: &str) -> Option<(&str, &str, &str)> {
    let (from, rest) = line.split_once("->")?;
    let (to, text) = rest.split_once(':').unwrap_or((rest, ""));
    Some((from.trim(), to.trim(), text.trim()))
}

impl Steps {
    fn parse(block: &str) -> Result<Self, String> {
        let (title, mut lines) = titled(block)?;
        let lanes = lines.next().ok_or("its second line should name the lanes")?;
        let lanes: Vec<String> =
            lanes.split('|').map(|name| name.trim().to_string()).collect();
        let lane = |name: &str| {
            let found = lanes.iter().position(|lane| lane == name);
            found.ok_or_else(|| format!("there is no lane `{name}`"))
        };
        let row = |line: &str| {
            if let Some((from, to, text)) = arrow(line) {
                let (from, to) = (lane(from)?, lane(to)?);
                if from == to {
                    return Err(format!("`{line}` leads nowhere"));
                }
                return Ok(Row::Arrow { from, to, text: text.into() });
            }
            let cells: Vec<_> = line.split('|').map(cell).collect();
            if cells.len() != lanes.len() {
                let (cells, lanes) = (cells.len(), lanes.len());
                return Err(format!("`{line}` has {cells} cells for {lanes} lanes"));
            }
            Ok(Row::Cells(cells))
        };
        let rows = lines.map(row).collect::<Result<Vec<_>, _>>()?;
        if rows.is_empty() {
            return Err("nobody does anything in it".into());
        }
        Ok(Self { title, lanes, rows })
    }
}

fn cell(text: &str) -> Option<Cell> {
    let text = text.trim();
    let marks = [('~', Mark::Waits), ('!', Mark::Wrong), ('*', Mark::Holds)];
    let marked = marks.iter().find_map(|(c, mark)| Some((mark, text.strip_prefix(*c)?)));
    let (mark, text) = marked.map_or((None, text), |(mark, text)| (Some(*mark), text));
    let text = text.trim();
    (!text.is_empty()).then(|| Cell { mark, text: text.into() })
}

impl Boxes {
    fn parse(block: &str) -> Result<Self, String> {
        let (title, lines) = titled(block)?;
        // How far those around are indented, and where their boxes are.
        let (mut around, mut boxes) = (Vec::<(usize, usize)>::new(), Vec::<Box>::new());
        let mut arrows = Vec::new();
        for line in lines {
            if let Some(arrow) = arrow(line) {
                arrows.push(arrow);
                continue;
            }
            let indented = line.len() - line.trim_start().len();
            around.retain(|(by, _)| *by < indented);
            let mut there = &mut boxes;
            for (_, at) in &around {
                there = &mut there[*at].inner;
            }
            around.push((indented, there.len()));
            there.push(one(line.trim())?);
        }
        if boxes.is_empty() {
            return Err("there is no box in it".into());
        }
        let find = |name: &str| found(&boxes, name);
        let arrows = arrows.into_iter().map(|(from, to, text)| {
            Ok(Arrow { from: find(from)?, to: find(to)?, text: text.into() })
        });
        let arrows = arrows.collect::<Result<_, String>>()?;
        Ok(Self { title, boxes, arrows })
    }
}

fn one(line: &str) -> Result<Box, String> {
    let (kind, name) = line.split_once(':').unwrap_or((line, ""));
    let known = KINDS.iter().find(|(known, _)| *known == kind.trim());
    let (_, kind) = known.ok_or_else(|| {
        let kinds: Vec<_> = KINDS.iter().map(|(kind, _)| *kind).collect();
        format!("`{line}` should begin with one of {}, and a colon", kinds.join(", "))
    })?;
    Ok(Box { kind: *kind, name: name.trim().into(), inner: Vec::new() })
}

/// The place of the box of that name: or of `outer/inner`, where there are two.
fn found(boxes: &[Box], name: &str) -> Result<Vec<usize>, String> {
    fn look(
        boxes: &[Box],
        words: &[&str],
        at: &mut Vec<usize>,
        all: &mut Vec<Vec<usize>>,
    ) {
        for (i, each) in boxes.iter().enumerate() {
            at.push(i);
            match words {
                [only] if each.name == *only => all.push(at.clone()),
                [first, rest @ ..] if !rest.is_empty() && each.name == *first => {
                    look(&each.inner, rest, at, all);
                }
                _ => {}
            }
            look(&each.inner, words, at, all);
            at.pop();
        }
    }
    let words: Vec<_> = name.split('/').map(str::trim).collect();
    let mut all = Vec::new();
    look(boxes, &words, &mut Vec::new(), &mut all);
    all.dedup();
    match <[_; 1]>::try_from(all) {
        Ok([place]) => Ok(place),
        Err(none) if none.is_empty() => Err(format!("there is no box `{name}`")),
        Err(_) => {
            Err(format!("there is more than one box `{name}`; write `outer/{name}`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(fence: &str, block: &str) -> String {
        Sketch::parse(fence, block).unwrap_err().0
    }

    #[test]
    fn steps_have_lanes_cells_and_arrows() {
        let block =
            "What happens\n\nA | B\na = 1 | ~ waits\nA -> B: passes on\n | ! reads 0\n";
        let Ok(Sketch::Steps(steps)) = Sketch::parse("steps", block) else {
            panic!("they are steps");
        };
        assert_eq!(steps.title, "What happens");
        assert_eq!(steps.lanes, ["A", "B"]);
        let cell = |mark, text: &str| Some(Cell { mark, text: text.into() });
        let text = "passes on".into();
        assert_eq!(
            steps.rows,
            [
                Row::Cells(vec![cell(None, "a = 1"), cell(Some(Mark::Waits), "waits")]),
                Row::Arrow { from: 0, to: 1, text },
                Row::Cells(vec![None, cell(Some(Mark::Wrong), "reads 0")]),
            ]
        );
    }

    #[test]
    fn boxes_lie_in_boxes() {
        let block = "What there is\nprocess: p\n  memory: m\n  row:\n    lock: a\n    lock: b\n\
                     process: q\n  memory: m\na -> q/m: leads\nb -> q\n";
        let Ok(Sketch::Boxes(boxes)) = Sketch::parse("boxes", block) else {
            panic!("they are boxes");
        };
        assert_eq!(boxes.boxes.len(), 2);
        assert_eq!(boxes.boxes[0].inner[1].inner[1].name, "b");
        assert_eq!(boxes.boxes[1].inner[0].kind, Kind::Memory);
        let arrow = |from: &[usize], to: &[usize], text: &str| Arrow {
            from: from.into(),
            to: to.into(),
            text: text.into(),
        };
        let expected = [arrow(&[0, 1, 0], &[1, 0], "leads"), arrow(&[0, 1, 1], &[1], "")];
        assert_eq!(boxes.arrows, expected);
    }

    #[test]
    fn what_is_not_right_is_refused() {
        for (fence, block, said) in [
            ("steps", "", "it is empty"),
            ("steps", "title", "name the lanes"),
            ("steps", "title\nA | B", "nobody does anything"),
            ("steps", "title\nA | B\nx", "`x` has 1 cells for 2 lanes"),
            ("steps", "title\nA | B\nA -> C", "no lane `C`"),
            ("steps", "title\nA | B\nA -> A", "leads nowhere"),
            ("boxes", "title", "no box in it"),
            ("boxes", "title\nbox: a", "should begin with one of thread,"),
            ("boxes", "title\nlock: a\na -> b", "no box `b`"),
            ("boxes", "title\nlock: a\nlock: a\na -> a", "more than one box `a`"),
        ] {
            let problem = refused(fence, block);
            assert!(problem.contains(said), "{block}: {problem}");
        }
    }
}
