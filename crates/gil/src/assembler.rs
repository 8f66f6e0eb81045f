//! The assembler: makes a program of a text that reads like the listing of `dis`.
//!
//! ```text
//! global total
//!
//! def add(n):
//!     JUMP_FORWARD       test
//! again:
//!     LOAD_GLOBAL        total
//!     …
//! test:
//!     …
//!     POP_JUMP_IF_TRUE   again
//! ```
//!
//! A `#` begins a comment. A variable is local to the function that stores it or has it as a
//! parameter. A global variable is declared, and holds 0 at first; each function is a global
//! variable, too, and holds that function at first. In a string, `\r` and `\n` are what they are in
//! Python.

use std::fmt;

use crate::program::{Binary, Code, Comparison, Constant, Instruction, Native, Program};

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The line, from 1 on.
    pub line: usize,
    /// When the line is an instruction: its function, and the address that it would have there.
    pub instruction: Option<(String, usize)>,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some((function, address)) = &self.instruction {
            write!(f, ", `{function}`, address {address}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl std::error::Error for Error {}

/// A line that does something: its number, the instruction's name, and its operand.
struct Line<'a> {
    number: usize,
    name: &'a str,
    operand: &'a str,
}

/// A function as it is written.
struct Function<'a> {
    name: &'a str,
    parameters: Vec<&'a str>,
    lines: Vec<Line<'a>>,
    /// The labels, each with the address of the instruction that follows it.
    labels: Vec<(&'a str, usize)>,
}

/// Makes a program of `text`.
///
/// # Errors
///
/// When `text` can't be understood: one line of it, and what is wrong there. Whether the program
/// can run is for the [verifier](crate::verifier) to say.
pub fn assemble(text: &str) -> Result<Program, Error> {
    let (functions, globals) = read(text)?;
    let codes = functions.iter().map(|function| translate(function, &globals));
    Ok(Program {
        functions: codes.collect::<Result<_, _>>()?,
        globals: globals.iter().map(ToString::to_string).collect(),
    })
}

/// The functions, and the names of all global variables.
fn read(text: &str) -> Result<(Vec<Function<'_>>, Vec<&str>), Error> {
    let (mut functions, mut globals): (Vec<Function>, _) = (Vec::new(), Vec::new());
    let declare = |globals: &mut Vec<_>, name, line| {
        if globals.contains(&name) {
            let what = format!("there is another `{name}` already");
            return Err(Error { line, instruction: None, what });
        }
        globals.push(name);
        Ok(())
    };
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let error =
            |what: &str| Error { line: number, instruction: None, what: what.into() };
        if line.is_empty() {
            continue;
        }
        if let Some(name) = line.strip_prefix("global ") {
            declare(&mut globals, name.trim(), number)?;
            continue;
        }
        if let Some(head) = line.strip_prefix("def ") {
            let parts = head.strip_suffix("):").and_then(|head| head.split_once('('));
            let (name, parameters) =
                parts.ok_or_else(|| error("a function begins with `def name(a, b):`"))?;
            declare(&mut globals, name.trim(), number)?;
            let parameters = parameters.split(',').map(str::trim);
            functions.push(Function {
                name: name.trim(),
                parameters: parameters.filter(|name| !name.is_empty()).collect(),
                lines: Vec::new(),
                labels: Vec::new(),
            });
            continue;
        }
        let function = functions.last_mut();
        let function = function.ok_or_else(|| error("this stands before any `def`"))?;
        if let Some(label) = line.strip_suffix(':') {
            function.labels.push((label, function.lines.len()));
            continue;
        }
        let (name, operand) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        function.lines.push(Line { number, name, operand: operand.trim() });
    }
    Ok((functions, globals))
}

fn translate(function: &Function, globals: &[&str]) -> Result<Code, Error> {
    let mut code = Code {
        name: function.name.into(),
        parameters: function.parameters.len(),
        locals: function.parameters.iter().map(ToString::to_string).collect(),
        constants: Vec::new(),
        instructions: Vec::new(),
    };
    for line in &function.lines {
        if line.name == "STORE_FAST" && !code.locals.iter().any(|l| l == line.operand) {
            code.locals.push(line.operand.into());
        }
    }
    for (address, line) in function.lines.iter().enumerate() {
        let instruction = instruction(line, function, &mut code, globals);
        code.instructions.push(instruction.map_err(|what| Error {
            line: line.number,
            instruction: Some((function.name.into(), address)),
            what,
        })?);
    }
    Ok(code)
}

fn instruction(
    line: &Line,
    function: &Function,
    code: &mut Code,
    globals: &[&str],
) -> Result<Instruction, String> {
    use Instruction as I;
    let operand = line.operand;
    let local =
        |code: &Code| place(code.locals.iter().map(String::as_str), operand, "local");
    let global = || place(globals.iter().copied(), operand, "global");
    let label = || {
        let found = function.labels.iter().find(|(label, _)| *label == operand);
        found
            .map(|(_, at)| *at as u32)
            .ok_or_else(|| format!("there is no label `{operand}`"))
    };
    Ok(match line.name {
        "LOAD_CONST" => I::LoadConst(constant(operand, &mut code.constants)?),
        "LOAD_FAST" => I::LoadFast(local(code)?),
        "STORE_FAST" => I::StoreFast(local(code)?),
        "LOAD_GLOBAL" => I::LoadGlobal(global()?),
        "STORE_GLOBAL" => I::StoreGlobal(global()?),
        "BINARY_OP" => I::BinaryOp(one_of(Binary::ALL, operand)?),
        "COMPARE_OP" => I::CompareOp(one_of(Comparison::ALL, operand)?),
        "JUMP_BACKWARD" => I::JumpBackward(label()?),
        "JUMP_FORWARD" => I::JumpForward(label()?),
        "POP_JUMP_IF_TRUE" => I::PopJumpIfTrue(label()?),
        "POP_JUMP_IF_FALSE" => I::PopJumpIfFalse(label()?),
        "CALL" => I::Call(number(operand)?),
        "CALL_NATIVE" => I::CallNative(one_of(Native::ALL, operand)?),
        "BUILD_LIST" => I::BuildList(number(operand)?),
        "LIST_APPEND" => I::ListAppend,
        "BINARY_SUBSCR" => I::BinarySubscr,
        "POP_TOP" => I::PopTop,
        "RETURN_VALUE" => I::ReturnValue,
        name => return Err(format!("there is no instruction `{name}`")),
    })
}

fn place<'a>(
    mut names: impl Iterator<Item = &'a str>,
    wanted: &str,
    kind: &str,
) -> Result<u32, String> {
    let found = names.position(|name| name == wanted);
    found
        .map(|place| place as u32)
        .ok_or_else(|| format!("there is no {kind} `{wanted}`"))
}

fn number(written: &str) -> Result<u32, String> {
    written.parse().map_err(|_| format!("`{written}` is no number of values"))
}

fn one_of<T: Copy>(all: &[(&str, T)], wanted: &str) -> Result<T, String> {
    let found = all.iter().find(|(name, _)| *name == wanted);
    found.map(|(_, one)| *one).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        format!("there is no `{wanted}`; there is {}", names.join(" "))
    })
}

/// The place of the constant `written` in `constants`; a new one is added.
fn constant(written: &str, constants: &mut Vec<Constant>) -> Result<u32, String> {
    let text = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let constant = match (written, text) {
        ("None", _) => Constant::None,
        (_, Some(text)) => Constant::Str(text.replace(r"\r", "\r").replace(r"\n", "\n")),
        (number, None) => Constant::Int(
            number.parse().map_err(|_| format!("`{number}` is no constant"))?,
        ),
    };
    let known = constants.iter().position(|known| *known == constant);
    let place = known.unwrap_or_else(|| {
        constants.push(constant);
        constants.len() - 1
    });
    Ok(place as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_listed() {
        let program = assemble(
            "def countdown(n):\n    JUMP_FORWARD test\nagain:\n    LOAD_FAST n\n    LOAD_CONST 1\n    \
             BINARY_OP -\n    STORE_FAST n\ntest:\n    LOAD_FAST n\n    LOAD_CONST 0\n    \
             COMPARE_OP >\n    POP_JUMP_IF_TRUE again\n    LOAD_CONST None\n    RETURN_VALUE\n",
        );
        let listed = program.unwrap().to_string();
        assert!(listed.contains("     3  BINARY_OP         -\n"), "{listed}");
        assert!(listed.contains("     8  POP_JUMP_IF_TRUE  to 1\n"), "{listed}");
    }

    #[test]
    fn mistakes_have_their_line_and_their_address() {
        for (text, said) in [
            ("def f():\n    POP_TOP\n    FLY away", "there is no instruction `FLY`"),
            ("def f():\n    POP_TOP\n    LOAD_FAST x", "there is no local `x`"),
            ("def f():\n    POP_TOP\n    LOAD_GLOBAL x", "there is no global `x`"),
            ("def f():\n    POP_TOP\n    JUMP_FORWARD x", "there is no label `x`"),
            ("def f():\n    POP_TOP\n    CALL f", "`f` is no number of values"),
            ("def f():\n    POP_TOP\n    LOAD_CONST 1.5", "`1.5` is no constant"),
            (
                "def f():\n    POP_TOP\n    BINARY_OP /",
                "there is no `/`; there is + - * %",
            ),
        ] {
            assert_eq!(
                assemble(text).unwrap_err().to_string(),
                format!("line 3, `f`, address 1: {said}")
            );
        }
        for (text, said) in [
            ("def f()", "line 1: a function begins with `def name(a, b):`"),
            ("LOAD_CONST 1", "line 1: this stands before any `def`"),
            ("global f\ndef f():", "line 2: there is another `f` already"),
            ("def f():\ndef f():", "line 2: there is another `f` already"),
        ] {
            assert_eq!(assemble(text).unwrap_err().to_string(), said);
        }
    }
}
