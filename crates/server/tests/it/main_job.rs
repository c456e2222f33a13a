//! The demonstration plays the whole main job over HTTP; afterwards the ledger is verified, exported, verified from the export alone, and
//! the read models are checked and rebuilt.

use crate::support::House;

fn plays_the_main_job(house: &House) {
    let told = house.succeed(&["demo", "--once"]);
    for sentence in [
        "Harbor Imports, Inc. (importer, US)",
        "a supervisor certifies: certified since",
        "The specialist returns the profile because of 1.3",
        "CBP finds the applicant ineligible",
        "the programme director takes its FAST lanes",
        "The ledger holds together",
    ] {
        assert!(told.contains(sentence), "{sentence} is missing in:\n{told}");
    }
    house.is_sound();
    assert!(house.succeed(&["sentinel"]).contains("5 memberships, 1 enforcement actions"));
    let export = house.folder.path().join("ledger.ndjson");
    let file = export.to_str().unwrap();
    house.succeed(&["ledger", "export", "--output", file]);
    assert!(house.succeed(&["ledger", "verify", "--file", file]).contains("holds together"));
    house.succeed(&["projections", "rebuild"]);
    house.is_sound();

    let text = std::fs::read_to_string(&export).unwrap();
    for name in ["Ortega", "Salinas", "Brandt", "Conti", "Whitlock,", "@"] {
        assert!(!text.contains(&format!("\"{name}\"")), "{name} is in the ledger");
    }
    assert!(!text.contains("harbor-imports.example"), "an e-mail address is in the ledger");
    let changed = text.replacen("pre_applicant", "certified_xx", 1);
    std::fs::write(&export, changed).unwrap();
    let verified = house.run(&["ledger", "verify", "--file", file]);
    assert_eq!(verified.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&verified.stderr).contains("position "));
}

#[test]
fn sqlite_plays_the_main_job() {
    plays_the_main_job(&House::on_sqlite());
}

#[test]
fn postgres_plays_the_main_job() {
    plays_the_main_job(&House::on_postgres());
}
