//! Programs of bytecode: functions, and the instructions they are made of.
//!
//! The instructions are named like those that `dis` shows for the same function in CPython 3.11,
//! and do the same. There are fewer of them, and none is specialized.

use std::fmt;

/// A program: functions, and variables that all of them share.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The functions.
    pub functions: Vec<Code>,
    /// The names of the global variables. Each function is one, too.
    pub globals: Vec<String>,
}

/// The code of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// What it is called.
    pub name: String,
    /// How many of the first locals are its parameters.
    pub parameters: usize,
    /// The names of its local variables.
    pub locals: Vec<String>,
    /// The constants that it uses.
    pub constants: Vec<Constant>,
    /// What it does.
    pub instructions: Vec<Instruction>,
}

/// A value that a program knows from the beginning.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// Python's `None`.
    None,
    /// A whole number.
    Int(i64),
    /// A text.
    Str(String),
}

/// One instruction. Its operand is the place of a constant or a variable, the address of another
/// instruction, or a number of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Pushes a constant.
    LoadConst(u32),
    /// Pushes a local variable.
    LoadFast(u32),
    /// Pops into a local variable.
    StoreFast(u32),
    /// Pushes a global variable.
    LoadGlobal(u32),
    /// Pops into a global variable.
    StoreGlobal(u32),
    /// Pops two numbers, and pushes the result of the operation.
    BinaryOp(Binary),
    /// Pops two numbers, and pushes the result of the comparison: 1 or 0.
    CompareOp(Comparison),
    /// Jumps to an instruction before this one, or to this one.
    JumpBackward(u32),
    /// Jumps to an instruction after this one.
    JumpForward(u32),
    /// Pops a number, and jumps if it isn't 0.
    PopJumpIfTrue(u32),
    /// Pops a number, and jumps if it is 0.
    PopJumpIfFalse(u32),
    /// Pops so many arguments, and the function that is under them; calls it, and pushes what it
    /// returns.
    Call(u32),
    /// Pops arguments, and calls a function that is not written in bytecode; pushes what it
    /// returns.
    CallNative(Native),
    /// Pops so many values, and pushes a list of them.
    BuildList(u32),
    /// Pops a value and a list, and appends the value to the list.
    ListAppend,
    /// Pops a number and a list, and pushes the item at that place in the list.
    BinarySubscr,
    /// Pops a value, and drops it.
    PopTop,
    /// Pops a value, and returns it to the caller.
    ReturnValue,
}

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `%`
    Remainder,
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `==`
    Equal,
}

/// A function that is not written in bytecode, as Python's `time.sleep` and those of `hashlib` are
/// not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Native {
    /// Sleeps so many microseconds; releases the GIL meanwhile.
    Sleep,
    /// Computes so many rounds of a hash, and holds the GIL all the time.
    Hash,
    /// Computes so many rounds of the same hash, and releases the GIL meanwhile.
    HashReleased,
    /// The length of a list.
    Len,
    /// Takes the lock of the program with this number, and waits while it is held
    /// (`threading.Lock`); there are [`LOCKS`] such locks.
    Acquire,
    /// Releases the lock of the program with this number.
    Release,
    /// Waits for a text from the connection with this number; releases the GIL meanwhile. `None`
    /// when the other side has closed it.
    Receive,
    /// Sends a text through a connection, and returns whether that succeeded; releases the GIL
    /// meanwhile.
    Send,
    /// Whether a value is true: anything but `None` and 0.
    Truth,
}

/// How many locks a program has.
pub const LOCKS: usize = 4;

/// How many values a function may have, locals and stack together; the verifier makes sure of it. A
/// power of two, so that the compiler sees that a place modulo this number is within the frame.
pub(crate) const FRAME: usize = 128;

/// How deep functions may call each other, and lists hold each other: each level takes some of
/// Rust's stack.
pub(crate) const DEEPEST: usize = 500;

impl Native {
    /// All native functions, by the name that programs use.
    pub const ALL: &[(&str, Self)] = &[
        ("sleep", Self::Sleep),
        ("hash", Self::Hash),
        ("hash_released", Self::HashReleased),
        ("len", Self::Len),
        ("acquire", Self::Acquire),
        ("release", Self::Release),
        ("receive", Self::Receive),
        ("send", Self::Send),
        ("truth", Self::Truth),
    ];
}

impl Native {
    /// How many arguments the function takes.
    pub fn arguments(self) -> usize {
        if self == Self::Send { 2 } else { 1 }
    }
}

impl Binary {
    /// All of them, by the sign that programs use.
    pub const ALL: &[(&str, Self)] = &[
        ("+", Self::Add),
        ("-", Self::Subtract),
        ("*", Self::Multiply),
        ("%", Self::Remainder),
    ];
}

impl Comparison {
    /// All of them, by the sign that programs use.
    pub const ALL: &[(&str, Self)] =
        &[("<", Self::Less), (">", Self::Greater), ("==", Self::Equal)];
}

impl Program {
    /// The number of the function called `name`, if there is one.
    pub fn function(&self, name: &str) -> Option<usize> {
        self.functions.iter().position(|code| code.name == name)
    }
}

/// The name of `wanted` in programs, according to the table `all`.
fn written<T: PartialEq>(all: &[(&'static str, T)], wanted: &T) -> &'static str {
    all.iter().find(|(_, one)| one == wanted).map_or("?", |(name, _)| name)
}

impl fmt::Display for Program {
    /// As `dis` would list it.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for code in &self.functions {
            writeln!(
                f,
                "def {}({}):",
                code.name,
                code.locals[..code.parameters].join(", ")
            )?;
            for (address, instruction) in code.instructions.iter().enumerate() {
                let (name, operand) = self.describe(code, *instruction);
                writeln!(
                    f,
                    "{}",
                    format!("{address:>6}  {name:<18}{operand}").trim_end()
                )?;
            }
        }
        Ok(())
    }
}

impl Program {
    /// The name of an instruction, and its operand.
    fn describe(&self, code: &Code, instruction: Instruction) -> (&'static str, String) {
        use Instruction as I;
        let local = |place: u32| code.locals[place as usize].clone();
        let global = |place: u32| self.globals[place as usize].clone();
        let to = |address: u32| format!("to {address}");
        match instruction {
            I::LoadConst(place) => {
                ("LOAD_CONST", code.constants[place as usize].to_string())
            }
            I::LoadFast(place) => ("LOAD_FAST", local(place)),
            I::StoreFast(place) => ("STORE_FAST", local(place)),
            I::LoadGlobal(place) => ("LOAD_GLOBAL", global(place)),
            I::StoreGlobal(place) => ("STORE_GLOBAL", global(place)),
            I::BinaryOp(op) => ("BINARY_OP", written(Binary::ALL, &op).into()),
            I::CompareOp(op) => ("COMPARE_OP", written(Comparison::ALL, &op).into()),
            I::JumpBackward(address) => ("JUMP_BACKWARD", to(address)),
            I::JumpForward(address) => ("JUMP_FORWARD", to(address)),
            I::PopJumpIfTrue(address) => ("POP_JUMP_IF_TRUE", to(address)),
            I::PopJumpIfFalse(address) => ("POP_JUMP_IF_FALSE", to(address)),
            I::Call(count) => ("CALL", count.to_string()),
            I::CallNative(native) => {
                ("CALL_NATIVE", written(Native::ALL, &native).into())
            }
            I::BuildList(count) => ("BUILD_LIST", count.to_string()),
            I::ListAppend => ("LIST_APPEND", String::new()),
            I::BinarySubscr => ("BINARY_SUBSCR", String::new()),
            I::PopTop => ("POP_TOP", String::new()),
            I::ReturnValue => ("RETURN_VALUE", String::new()),
        }
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::None => write!(f, "None"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Str(text) => write!(f, "{text:?}"),
        }
    }
}
