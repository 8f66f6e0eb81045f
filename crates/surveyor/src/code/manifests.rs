//! What Cargo is told, as far as it decides what runs: the names of crates, the versions and features
//! of dependencies, and how all of it is compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::files::{Files, beside};

/// What stands in the `Cargo.toml` of a workspace and of its packages, and in `Cargo.lock`.
#[derive(Default)]
pub(super) struct Manifests {
    /// What paths call a crate of ours → the files of the root modules that it may be.
    pub(super) crates: BTreeMap<String, BTreeSet<PathBuf>>,
    /// What paths call a package from elsewhere → the names under which it may be locked.
    pub(super) dependencies: BTreeMap<String, BTreeSet<String>>,
    /// The name of a package from elsewhere → its versions.
    locked: BTreeMap<String, Vec<Locked>>,
    /// The same → what our manifests ask of it.
    asked: BTreeMap<String, BTreeSet<String>>,
    /// The name of a program of ours → the file of its `main`.
    programs: BTreeMap<String, PathBuf>,
    /// The folder of a package of ours → what its manifest says.
    own: BTreeMap<PathBuf, Own>,
    /// The folders of packages of ours that stand outside of the workspace.
    outside: BTreeSet<PathBuf>,
    /// How everything is compiled, and how benches are.
    profiles: [String; 2],
}

/// What the manifest of a package of ours says.
#[derive(Default)]
pub(super) struct Own {
    name: String,
    /// What decides about its code, besides the code.
    pub(super) says: String,
    /// What it always needs from elsewhere, as paths should call it.
    pub(super) needs: BTreeSet<String>,
}

struct Locked {
    version: String,
    /// Everything that is locked.
    entry: String,
    /// Names, some with a version after a space.
    dependencies: Vec<String>,
}

impl Manifests {
    /// Reads what there is below `root`. What is no manifest, Cargo will complain of.
    pub(super) fn read(root: &Path, files: &Files) -> Self {
        let mut all = Self { locked: locked(root, files), ..Self::default() };
        let workspace = table(root, files);
        let crates = root.join("crates");
        let crates = files.names(&crates).iter().map(|name| crates.join(name)).collect();
        let folders: Vec<PathBuf> = [crates, vec![root.join("benches")]].concat();
        let packages: Vec<_> =
            folders.iter().map(|folder| (folder, table(folder, files))).collect();
        for (folder, _) in &packages {
            all.add_crate(
                folder.file_name().and_then(|name| name.to_str()),
                folder,
                &Table::new(),
                files,
            );
        }
        for (folder, manifest) in &packages {
            let package = manifest.get("package").and_then(|package| package.get("name"));
            let library = manifest
                .get("lib")
                .and_then(Value::as_table)
                .cloned()
                .unwrap_or_default();
            for name in [package, library.get("name")].into_iter().flatten() {
                all.add_crate(name.as_str(), folder, &library, files);
            }
            all.add_own(folder, manifest, &workspace);
            all.add_programs(folder, manifest);
        }
        let shared = dependencies(
            workspace.get("workspace").and_then(Value::as_table),
            "dependencies",
        );
        let outside =
            workspace.get("workspace").and_then(|workspace| workspace.get("exclude"));
        let outside = outside.and_then(Value::as_array).into_iter().flatten();
        all.outside =
            outside.filter_map(Value::as_str).map(|path| root.join(path)).collect();
        // What one outside asks for decides nothing inside.
        for (folder, manifest) in &packages {
            if all.outside.contains(*folder) {
                continue;
            }
            for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
                // What only tests ask for is not there when something is measured.
                let counts = kind != "dev-dependencies" || folder.ends_with("benches");
                for (name, asked) in dependencies(Some(manifest), kind) {
                    let shared = shared.iter().find(|(shared, _)| *shared == name);
                    all.add_dependency(
                        &name,
                        asked,
                        shared.map(|(_, asked)| *asked),
                        counts,
                    );
                    let is_optional = asked.get("optional").and_then(Value::as_bool);
                    let name = called(&name);
                    if kind == "dependencies"
                        && is_optional != Some(true)
                        && all.dependencies.contains_key(&name)
                    {
                        all.own
                            .entry(folder.to_path_buf())
                            .or_default()
                            .needs
                            .insert(name);
                    }
                }
            }
        }
        all.add_profiles(&workspace, root, files);
        all
    }

    fn add_crate(
        &mut self,
        name: Option<&str>,
        folder: &Path,
        library: &Table,
        files: &Files,
    ) {
        let path = library.get("path").and_then(Value::as_str).unwrap_or("src/lib.rs");
        let file = folder.join(path);
        if let Some(name) = name.filter(|_| files.has(&file)) {
            self.crates.entry(called(name)).or_insert_with(|| [file].into());
        }
    }

    fn add_programs(&mut self, folder: &Path, manifest: &Table) {
        let text = |table: &Value, key| Some(table.get(key)?.as_str()?.to_string());
        let package = manifest.get("package").and_then(|package| text(package, "name"));
        let programs = manifest.get("bin").and_then(Value::as_array);
        let named = programs
            .into_iter()
            .flatten()
            .filter_map(|program| Some((text(program, "name")?, text(program, "path")?)));
        let usual = package.map(|name| (name, "src/main.rs".into()));
        for (name, path) in usual.into_iter().chain(named) {
            self.programs.insert(name, beside(&folder.join("Cargo.toml"), &path));
        }
    }

    /// The file of the `main` of a program, for which Cargo sets `CARGO_BIN_EXE_name`.
    pub(super) fn program(&self, name: &str) -> Option<&PathBuf> {
        self.programs.get(name)
    }

    /// What decides what runs where a program is built by this manifest, of a package outside of the workspace: the file of its
    /// `main`, and what it has locked. Nothing for another file.
    pub(super) fn outside(&self, manifest: &Path) -> Option<[PathBuf; 2]> {
        let folder = manifest.parent().filter(|_| manifest.ends_with("Cargo.toml"))?;
        let is_outside = self.outside.contains(folder);
        is_outside.then(|| ["src/main.rs", "Cargo.lock"].map(|file| folder.join(file)))
    }

    fn add_own(&mut self, folder: &Path, manifest: &Table, workspace: &Table) {
        let of_package =
            |key| manifest.get("package").and_then(|package| package.get(key));
        let shared = |key| workspace.get("workspace")?.get("package")?.get(key);
        let own = [
            manifest.get("features"),
            manifest.get("lib"),
            of_package("edition"),
            shared("edition"),
            of_package("build"),
        ];
        let own = own.map(|value| value.map(Value::to_string).unwrap_or_default());
        let name = of_package("name").and_then(Value::as_str).unwrap_or_default().into();
        let own = Own { name, says: own.join("\n"), ..Own::default() };
        self.own.insert(folder.into(), own);
    }

    fn add_dependency(
        &mut self,
        name: &str,
        asked: &Value,
        shared: Option<&Value>,
        counts: bool,
    ) {
        let package = |asked: &Value| Some(asked.get("package")?.as_str()?.to_string());
        let package = package(asked).or_else(|| shared.and_then(package));
        let package = package.unwrap_or_else(|| name.into());
        if let Some(ours) = self.crates.get(&called(&package)).cloned() {
            self.crates.entry(called(name)).or_default().extend(ours);
        } else {
            self.dependencies.entry(called(name)).or_default().insert(package.clone());
            let asked = [Some(asked), shared].into_iter().flatten().filter(|_| counts);
            self.asked.entry(package).or_default().extend(asked.map(Value::to_string));
        }
    }

    fn add_profiles(&mut self, workspace: &Table, root: &Path, files: &Files) {
        let mut config = table(&root.join(".cargo"), files);
        config.remove("alias");
        self.profiles = [config.to_string(), String::new()];
        let profiles = workspace.get("profile").and_then(Value::as_table);
        // What is measured or recorded isn't run by `cargo test`.
        let others = |(name, _): &(&String, &Value)| *name != "test";
        for (name, profile) in profiles.into_iter().flatten().filter(others) {
            let mut general = profile.as_table().cloned().unwrap_or_default();
            let packages = general.get_mut("package").and_then(Value::as_table_mut);
            if let Some(packages) = packages {
                // What is said of one package decides only about code that reaches it.
                packages.retain(|package, settings| {
                    let settings = format!("{name}: {settings}");
                    if let Some(own) =
                        self.own.values_mut().find(|own| own.name == *package)
                    {
                        own.says += &format!("\n{settings}");
                    } else if self.locked.contains_key(package) {
                        self.asked.entry(package.into()).or_default().insert(settings);
                    } else {
                        return true;
                    }
                    false
                });
            }
            if general
                .get("package")
                .and_then(Value::as_table)
                .is_some_and(Table::is_empty)
            {
                general.remove("package");
            }
            if general.is_empty() {
                continue;
            }
            self.profiles[usize::from(name == "bench")] +=
                &format!("{name}: {general}\n");
        }
    }

    /// What decides how code is compiled that measures, if `measures`, or that prints.
    pub(super) fn profile(&self, measures: bool) -> String {
        self.profiles[..=usize::from(measures)].concat()
    }

    /// The folder of the package to which `file` belongs, and what its manifest says.
    pub(super) fn package_of(&self, file: &Path) -> Option<(&Path, &Own)> {
        file.ancestors().find_map(|folder| {
            let (folder, own) = self.own.get_key_value(folder)?;
            Some((folder.as_path(), own))
        })
    }

    /// Everything that is known of the packages that paths call `names`, and of all that these depend
    /// on.
    pub(super) fn locked<'a>(
        &'a self,
        names: impl IntoIterator<Item = &'a String>,
    ) -> Vec<&'a str> {
        let mut next: Vec<&str> = Vec::new();
        for packages in names.into_iter().filter_map(|name| self.dependencies.get(name)) {
            next.extend(packages.iter().map(String::as_str));
        }
        let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
        while let Some(package) = next.pop() {
            if !seen.insert(package) {
                continue;
            }
            let (name, version) = package.split_once(' ').unwrap_or((package, ""));
            found.extend(self.asked.get(name).into_iter().flatten().map(String::as_str));
            let versions = self.locked.get(name).into_iter().flatten();
            for locked in
                versions.filter(|locked| version.is_empty() || locked.version == version)
            {
                found.insert(&locked.entry);
                next.extend(locked.dependencies.iter().map(String::as_str));
            }
        }
        found.into_iter().collect()
    }
}

/// The name of a package as paths write it.
fn called(name: &str) -> String {
    name.replace('-', "_")
}

fn table(folder: &Path, files: &Files) -> Table {
    let names = ["Cargo.toml", "config.toml"].map(|name| folder.join(name));
    let file = names.iter().find(|file| files.has(file));
    let text = file.and_then(|file| files.text(file).ok());
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The dependencies of this `kind` in a manifest, on every system.
fn dependencies<'a>(manifest: Option<&'a Table>, kind: &str) -> Vec<(String, &'a Value)> {
    let targets = manifest.and_then(|manifest| manifest.get("target")?.as_table());
    let targets =
        targets.into_iter().flatten().filter_map(|(_, target)| target.get(kind));
    let everywhere = manifest.and_then(|manifest| manifest.get(kind));
    let tables = everywhere.into_iter().chain(targets).filter_map(Value::as_table);
    tables.flatten().map(|(name, asked)| (name.clone(), asked)).collect()
}

/// The packages in `Cargo.lock` that come from elsewhere. Cargo writes it, a field in each line.
fn locked(root: &Path, files: &Files) -> BTreeMap<String, Vec<Locked>> {
    let file = root.join("Cargo.lock");
    let text = if files.has(&file) { files.text(&file).ok() } else { None };
    let mut packages = BTreeMap::<_, Vec<_>>::new();
    for entry in text.as_deref().unwrap_or_default().split("[[package]]").skip(1) {
        let field = |name: &str| {
            let start = format!("{name} = \"");
            let value = entry.lines().find_map(|line| line.strip_prefix(&start));
            value.map(|value| value.trim_end_matches('"').to_string())
        };
        if let (Some(name), Some(version), Some(_)) =
            (field("name"), field("version"), field("source"))
        {
            let quoted = entry.lines().filter_map(|line| line.strip_prefix(" \""));
            let dependencies =
                quoted.map(|line| line.trim_end_matches([',', '"']).into()).collect();
            packages.entry(name).or_default().push(Locked {
                version,
                entry: entry.trim().into(),
                dependencies,
            });
        }
    }
    packages
}
