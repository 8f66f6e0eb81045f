use std::fmt;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement};

/// Aligned columns with a heading: the first column to the left, the others, which hold
/// numbers, to the right.
pub struct Table(comfy_table::Table);

impl Table {
    /// A table with these column headings and no rows.
    pub fn new<const COLUMNS: usize>(headings: [&str; COLUMNS]) -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(headings);
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        for column in table.column_iter_mut() {
            column.set_padding((2, 0));
        }
        Self(table)
    }

    /// As [`Table::new`], but with all columns to the left, for words.
    pub fn of_words<const COLUMNS: usize>(headings: [&str; COLUMNS]) -> Self {
        let mut table = Self::new(headings);
        for column in table.0.column_iter_mut() {
            column.set_cell_alignment(CellAlignment::Left);
        }
        table
    }

    /// Adds a row.
    pub fn row<const COLUMNS: usize>(&mut self, cells: [&str; COLUMNS]) -> &mut Self {
        self.0.add_row(cells);
        self
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for line in self.0.lines() {
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right() {
        let mut table = Table::new(["strategy", "time"]);
        table.row(["one", "1.0 µs"]).row(["ten at once", "310 ns"]);
        assert_eq!(
            table.to_string(),
            "  strategy       time\n  one          1.0 µs\n  ten at once  310 ns\n"
        );
    }

    #[test]
    fn words_stand_to_the_left() {
        let mut table = Table::of_words(["", "who lives"]);
        table.row(["panic", "all"]);
        assert_eq!(table.to_string(), "         who lives\n  panic  all\n");
    }
}
