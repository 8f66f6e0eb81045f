//! Finds what the crate `mpi` is compiled with, or says in a line what is missing.
//!
//! `mpi-sys` asks a crate of this name where the MPI is. The one of the registry answers with all
//! that it has tried, which is many lines, and looks for no libclang.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

/// Where an MPI is.
pub struct Library {
    /// What compiles C for it.
    pub mpicc: Option<String>,
    /// The names of its libraries.
    pub libs: Vec<String>,
    /// The folders of its libraries.
    pub lib_paths: Vec<PathBuf>,
    /// The folders of its headers.
    pub include_paths: Vec<PathBuf>,
    /// Which one it is, where somebody treats it differently: that of Windows, which is not
    /// looked for.
    pub version: String,
}

/// Asks `mpicc`, or what the variable `MPICC` names. Where it is missing, or libclang is, this
/// ends the build with a line, so it never returns an error.
pub fn probe() -> Result<Library, Vec<String>> {
    println!("cargo:rerun-if-env-changed=PATH");
    println!("cargo:rerun-if-env-changed=MPICC");
    println!("cargo:rerun-if-env-changed=LIBCLANG_PATH");
    let mpicc = env::var("MPICC").unwrap_or("mpicc".into());
    let Ok(shown) = Command::new(&mpicc).arg("-show").output() else {
        missing(&format!("there is no MPI to compile with (no {mpicc})"));
    };
    if !has_libclang() {
        missing("there is no libclang, which reads the headers of MPI");
    }
    let shown = String::from_utf8_lossy(&shown.stdout);
    let of_kind =
        |option| shown.split_whitespace().filter_map(move |a| a.strip_prefix(option));
    Ok(Library {
        libs: of_kind("-l").map(str::to_string).collect(),
        lib_paths: of_kind("-L").map(PathBuf::from).collect(),
        include_paths: of_kind("-I").map(PathBuf::from).collect(),
        version: String::new(),
        mpicc: Some(mpicc),
    })
}

fn missing(what: &str) -> ! {
    eprintln!("{what}; on Debian: apt-get install libopenmpi-dev libclang-dev");
    process::exit(1);
}

/// Whether there is a libclang where somebody says, or where distributions of Linux put one;
/// elsewhere, nobody looks here.
fn has_libclang() -> bool {
    if !cfg!(target_os = "linux")
        || env::var_os("LIBCLANG_PATH").is_some()
        || Command::new("llvm-config").arg("--prefix").output().is_ok()
    {
        return true;
    }
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let is_it = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("libclang.so") || name.starts_with("libclang-")
    };
    ["/usr/lib", "/usr/lib64", "/usr/local/lib"].into_iter().any(|folder| {
        let folder = Path::new(folder);
        let deeper = below(folder).into_iter().flat_map(|one| [one.join("lib"), one]);
        deeper.chain([folder.into()]).any(|folder| below(&folder).iter().any(is_it))
    })
}
