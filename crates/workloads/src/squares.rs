//! Sums of squares: even work, one multiplication and one addition a number.

use std::hint::black_box;
use std::ops::Range;

/// The sum of the squares of `numbers`, modulo 2⁶⁴, as one would first write it.
///
/// Don't time this one: LLVM replaces the loop by a formula, so a million numbers take as
/// long as ten.
#[inline(never)]
pub fn sum_by_formula(numbers: Range<u64>) -> u64 {
    // ANCHOR: formula
    let mut sum = 0_u64;
    for n in numbers {
        sum = sum.wrapping_add(n.wrapping_mul(n));
    }
    sum
    // ANCHOR_END: formula
}

/// The sum of the squares of `numbers`, modulo 2⁶⁴, number by number.
///
/// [`black_box`] hides from the optimizer what `n` is, so the program has to do the work
/// that we want to time.
#[inline(never)]
// ANCHOR: sum
pub fn sum(numbers: Range<u64>) -> u64 {
    let mut sum = 0_u64;
    for n in numbers {
        let n = black_box(n);
        sum = sum.wrapping_add(n.wrapping_mul(n));
    }
    sum
}
// ANCHOR_END: sum

#[cfg(test)]
mod tests {
    use super::*;

    /// 0² + 1² + … + (n−1)² = (n−1)·n·(2n−1) / 6.
    fn closed_form(n: u64) -> u64 {
        u64::try_from((u128::from(n) - 1) * u128::from(n) * (2 * u128::from(n) - 1) / 6)
            .unwrap()
    }

    #[test]
    fn both_agree_with_the_closed_form() {
        for n in [1, 2, 10, 1_000, 123_457] {
            assert_eq!(sum(0..n), closed_form(n));
            assert_eq!(sum_by_formula(0..n), closed_form(n));
        }
    }

    #[test]
    fn an_empty_range_sums_to_nothing() {
        assert_eq!(sum(7..7), 0);
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        assert_eq!(sum(0..500).wrapping_add(sum(500..1_000)), sum(0..1_000));
    }

    #[test]
    fn large_numbers_wrap_around() {
        let n = u64::MAX - 1;
        assert_eq!(sum(n..n + 1), 4, "(2⁶⁴−2)² = 2¹²⁸ − 2·2·2⁶⁴ + 4");
    }
}
