//! What is left behind is for its owner alone.

use crate::support::House;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode()
        & 0o777
}

/// A shell of somebody who is generous: without care, files would be readable by everybody.
fn generous(house: &House, arguments: &str) -> Command {
    let mut command = house.bare_command(&[]);
    let binary = command.get_program().to_owned();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("umask 000; exec {} {arguments}", binary.to_str().unwrap())])
        .current_dir(house.folder.path())
        .env("CTPAT__SERVER__LISTEN", house.address.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    command.env_clear();
    shell
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_keys_and_exports_are_for_their_owner_alone() {
    let house = House::on_sqlite();
    let data = house.folder.path().join("ctpat-data");
    let mut server = generous(&house, "serve").spawn().unwrap();
    house.ready(&reqwest::Client::new()).await;
    let looked = [
        (mode(&data), 0o700),
        (mode(&data.join("ctpat.db")), 0o600),
        (mode(&data.join("ctpat.db-wal")), 0o600),
        (mode(&data.join("ctpat.db-shm")), 0o600),
        (mode(&data.join("development-key.pem")), 0o600),
    ];
    server.kill().unwrap();
    server.wait().unwrap();
    for (found, expected) in looked {
        assert_eq!(found, expected, "{looked:?} in octal {found:o}");
    }
    assert!(generous(&house, "ledger export --output export.ndjson").status().unwrap().success());
    assert_eq!(mode(&house.folder.path().join("export.ndjson")), 0o600);
    // The documents are for everybody.
    assert!(generous(&house, "openapi --output document.json").status().unwrap().success());
    assert_eq!(mode(&house.folder.path().join("document.json")), 0o666);
}

#[test]
fn a_key_that_others_could_read_is_tightened() {
    let house = House::on_sqlite();
    house.succeed(&["token"]);
    let key = house.data().join("development-key.pem");
    std::fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let output = house.run(&["token"]);
    assert!(output.status.success());
    assert_eq!(mode(&key), 0o600);
}
