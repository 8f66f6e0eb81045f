//! What `cargo run -p processes` prints, a module for each group of chapters.

pub(crate) mod crashing;
pub(crate) mod dividing;
pub(crate) mod family;
pub(crate) mod memory;
pub(crate) mod starting;

/// What a demo prints that needs Linux, on any other system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn only_on_linux(stage: &mut tour::Stage) -> tour::Outcome {
    use std::io::Write;

    writeln!(stage, "  not here: this demo needs Linux")?;
    Ok(())
}
