//! The order of names as people count: 3.9 before 3.10.

/// A run of characters in a name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Run<'a> {
    /// Digits: how many there are after zeros at their beginning, and which.
    Number(usize, &'a [u8]),
    /// Anything else.
    Text(&'a [u8]),
}

impl<'a> Run<'a> {
    fn of(run: &'a [u8]) -> Self {
        if !run[0].is_ascii_digit() {
            return Self::Text(run);
        }
        let zeros = run.iter().take_while(|&&digit| digit == b'0').count();
        Self::Number(run.len() - zeros, &run[zeros..])
    }
}

/// What a name is ordered by: its runs of digits as numbers, however long, and the rest as text.
pub(super) fn natural(name: &str) -> Vec<Run<'_>> {
    let runs = name.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
    runs.map(Run::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_the_order_of_their_appearance() {
        let names = [
            "CPython 2.7",
            "CPython 3.6",
            "CPython 3.9",
            "CPython 3.10",
            "CPython 3.13",
            "CPython 3.13 (free-threaded)",
            "CPython 3.13t",
            "CPython 3.14",
            "CPython 3.99999999999999999999",
            "CPython 3.100000000000000000000",
            "PyPy 3.10",
        ];
        for rotated in 0..names.len() {
            let mut mixed = names;
            mixed.rotate_left(rotated);
            mixed.sort_by_key(|name| natural(name));
            assert_eq!(mixed, names);
        }
        assert_eq!(natural("007"), natural("7"));
        assert!(natural("") < natural("a") && natural("0") < natural("é"));
    }
}
