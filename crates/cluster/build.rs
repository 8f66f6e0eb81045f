//! Says in a line what is missing to compile this, before others say it in many.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=PATH");
    println!("cargo::rerun-if-env-changed=LIBCLANG_PATH");
    let compiler = env::var("MPICC").unwrap_or("mpicc".into());
    let mut asked = Command::new(compiler);
    asked.arg("-show").stdout(Stdio::null()).stderr(Stdio::null());
    if asked.status().is_err() {
        println!(
            "cargo::error=there is no MPI to compile with (no mpicc); on Debian: \
             apt-get install libopenmpi-dev openmpi-bin libclang-dev"
        );
    } else if cfg!(target_os = "linux")
        && env::var_os("LIBCLANG_PATH").is_none()
        && !has_libclang()
    {
        // It may be where nobody looks here.
        println!(
            "cargo::warning=no libclang was found, which reads the headers of MPI; on Debian: \
             apt-get install libclang-dev"
        );
    }
}

/// Whether there is a libclang where distributions of Linux put one.
fn has_libclang() -> bool {
    let below = |folder: &Path| -> Vec<_> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    ["/usr/lib", "/usr/lib64", "/usr/local/lib"].into_iter().map(Path::new).any(
        |folder| {
            let inside = below(folder);
            let deeper =
                inside.iter().flat_map(|folder| [folder.clone(), folder.join("lib")]);
            [folder.to_path_buf()].into_iter().chain(deeper).any(|folder| {
                below(&folder).iter().any(|file| {
                    let name = file.file_name().and_then(|name| name.to_str());
                    name.is_some_and(|name| {
                        name.starts_with("libclang.so") || name.starts_with("libclang-")
                    })
                })
            })
        },
    )
}
