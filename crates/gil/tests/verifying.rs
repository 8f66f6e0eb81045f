//! Mistakes in a program are found before it runs, and a program in which none is found runs.

use gil::assembler::assemble;
use gil::heap::Trap;
use gil::interpreter::{Interpreter, Value};
use gil::policy::Single;
use gil::program::{Binary, Code, Comparison, Constant, Instruction, Native, Program};
use gil::programs::{ALL, program};
use gil::verifier::verify;
use proptest::prelude::*;

/// A program of one function.
fn of(instructions: Vec<Instruction>) -> Program {
    let code = Code {
        name: "main".into(),
        parameters: 1,
        locals: vec!["a".into(), "b".into()],
        constants: vec![Constant::Int(3), Constant::None, Constant::Str("text".into())],
        instructions,
    };
    Program { functions: vec![code], globals: vec!["g".into()] }
}

#[test]
fn every_mistake_is_found_with_its_address() {
    use Instruction as I;
    for (instructions, said) in [
        (
            vec![I::PopTop, I::ReturnValue],
            "address 0: it takes more from the stack than is there",
        ),
        (
            vec![I::LoadFast(2), I::ReturnValue],
            "address 0: it names something that is not there",
        ),
        (
            vec![I::LoadConst(3), I::ReturnValue],
            "address 0: it names something that is not there",
        ),
        (
            vec![I::LoadGlobal(1), I::ReturnValue],
            "address 0: it names something that is not there",
        ),
        (
            vec![I::LoadConst(0), I::Call(1), I::ReturnValue],
            "address 1: it takes more from the stack than is there",
        ),
        (vec![I::LoadConst(0), I::JumpForward(9)], "address 1: it jumps out of range"),
        (vec![I::JumpForward(0), I::ReturnValue], "address 0: it jumps out of range"),
        (vec![I::JumpBackward(1), I::ReturnValue], "address 0: it jumps out of range"),
        (vec![I::LoadConst(0)], "address 0: it is the end, and doesn't return"),
        (vec![], "address 0: it is the end, and doesn't return"),
        (
            vec![I::LoadConst(0), I::LoadConst(0), I::PopJumpIfTrue(0), I::ReturnValue],
            "address 0: it is reached with different numbers of values on the stack",
        ),
        (
            vec![I::LoadConst(0); 200],
            "address 126: it needs more values than a frame holds",
        ),
    ] {
        let error = verify(of(instructions)).unwrap_err();
        assert_eq!(error.to_string(), format!("`main`, {said}"));
    }
}

#[test]
fn the_programs_of_the_book_are_right() {
    for (name, text) in ALL {
        let listed = assemble(text).unwrap().to_string();
        assert!(listed.starts_with("def "), "{name}");
        program(name);
    }
}

#[test]
fn a_program_that_stops_says_where() {
    let text = "def main(n):\n    LOAD_FAST n\n    LOAD_CONST \"three\"\n    BINARY_OP +\n    RETURN_VALUE\n";
    let verified = verify(assemble(text).unwrap()).unwrap();
    let interpreter = Interpreter::new(Single::default(), verified, 100).unwrap();
    let stopped =
        interpreter.run(&[("main", &[1])], false)[0].returned.clone().unwrap_err();
    assert_eq!(
        stopped.to_string(),
        "`main`, address 2: it wants a value of another kind, or another number of them"
    );
}

/// A function is a value: a program can pass it on and return it. When a program calls any other
/// value, it stops with an error.
#[test]
fn functions_are_values() {
    let text = "\
        def double(n):\n    LOAD_FAST n\n    LOAD_CONST 2\n    BINARY_OP *\n    RETURN_VALUE\n\
        def twice(f, n):\n    LOAD_FAST f\n    LOAD_FAST f\n    LOAD_FAST n\n    CALL 1\n    \
        CALL 1\n    RETURN_VALUE\n\
        def main(n):\n    LOAD_GLOBAL twice\n    LOAD_GLOBAL double\n    LOAD_FAST n\n    \
        CALL 2\n    RETURN_VALUE\n\
        def itself():\n    LOAD_GLOBAL itself\n    RETURN_VALUE\n\
        def no_function(n):\n    LOAD_FAST n\n    CALL 0\n    RETURN_VALUE\n\
        def one_too_few():\n    LOAD_GLOBAL double\n    CALL 0\n    RETURN_VALUE\n";
    let verified = verify(assemble(text).unwrap()).unwrap();
    let interpreter = Interpreter::new(Single::default(), verified, 100).unwrap();
    let run = |name, arguments: &[i64]| {
        interpreter.run(&[(name, arguments)], false)[0].returned.clone()
    };
    assert_eq!(run("main", &[5]), Ok(Value::Int(20)));
    assert_eq!(run("itself", &[]), Ok(Value::Function("itself".into())));
    for (name, arguments) in [("no_function", &[5][..]), ("one_too_few", &[])] {
        let stopped = run(name, arguments).unwrap_err();
        assert_eq!((stopped.address, stopped.trap), (1, Trap::TypeError));
    }
    assert_eq!(interpreter.leaked(), 0);
}

/// When a program stops, each reference on its stack is given back once, and not twice: the
/// constants are still there in the next run.
#[test]
fn a_trap_takes_nothing_twice() {
    let text = "global items\n\
        def prepare():\n    BUILD_LIST 0\n    STORE_GLOBAL items\n    LOAD_CONST None\n    \
        RETURN_VALUE\n\
        def out_of_range():\n    LOAD_GLOBAL items\n    LOAD_CONST 5\n    BINARY_SUBSCR\n    \
        RETURN_VALUE\n\
        def fails(list):\n    LOAD_FAST list\n    LOAD_CONST 1\n    BINARY_OP +\n    \
        RETURN_VALUE\n\
        def calls():\n    LOAD_GLOBAL fails\n    LOAD_GLOBAL items\n    CALL 1\n    \
        RETURN_VALUE\n";
    let verified = verify(assemble(text).unwrap()).unwrap();
    let interpreter = Interpreter::new(Single::default(), verified, 100).unwrap();
    let run = |name| interpreter.run(&[(name, &[])], false)[0].returned.clone();
    run("prepare").unwrap();
    for _ in 0..10 {
        assert_eq!(run("out_of_range").unwrap_err().trap, Trap::IndexError);
        assert_eq!(run("calls").unwrap_err().trap, Trap::TypeError);
    }
    assert_eq!(interpreter.global("items"), Some(Value::List(vec![])));
}

#[test]
fn a_function_may_be_replaced() {
    let text = "def main():\n    LOAD_CONST 1\n    STORE_GLOBAL main\n    LOAD_CONST None\n    \
                RETURN_VALUE\n";
    let verified = verify(assemble(text).unwrap()).unwrap();
    let interpreter = Interpreter::new(Single::default(), verified, 100).unwrap();
    interpreter.run(&[("main", &[])], false);
    assert_eq!(interpreter.global("main"), Some(Value::Int(1)));
    assert_eq!(interpreter.leaked(), 0);
}

/// A remainder has the sign of the divisor, as in Python.
#[test]
fn remainders_are_those_of_python() {
    let text = "def main(a, b):\n    LOAD_FAST a\n    LOAD_FAST b\n    BINARY_OP %\n    RETURN_VALUE\n";
    let verified = verify(assemble(text).unwrap()).unwrap();
    let interpreter = Interpreter::new(Single::default(), verified, 100).unwrap();
    for (a, b, expected) in
        [(7, 3, 1), (-7, 3, 2), (7, -3, -2), (-7, -3, -1), (6, -3, 0), (i64::MIN, -1, 0)]
    {
        let ended = interpreter.run(&[("main", &[a, b])], false);
        assert_eq!(ended[0].returned, Ok(Value::Int(expected)), "{a} % {b}");
    }
}

/// A list that holds itself, and two variables that hold one object, are no leaks.
#[test]
fn what_is_held_twice_has_not_leaked() {
    let text = "global a\nglobal b\n\
        def main():\n    BUILD_LIST 0\n    STORE_GLOBAL a\n    LOAD_GLOBAL a\n    \
        STORE_GLOBAL b\n    LOAD_GLOBAL a\n    LOAD_GLOBAL b\n    LIST_APPEND\n    \
        LOAD_CONST None\n    RETURN_VALUE\n\
        def lose():\n    LOAD_CONST 0\n    STORE_GLOBAL a\n    LOAD_CONST 0\n    \
        STORE_GLOBAL b\n    LOAD_CONST None\n    RETURN_VALUE\n";
    let verified = verify(assemble(text).unwrap()).unwrap();
    let interpreter = Interpreter::new(Single::default(), verified, 100).unwrap();
    interpreter.run(&[("main", &[])], false);
    assert_eq!(interpreter.leaked(), 0);
    assert_eq!(interpreter.global("a"), None, "it has no end");
    // The list's reference to itself keeps it alive: that is what Python has a garbage collector
    // for.
    interpreter.run(&[("lose", &[])], false);
    assert_eq!(interpreter.leaked(), 1);
}

#[test]
fn memory_and_calls_have_an_end() {
    let endless = "def main(n):\n    LOAD_GLOBAL main\n    LOAD_FAST n\n    CALL 1\n    \
                   RETURN_VALUE\n";
    let interpreter = Interpreter::new(
        Single::default(),
        verify(assemble(endless).unwrap()).unwrap(),
        100,
    )
    .unwrap();
    let stopped =
        interpreter.run(&[("main", &[1])], false)[0].returned.clone().unwrap_err();
    assert!(stopped.to_string().contains("called each other too often"), "{stopped}");

    let interpreter =
        Interpreter::new(Single::default(), program("shared_list"), 100).unwrap();
    interpreter.run(&[("prepare", &[])], false);
    let stopped =
        interpreter.run(&[("append", &[1_000])], false)[0].returned.clone().unwrap_err();
    assert!(stopped.to_string().contains("no room for another object"), "{stopped}");
}

fn instruction() -> impl Strategy<Value = Instruction> {
    use Instruction as I;
    prop_oneof![
        4 => (0..4_u32).prop_map(I::LoadConst),
        4 => (0..3_u32).prop_map(I::LoadFast),
        2 => (0..3_u32).prop_map(I::StoreFast),
        1 => (0..2_u32).prop_map(I::LoadGlobal),
        1 => (0..2_u32).prop_map(I::StoreGlobal),
        2 => Just(I::BinaryOp(Binary::Add)),
        1 => Just(I::BinaryOp(Binary::Remainder)),
        2 => Just(I::CompareOp(Comparison::Less)),
        // Only forward, so that every program ends.
        1 => (0..12_u32).prop_map(I::JumpForward),
        1 => (1..3_u32).prop_map(I::BuildList),
        1 => Just(I::ListAppend),
        1 => (0..3_u32).prop_map(I::Call),
        1 => Just(I::BinarySubscr),
        1 => Just(I::CallNative(Native::Len)),
        1 => Just(I::PopTop),
        2 => Just(I::ReturnValue),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// A program that passes the verifier runs to its end or stops with an error; it never panics.
    #[test]
    fn what_is_verified_runs(instructions in prop::collection::vec(instruction(), 1..12)) {
        if let Ok(verified) = verify(of(instructions)) {
            let interpreter = Interpreter::new(Single::default(), verified, 200).unwrap();
            let ended = interpreter.run(&[("main", &[5])], false);
            if let Ok(Value::List(items)) = &ended[0].returned {
                prop_assert!(items.len() < 12);
            }
        }
    }
}
