//! A migration that has run somewhere is never edited.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[test]
fn every_migration_is_what_checksums_txt_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let list = fs::read_to_string(folder.join("checksums.txt")).unwrap();
    let listed: BTreeMap<String, String> = list
        .lines()
        .map(|line| line.split_once("  ").expect("a line is a hash, two spaces and a path"))
        .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
        .collect();
    let mut found = BTreeMap::new();
    for engine in ["postgres", "sqlite"] {
        for entry in fs::read_dir(folder.join(engine)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{engine}/{}", path.file_name().unwrap().to_str().unwrap());
            found.insert(name, hex::encode(Sha256::digest(fs::read(&path).unwrap())));
        }
    }
    let mended: String = found.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect();
    for (path, hash) in &listed {
        match found.get(path) {
            Some(now) => assert_eq!(now, hash, "{path} was changed; mend a mistake by a new step"),
            None => panic!("{path} is gone; a step is never removed"),
        }
    }
    assert_eq!(listed, found, "a new step has to be listed; migrations/checksums.txt should be:\n{mended}");
}

#[test]
fn both_engines_have_the_same_steps() {
    let names = |engine: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(engine);
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("postgres"), names("sqlite"));
}
