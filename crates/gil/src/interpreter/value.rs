//! What a caller gets to see of a program's objects.

use super::state::State;
use crate::heap::Trap;
use crate::policy::Policy;
use crate::program::DEEPEST;
use crate::reference::{Kind, Ref};

/// A copy of an object, for a caller outside the interpreter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Python's `None`.
    None,
    /// A whole number.
    Int(i64),
    /// A text.
    Str(String),
    /// A list.
    List(Vec<Value>),
    /// A function, by its name.
    Function(String),
}

/// A copy of `object`, which `depth` lists contain. An error when the object was freed, or when
/// lists contain each other without end.
pub(super) fn value<P: Policy>(
    state: &State<P>,
    object: Ref,
    depth: usize,
) -> Result<Value, Trap> {
    if depth == DEEPEST {
        return Err(Trap::RecursionError);
    }
    Ok(match state.heap().kind(object)? {
        Kind::Free => return Err(Trap::UseAfterFree),
        Kind::None => Value::None,
        Kind::Int => Value::Int(state.heap().number(object)?),
        Kind::Str => Value::Str(state.heap().text(object)?),
        Kind::Function => {
            let number = state.heap().function_number(object)?;
            Value::Function(state.program.program().functions[number].name.clone())
        }
        Kind::List => {
            let items = state.heap().with_list(object, |items| items.clone())?;
            let values = items.into_iter().map(|item| value(state, item, depth + 1));
            Value::List(values.collect::<Result<_, _>>()?)
        }
    })
}
