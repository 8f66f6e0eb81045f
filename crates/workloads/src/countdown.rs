//! Counting down to zero: a loop and nothing else.

use std::hint::black_box;

/// Counts from `n` down to 0 and returns how many steps it took, which is `n`.
#[inline(never)]
pub fn countdown(n: u64) -> u64 {
    let (mut left, mut steps) = (n, 0);
    while left > 0 {
        left -= 1;
        steps += black_box(1);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_as_many_steps_as_it_was_told() {
        for n in [0, 1, 12_345] {
            assert_eq!(countdown(n), n);
        }
    }
}
