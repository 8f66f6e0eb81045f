//! A task: a function that workers find by its name.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::copies;
use crate::made::Made;

/// The longest name of a task, in bytes: the name travels with each job, in its header.
const LONGEST_NAME: usize = 256;

/// A function that workers find by its name, because the address of a function may be another one in
/// another process. Its argument and its result travel as bytes.
// ANCHOR: task
pub struct Task<A, R> {
    name: &'static str,
    run: fn(A) -> R,
}

impl<A, R> Task<A, R> {
    /// A task called `name`. Two tasks of one program need two names.
    ///
    /// # Panics
    ///
    /// When the name has more than 256 bytes. For a constant, the compiler reports that.
    pub const fn new(name: &'static str, run: fn(A) -> R) -> Self {
        assert!(name.len() <= LONGEST_NAME, "the name of a task has 256 bytes at most");
        Self { name, run }
    }
}
// ANCHOR_END: task

impl<A, R> Task<A, R> {
    /// The name by which workers find the task.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// What a worker can do with a task, whatever its types.
pub trait Run: Sync {
    /// The name by which workers find the task.
    fn name(&self) -> &'static str;

    /// Runs the task with an argument that comes as bytes, and writes its result as bytes to `result`.
    ///
    /// # Errors
    ///
    /// What went wrong, as long as the process survives it.
    fn run(&self, argument: &[u8], result: &mut Made) -> Result<(), Failed>;
}

/// Why there is no result, although the worker is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The task panicked, with this message.
    Panicked(String),
    /// The argument can't be read, or the result can't be written, for this reason.
    Unfit(String),
}

impl<A: DeserializeOwned, R: Serialize> Run for Task<A, R> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&self, argument: &[u8], result: &mut Made) -> Result<(), Failed> {
        // What a panic leaves half done, the next task doesn't see: it gets an argument of its own.
        let done = panic::catch_unwind(AssertUnwindSafe(|| {
            let argument = read(argument).map_err(|why| {
                Failed::Unfit(format!("the argument can't be read: {why}"))
            })?;
            let value = (self.run)(argument);
            // A copy of this process that returns from the task must not write where the original does.
            copies::end();
            result.write(&value).map_err(|why| {
                Failed::Unfit(format!("the result can't be written: {why}"))
            })
        }));
        done.unwrap_or_else(|panic| Err(Failed::Panicked(said(&*panic))))
    }
}

/// Reads a value that was written as bytes. All of the bytes have to be used: if some are left over,
/// they belong to a value of another type.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(format!("{} bytes are left over", rest.len())),
        Err(error) => Err(error.to_string()),
    }
}

/// The message of a panic.
pub(crate) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it didn't say why").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Task<u64, u64> = Task::new("half", |n| {
        assert!(n.is_multiple_of(2), "{n} is odd");
        n / 2
    });

    #[test]
    #[should_panic(expected = "256 bytes at most")]
    fn a_name_is_no_book() {
        let name = String::leak("a".repeat(LONGEST_NAME));
        assert_eq!(Task::new(name, |()| ()).name(), name);
        Task::new(String::leak("a".repeat(LONGEST_NAME + 1)), |()| ());
    }

    #[test]
    fn a_task_runs_on_bytes() {
        let bytes = |n: u64| postcard::to_stdvec(&n).unwrap();
        let mut made = Made::default();
        assert_eq!(HALF.run(&bytes(84), &mut made), Ok(()));
        assert_eq!(made.bytes(), Some(&*bytes(42)));
        let odd = HALF.run(&bytes(7), &mut made);
        assert_eq!(odd, Err(Failed::Panicked("7 is odd".into())));
        let none = HALF.run(&[], &mut made);
        let Err(Failed::Unfit(why)) = none else { panic!("no argument") };
        assert!(why.starts_with("the argument can't be read"), "{why}");
    }
}
