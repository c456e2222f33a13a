//! Who is erased is gone: from the database, from what it leaves on the disk, and from the logs; and the ledger is as it was.

use crate::support::story::{Staff, application, example_of, registration, text};
use crate::support::{Client, House};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

on_both_engines!(
    who_is_erased_is_found_nowhere_and_the_ledger_verifies,
    an_applicant_is_forgotten_once_no_hold_stands
);

const ADDRESS: &str = "198.51.100.77";
/// Everything that is known of the person, in every version.
const TRACES: [&str; 9] = [
    "Philomena",
    "Thistlemark",
    "Underbough",
    "p.thistlemark@quillfeather.example",
    "P.Thistlemark@Quillfeather.example",
    "+1 956 555 0188",
    "Keeper of the Seals",
    "subject-of-philomena",
    ADDRESS,
];

/// The database as text: every row of every table, or what `pg_dump` writes.
async fn dump(house: &House) -> String {
    if house.database().starts_with("postgres") {
        let program = testkit::PgBinaries::find().unwrap().program("pg_dump");
        let output = std::process::Command::new(program).arg(house.database()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return String::from_utf8_lossy(&output.stdout).into_owned();
    }
    let db = ledger::Db::open(house.database(), 1).unwrap();
    let read = async |sql: String| -> Vec<String> {
        let rows: Vec<(String,)> = ledger::Statement::new(sql).fetch_all(&db).await.unwrap();
        rows.into_iter().map(|(text,)| text).collect()
    };
    let mut all = String::new();
    for table in read("SELECT name FROM sqlite_master WHERE type = 'table'".to_owned()).await {
        let columns =
            read(format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')")).await;
        all += &format!("{table}\n");
        for row in read(format!("SELECT {} FROM \"{table}\"", columns.join(" || '|' || "))).await {
            all += &row;
            all.push('\n');
        }
    }
    db.close().await;
    all
}

/// Which of these stand in a file of the folder, whatever it is: database, write-ahead log, freed pages, logs, exports.
fn in_files(folder: &Path, traces: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(in_files(&path, traces));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for trace in traces {
            if bytes.windows(trace.len()).any(|window| window == trace.as_bytes()) {
                found.push(format!("{trace} in {}", path.display()));
            }
        }
    }
    found
}

/// Which of these are still in a file of the folder when the server has had time to wipe SQLite's log: somebody may read at the moment of an
/// erasure, and then the server tries again every minute.
async fn left_in_files(folder: &Path, traces: &[&str]) -> Vec<String> {
    for _ in 0..90 {
        if in_files(folder, traces).is_empty() {
            return Vec::new();
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    in_files(folder, traces)
}

/// A company whose officer has signed, reported an incident, and left; gives the account, the officer's id and the incident.
async fn who_left(house: &Arc<House>) -> (Client, String, String, String) {
    let officer = house.sign_in("officer", "subject-of-philomena");
    let mut body = registration("Quillfeather Imports");
    body["contact"] = json!({"given_name": "Philomena", "family_name": "Thistlemark", "email": "P.Thistlemark@Quillfeather.example",
        "telephone": "+1 956 555 0188", "job_title": "Keeper of the Seals", "company_officer": true});
    let key = [("Idempotency-Key", "register-1")];
    let account = officer.post_with("/v1/accounts", &key, &body).await.json();
    let (id, person) = (text(&account, "/id").to_owned(), text(&account, "/contacts/0/person_id").to_owned());
    let to = |verb: &str| format!("/v1/accounts/{id}/{verb}");
    let from = [("X-Forwarded-For", ADDRESS)];
    let accepted = json!({"agreement_version": "2024-1"});
    let accepted = officer.post_with(&to("accept-agreement"), &from, &accepted).await.json();
    assert_eq!(text(&accepted, "/agreements/0/network_address"), ADDRESS);
    officer.does("/v1/memberships", &application(&id)).await;
    officer.does(&to("change-contact"), &json!({"person_id": person, "family_name": "Underbough"})).await;
    let mut report = example_of("incident_report", &id);
    report["narrative"] = json!("Philomena Underbough found the seal broken and called +1 956 555 0188.");
    let incident = text(&officer.does("/v1/incidents", &report).await, "/id").to_owned();
    let contact = json!({"given_name": "Bo", "family_name": "Quiverful", "email": "bo@quiverful.example", "company_officer": true});
    let added = json!({"contact": contact, "point_of_contact": "primary", "subject": "successor"});
    let added = officer.does(&to("add-contact"), &added).await;
    let mut others = added["contacts"].as_array().unwrap().iter().map(|contact| text(contact, "/person_id"));
    let other = others.find(|other| *other != person).unwrap().to_owned();
    officer.does(&to("grant-role"), &json!({"person_id": other, "role": "officer"})).await;
    let successor = house.sign_in("officer", "successor");
    successor.does("/v1/me/accept-roles", &json!({"person_id": other})).await;
    successor.does(&to("revoke-role"), &json!({"person_id": person, "role": "officer"})).await;
    successor.does(&to("remove-contact"), &json!({"person_id": person})).await;
    (successor, id, person, incident)
}

async fn who_is_erased_is_found_nowhere_and_the_ledger_verifies(house: Arc<House>) {
    let proxy = [("CTPAT__SERVER__TRUSTED_PROXIES", "127.0.0.1")];
    let database = house.database().starts_with("postgres").then(|| house.database().to_owned());
    let house = House::with(database, &proxy);
    let server = house.start().await;
    let staff = Staff::of(&house);
    let (successor, account, person, incident) = who_left(&house).await;
    let before = dump(&house).await;
    for trace in TRACES {
        assert!(before.contains(trace), "{trace} is not looked for where it is");
    }
    house.succeed(&["ledger", "export", "-o", "before.ndjson"]);

    let erase = format!("/v1/accounts/{account}/erase-person");
    let naming = json!({"person_id": person, "reason": "Philomena Underbough asked for it."});
    let refused = staff.supervisor.post(&erase, &naming).await.problem("validation-failed");
    assert_eq!(
        (text(&refused, "/errors/0/pointer"), text(&refused, "/errors/0/code")),
        ("/reason", "names_the_person")
    );
    let body = json!({"person_id": person, "reason": "The person left and asked for it."});
    let key = [("Idempotency-Key", "erase-1")];
    let erased = staff.supervisor.post_with(&erase, &key, &body).await.json();
    let place = |names: bool| json!([{"incident_id": incident, "number": 1, "names_the_person": names}]);
    assert_eq!(erased["texts_to_look_at"], place(true));
    assert!(erased["agreements"][0].get("network_address").is_none(), "{erased}");
    let again = staff.supervisor.post_with(&erase, &key, &body).await.json();
    assert_eq!(again["texts_to_look_at"], place(false), "whose name it was, nobody knows any more");
    let erase_text = json!({"number": 1, "reason": "It names somebody who was erased."});
    staff.supervisor.does(&format!("/v1/incidents/{incident}/erase-text"), &erase_text).await;

    let after = dump(&house).await;
    let found: Vec<&str> = TRACES.into_iter().filter(|trace| after.contains(trace)).collect();
    assert_eq!(found, Vec::<&str>::new());
    assert_eq!(left_in_files(house.path(), &TRACES).await, Vec::<String>::new());
    staff.auditor.get(&format!("/v1/people/{person}")).await.problem("not-found");
    let history = successor.read(&format!("/v1/accounts/{account}/events")).await;
    let last = history["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (text(last, "/type"), text(last, "/data/person_id"), text(last, "/data/reason")),
        ("account.person_erased", person.as_str(), "The person left and asked for it.")
    );

    house.is_sound();
    assert!(house.succeed(&["ledger", "verify", "--file", "before.ndjson"]).contains("holds together"));
    drop(server);
    assert_eq!(in_files(house.path(), &TRACES), Vec::<String>::new(), "nor after the server was killed");
    house.is_sound();
}

async fn an_applicant_is_forgotten_once_no_hold_stands(house: Arc<House>) {
    let proxy = [("CTPAT__SERVER__TRUSTED_PROXIES", "127.0.0.1")];
    let database = house.database().starts_with("postgres").then(|| house.database().to_owned());
    let house = House::with(database, &proxy);
    let server = house.start().await;
    let staff = Staff::of(&house);
    let (successor, account, person, incident) = who_left(&house).await;
    let to = |verb: &str| format!("/v1/accounts/{account}/{verb}");
    let membership = text(&successor.list("/v1/memberships").await[0], "/id").to_owned();
    let document =
        json!({"kind": "other", "title": "Charter", "reference": "https://files.example.com/charter.pdf"});
    successor
        .does(&format!("/v1/memberships/{membership}/attach-document"), &json!({"document": document}))
        .await;
    house.succeed(&["ledger", "export", "-o", "before.ndjson"]);

    let hold =
        staff.supervisor.does(&to("place-hold"), &json!({"person_id": person, "reason": "A lawsuit."})).await;
    let hold_id = text(&hold, "/holds/0/hold_id").to_owned();
    assert!(successor.read(&format!("/v1/accounts/{account}")).await.get("holds").is_none());
    let reason = json!({"reason": "The company asked for it."});
    let open = staff.supervisor.post(&to("erase-applicant"), &reason).await.problem("state-forbids");
    assert_eq!(text(&open, "/code"), "application_open");
    successor
        .does(
            &format!("/v1/memberships/{membership}/withdraw"),
            &json!({"reason": "other", "text": "Too much work."}),
        )
        .await;
    let held = staff.supervisor.post(&to("erase-applicant"), &reason).await.problem("state-forbids");
    assert_eq!(text(&held, "/code"), "legal_hold");
    assert!(text(&held, "/detail").contains(&hold_id), "{held}");
    let due = staff.auditor.list("/v1/erasures-due?due_on_or_before=2999-01-01").await;
    assert_eq!(due.len(), 2, "who has left, and the applicant");
    assert!(due.iter().all(|due| due["holds"] == 1 && due["account_id"] == json!(account)), "{due:?}");
    assert_eq!(staff.auditor.list("/v1/erasures-due").await.len(), 0, "its time is not over");
    staff.director.does(&to("lift-hold"), &json!({"hold_id": hold_id, "reason": "It was settled."})).await;

    let erased = staff.supervisor.does(&to("erase-applicant"), &reason).await;
    assert_eq!((&erased["erased"], &erased["contacts"]), (&json!(true), &json!([])));
    assert_eq!(text(&erased, "/documents_to_destroy/0/reference"), "https://files.example.com/charter.pdf");
    assert_eq!(erased["texts_to_look_at"], json!([]), "its own were erased with it");
    let after = dump(&house).await;
    let traces = [&TRACES[..], &["bo@quiverful.example", "found the seal broken"]].concat();
    let found: Vec<&&str> = traces.iter().filter(|trace| after.contains(**trace)).collect();
    assert_eq!(found, Vec::<&&str>::new());
    assert_eq!(left_in_files(house.path(), &traces).await, Vec::<String>::new());
    let erasures = staff.auditor.list(&format!("/v1/erasures?account_id={account}")).await;
    assert_eq!(erasures.len(), 3, "two persons and the applicant");
    assert!(erasures.iter().all(|erasure| erasure["reason"] == "The company asked for it."));
    let text_erased = staff.auditor.list("/v1/erasures?kind=text").await;
    assert_eq!((text_erased.len(), text(&text_erased[0], "/incident_id")), (1, incident.as_str()));
    successor.get(&format!("/v1/accounts/{account}")).await.problem("not-found");
    house.is_sound();
    assert!(house.succeed(&["ledger", "verify", "--file", "before.ndjson"]).contains("holds together"));
    drop(server);
}
