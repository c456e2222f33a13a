//! What the command line says: help, where it found nothing, which file it could not use, which key it signs with.

use crate::support::House;
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn help_reads_well() {
    let house = House::on_sqlite();
    let bare = house.bare_command(&[]).output().unwrap();
    assert_eq!(bare.status.code(), Some(2));
    for text in [said(&bare), printed(&house.bare_command(&["--help"]).output().unwrap())] {
        assert!(text.starts_with("An open, self-hostable CTPAT member portal."), "{text}");
        for word in ["serve", "demo", "token", "ledger", "sentinel", "projections", "Exit codes: 0 done"] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
}

#[test]
fn where_there_is_no_ledger_none_is_made() {
    for database in ["sqlite", "configured", "postgres"] {
        let house = if database == "postgres" { House::on_postgres() } else { House::on_sqlite() };
        let export = house.folder.path().join("export.ndjson");
        let key = house.folder.path().join("key.pem");
        let token = house.bare_command(&["token"]).output().unwrap();
        assert!(token.status.success());
        std::fs::rename(house.folder.path().join("ctpat-data/development-key.pem"), &key).unwrap();
        std::fs::remove_dir(house.folder.path().join("ctpat-data")).unwrap();
        for arguments in [
            &["ledger", "verify"][..],
            &["ledger", "export"],
            &["ledger", "export", "--output", export.to_str().unwrap()],
            &["ledger", "sign-head", "--key", key.to_str().unwrap()],
            &["projections", "check"],
            &["projections", "rebuild"],
            &["sentinel"],
        ] {
            let mut command = if database == "configured" {
                house.command(arguments)
            } else {
                house.bare_command(arguments)
            };
            if database == "postgres" {
                command.env("CTPAT__DATABASE__URL", &house.database);
            }
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{database} {arguments:?}: {}", said(&output));
            assert!(said(&output).contains("there is no ledger"), "{arguments:?}: {}", said(&output));
            assert_eq!(printed(&output), "", "{database} {arguments:?}");
            assert!(!export.exists() && !house.folder.path().join("ctpat-data").exists(), "{arguments:?}");
            assert!(!house.folder.path().join("ctpat.db").exists(), "{arguments:?}");
        }
    }
}

#[test]
fn verification_says_what_it_does_not_show() {
    let house = House::on_sqlite();
    house.succeed(&["migrate"]);
    assert!(house.succeed(&["ledger", "verify"]).contains("Without a signed head this does not show"));
    house.succeed(&["token"]);
    let key = house.data().join("development-key.pem");
    let head = house.folder.path().join("head.jws");
    let public = house.folder.path().join("key.pub");
    std::fs::write(&head, house.succeed(&["ledger", "sign-head", "--key", key.to_str().unwrap()])).unwrap();
    let made = std::process::Command::new("openssl")
        .args(["pkey", "-pubout", "-in", key.to_str().unwrap(), "-out", public.to_str().unwrap()])
        .status();
    if made.is_ok_and(|status| status.success()) {
        let with =
            ["ledger", "verify", "--head", head.to_str().unwrap(), "--public-key", public.to_str().unwrap()];
        let told = house.succeed(&with);
        assert!(
            told.contains("contains the signed head") && !told.contains("Without a signed head"),
            "{told}"
        );
    }
}

#[test]
fn a_ledger_without_its_head_row_is_not_what_it_was() {
    let house = House::on_sqlite();
    house.succeed(&["migrate"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = ledger::Db::open(&house.database, 1).unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.execute_script("DELETE FROM ledger_head").await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
    });
    let verified = house.run(&["ledger", "verify"]);
    assert_eq!(verified.status.code(), Some(3), "{}", said(&verified));
    assert!(said(&verified).contains("head is missing"), "{}", said(&verified));
    for arguments in [&["ledger", "export"][..], &["projections", "check"], &["migrate"], &["serve"]] {
        let output = house.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains("head is missing"), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn a_check_of_a_ledger_that_lacks_its_end_says_so() {
    let house = House::on_sqlite();
    house.succeed(&["migrate"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let change = |sql: &str| {
        runtime.block_on(async {
            let db = ledger::Db::open(&house.database, 1).unwrap();
            let mut tx = db.begin().await.unwrap();
            tx.execute_script(sql).await.unwrap();
            tx.commit().await.unwrap();
            db.close().await;
        });
    };
    change("UPDATE ledger_head SET recorded_at = '2020-01-01T00:00:00Z'");
    let verified = house.run(&["ledger", "verify"]);
    assert_eq!(verified.status.code(), Some(3), "{}", said(&verified));
    assert!(said(&verified).contains("the head says that it was recorded at 2020"), "{}", said(&verified));
    // As if the last three events had been deleted.
    change("UPDATE ledger_head SET position = 3");
    let checked = house.run(&["projections", "check"]);
    assert_eq!(checked.status.code(), Some(3), "{}", said(&checked));
    assert!(said(&checked).contains("position 1: the event is missing"), "{}", said(&checked));
    assert!(said(&checked).contains("ctpat ledger verify"), "{}", said(&checked));
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let house = House::on_sqlite();
    house.succeed(&["migrate"]);
    let folder = house.folder.path().to_str().unwrap();
    for (arguments, named, tried) in [
        (&["ledger", "verify", "--file", "no-such.ndjson"][..], "no-such.ndjson", "opened"),
        (&["ledger", "verify", "--file", folder], folder, "read"),
        (&["ledger", "verify", "--head", "no-such.jws", "--public-key", "key.pub"], "no-such.jws", "read"),
        (&["ledger", "export", "--output", "no-such-folder/x"], "no-such-folder/x", "created"),
        (&["ledger", "export", "--output", "/dev/full"], "/dev/full", "written"),
        (&["ledger", "sign-head", "--key", "no-such.pem"], "no-such.pem", "read"),
        (&["openapi", "--output", "no-such-folder/x"], "no-such-folder/x", "written"),
        (&["openapi", "--check", "--output", "no-such.json"], "no-such.json", "read"),
        (&["events", "--check"], "docs/EVENTS.md", "read"),
    ] {
        let output = house.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        let text = said(&output);
        assert!(
            text.contains(named) && text.contains(&format!("could not be {tried}")),
            "{arguments:?}: {text}"
        );
    }
    let blocked = house.folder.path().join("blocked");
    std::fs::write(&blocked, "").unwrap();
    for arguments in [&["migrate"][..], &["token"]] {
        let mut command = house.bare_command(arguments);
        let output = command.env("CTPAT__SERVER__DATA_FOLDER", blocked.join("data")).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains("blocked/data"), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn the_document_is_checked_where_a_checkout_keeps_it() {
    let house = House::on_sqlite();
    let document = house.folder.path().join("openapi/ctpat-v1.json");
    std::fs::create_dir(document.parent().unwrap()).unwrap();
    house.succeed(&["openapi", "--output", document.to_str().unwrap()]);
    house.succeed(&["openapi", "--check"]);
    std::fs::write(&document, "{}").unwrap();
    let output = house.run(&["openapi", "--check"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("openapi/ctpat-v1.json"), "{}", said(&output));
}

#[test]
fn a_token_is_printed_alone_and_its_key_is_named_beside_it() {
    let house = House::on_sqlite();
    let key = house.data().join("development-key.pem");
    let first = house.run(&["token", "--role", "auditor"]);
    let (again, token) = (house.run(&["token", "--role", "auditor"]), printed(&first));
    assert!(said(&first).contains("a new one was made") && said(&first).contains(key.to_str().unwrap()));
    assert!(!said(&again).contains("a new one") && said(&again).contains(key.to_str().unwrap()));
    assert_eq!((token.lines().count(), token.trim().split('.').count()), (1, 3), "{token}");
}

#[test]
fn a_demonstration_that_stops_does_not_say_that_it_goes_on() {
    let house = House::on_sqlite();
    let told = printed(&house.bare_command(&["demo", "--once", "--listen", "127.0.0.1:0"]).output().unwrap());
    assert!(told.contains("The ledger holds together") && told.contains("The server stops now"), "{told}");
    assert!(!told.contains("Ctrl-C") && !told.contains("Try it"), "{told}");
    assert!(!house.folder.path().join("ctpat-data").exists());
}

#[test]
fn a_token_that_no_server_would_take_is_not_made() {
    let house = House::on_sqlite();
    let long = "x".repeat(256);
    for (arguments, says) in [
        (&["--subject", ""][..], "1 to 255 characters"),
        (&["--subject", " maria"], "white space"),
        (&["--subject", &long], "1 to 255 characters"),
        (&["--client", ""], "1 to 255 characters"),
        (&["--office", "atlantis"], "laredo"),
    ] {
        let all = [&["token", "--role", "supervisor"], arguments].concat();
        let output = house.command(&all).output().unwrap();
        assert_eq!((output.status.code(), printed(&output)), (Some(2), String::new()), "{arguments:?}");
        assert!(said(&output).contains(says), "{arguments:?}: {}", said(&output));
    }
    house.succeed(&[
        "token",
        "--role",
        "supervisor",
        "--subject",
        "sue",
        "--office",
        "laredo",
        "--client",
        "web",
    ]);
}
