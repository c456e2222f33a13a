//! docs/FIRST-APPLICATION.md, followed to the letter.

use crate::support::House;

const DOCUMENT: &str = include_str!("../../docs/FIRST-APPLICATION.md");
/// What the document shows and nobody types.
const SHOWN: [&str; 2] = ["console", "json"];

/// The commands of the document, in order. Each piece of code says what it is, so that none is left out by mistake.
fn commands(document: &str) -> String {
    let mut commands = String::new();
    let mut inside = None;
    for line in document.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(""), Some(_)) => inside = None,
            (Some(kind), None) => {
                assert!(kind == "sh" || SHOWN.contains(&kind), "what is a piece of code of kind {kind:?}?");
                inside = Some(kind);
            }
            (Some(_), Some(_)) => panic!("a piece of code begins inside another: {line}"),
            (None, Some("sh")) => commands.extend([line, "\n"]),
            (None, _) => {}
        }
    }
    commands
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_the_document_ends_with_a_certified_company_and_a_verified_ledger() {
    let house = House::on_sqlite();
    let server = house.start().await;
    let told = house.type_in_bash(&commands(DOCUMENT));
    for told_of in [
        "idempotent-replayed: true",
        "/problems/validation-failed",
        "/identifiers/0/type",
        "/problems/version-mismatch",
        "\"current_version\":2",
        "/problems/forbidden",
        "status: certified",
        "\npre_applicant\n",
    ] {
        assert!(told.contains(told_of), "{told_of} is missing in:\n{told}");
    }
    let auditor = house.sign_in("auditor", "auditor-1");
    let certified = auditor.list("/v1/memberships?status=certified").await;
    assert_eq!(certified.len(), 1, "{certified:?}");
    let head = auditor.read("/v1/ledger-head").await;
    let head = format!("head {}.", head["hash"].as_str().unwrap());
    assert_eq!(told.matches(&head).count(), 2, "the ledger and its export are verified up to {head}\n{told}");
    drop(server);
    house.is_sound();
}
