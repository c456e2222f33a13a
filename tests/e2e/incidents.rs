//! Security incidents over HTTP: who reports what, and who is shown what of it.

use crate::support::House;
use crate::support::story::{Company, Staff, apply, colleague, example_of, text};
use serde_json::{Value, json};
use std::sync::Arc;

on_both_engines!(
    an_incident_is_reported_read_listed_and_looked_into,
    each_company_sees_its_own_part_alone,
    an_account_named_by_mistake_learns_nothing_any_more,
);

/// Two companies, of which the first has reported an incident and the second is named in it.
async fn of_two(house: &Arc<House>, staff: &Staff) -> (Company, Company, String) {
    let (carrier, importer) = (apply(house, "carrier").await, apply(house, "importer").await);
    let incident =
        carrier.officer.does("/v1/incidents", &example_of("incident_report", &carrier.account)).await;
    let incident = text(&incident, "/id").to_owned();
    let named = json!({"account_id": importer.account, "role": "importer", "disclosed": ["times", "place"]});
    staff.specialist.does(&format!("/v1/incidents/{incident}/involve-account"), &named).await;
    (carrier, importer, incident)
}

fn types(events: &Value) -> Vec<&str> {
    events["items"].as_array().unwrap().iter().map(|event| text(event, "/type")).collect()
}

async fn an_incident_is_reported_read_listed_and_looked_into(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let company = apply(&house, "carrier").await;
    let consultant = colleague(&company, "consultant", "consultant-1").await;
    let report = example_of("incident_report", &company.account);
    let key = [("Idempotency-Key", "report-1")];
    let first = consultant.post_with("/v1/incidents", &key, &report).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let incident = first.json();
    let path = format!("/v1/incidents/{}", text(&incident, "/id"));
    assert_eq!((first.header("location"), first.header("etag")), (Some(path.as_str()), Some("\"2\"")));
    let again = consultant.post_with("/v1/incidents", &key, &report).await;
    assert_eq!((again.status, again.json()), (201, incident.clone()), "a repeat gets the first answer");
    assert_eq!(incident["disclosure"], "before_cbp");
    assert_eq!(incident["numbers"][0]["normalised"], "CSQU3054383");
    assert_eq!(text(&incident, "/narrative/state"), "kept");
    assert_eq!(incident["allowed_commands"], json!(["add-statement"]));

    let seen = staff.auditor.read(&path).await;
    assert_eq!(seen["narrative"], incident["narrative"]);
    assert!(seen["triage_due_on"].is_string());
    let listed = staff.specialist.list("/v1/incidents?status=reported&number=csqu-3054383").await;
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0]["id"], &listed[0]["reported_for"]), (&incident["id"], &json!(company.account)));
    for nothing in ["kind=theft", "status=triaged", "number=HS-1", "risk=high", "due_on_or_before=2020-01-01"]
    {
        assert_eq!(staff.specialist.list(&format!("/v1/incidents?{nothing}")).await.len(), 0, "{nothing}");
    }

    let triaged = json!({"risk": "high", "basis": "A route with earlier seizures."});
    staff.specialist.does(&format!("{path}/triage"), &triaged).await;
    let stale = [("If-Match", "\"2\"")];
    let stale = staff.specialist.post_with(&format!("{path}/begin-review"), &stale, &json!({})).await;
    stale.problem("version-mismatch");
    let reviewed = staff.supervisor.does(&format!("{path}/begin-review"), &json!({})).await;
    assert_eq!((&reviewed["status"], &reviewed["triage"]["risk"]), (&json!("under_review"), &json!("high")));
    let again =
        staff.supervisor.post(&format!("{path}/begin-review"), &json!({})).await.problem("state-forbids");
    assert_eq!(
        (&again["code"], &again["current_state"]),
        (&json!("review_already_begun"), &json!("under_review"))
    );
    assert_eq!(staff.director.list("/v1/incidents?risk=high").await.len(), 1);
    let before = staff.auditor.read(&format!("{path}?at_version=2")).await;
    assert_eq!(before["status"], "reported");

    let history = staff.auditor.read(&format!("{path}/events")).await;
    assert_eq!(
        types(&history),
        ["incident.reported", "incident.account_involved", "incident.triaged", "incident.review_begun"]
    );
    // Free text stands beside the ledger: no event holds it.
    let feed = staff.auditor.read("/v1/events?aggregate_type=incident").await;
    assert!(!feed.to_string().contains("bill of lading"), "{feed}");
    house.is_sound();
}

async fn each_company_sees_its_own_part_alone(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (carrier, importer, incident) = of_two(&house, &staff).await;
    let path = format!("/v1/incidents/{incident}");
    let say = |account: Option<&str>, words: &str| {
        let mut said = json!({"text": words});
        if let Some(account) = account {
            said["account_id"] = json!(account);
        }
        said
    };
    let to_say = format!("{path}/add-statement");
    importer.officer.does(&to_say, &say(Some(&importer.account), "The importer speaks.")).await;
    carrier.officer.does(&to_say, &say(Some(&carrier.account), "The carrier speaks.")).await;
    staff.specialist.does(&to_say, &say(None, "Among ourselves.")).await;
    staff.specialist.does(&to_say, &say(Some(&importer.account), "To the importer.")).await;
    let triaged = json!({"risk": "medium", "basis": "Between the two of them."});
    staff.specialist.does(&format!("{path}/triage"), &triaged).await;

    // Nobody speaks for somebody else, not even to learn whether it is involved.
    let stranger = apply(&house, "stranger").await;
    for account in [&carrier.account, &stranger.account] {
        let said = say(Some(account), "For another.");
        importer.officer.post(&to_say, &said).await.problem("not-found");
    }
    assert_eq!(importer.officer.post(&to_say, &say(None, "For nobody.")).await.status, 400);

    for (company, other, mine, theirs) in [
        (&carrier, &importer, "The carrier speaks.", "The importer speaks."),
        (&importer, &carrier, "The importer speaks.", "The carrier speaks."),
    ] {
        let everything = [
            company.officer.get(&path).await,
            company.officer.get(&format!("{path}/events")).await,
            company.officer.get("/v1/incidents").await,
        ];
        for answer in &everything {
            assert_eq!(answer.status, 200, "{}", answer.text());
            let told = answer.text();
            for hidden in [other.account.as_str(), theirs, "Among ourselves", "Between the two", "medium"] {
                assert!(!told.contains(hidden), "{hidden} in {told}");
            }
        }
        assert!(everything[0].text().contains(mine));
        let parties = everything[0].json()["parties"].clone();
        assert_eq!(parties.as_array().unwrap().len(), 1);
        assert_eq!(parties[0]["account_id"], json!(company.account));
        assert_eq!(everything[2].json()["items"].as_array().unwrap().len(), 1);
        let asked = format!("/v1/incidents?account_id={}", other.account);
        assert_eq!(company.officer.list(&asked).await, Vec::<Value>::new());
    }
    // The importer is shown what was disclosed, and not who reported what.
    let seen = importer.officer.read(&path).await;
    assert!(seen["occurred"].is_object() && seen["place"].is_object());
    for hidden in
        ["narrative", "numbers", "conveyance", "goods", "reported_for", "reported_by", "disclosure", "triage"]
    {
        assert!(seen.get(hidden).is_none(), "{hidden}: {seen}");
    }
    assert_eq!(seen["statements"].as_array().unwrap().len(), 2);
    let history = importer.officer.read(&format!("{path}/events?limit=2")).await;
    assert_eq!(types(&history), ["incident.account_involved", "incident.statement_added"]);
    let after = history["next_after"].as_i64().unwrap();
    let rest = importer.officer.read(&format!("{path}/events?after={after}&limit=2")).await;
    assert_eq!(types(&rest), ["incident.statement_added", "incident.triaged"]);
    assert!(rest["items"][1]["data"].get("risk").is_none() && rest.get("next_after").is_none());
    // Before it was named, there was nothing for the importer to see. A list does not answer to numbers that it is not shown.
    importer.officer.get(&format!("{path}?at_version=2")).await.problem("not-found");
    assert_eq!(importer.officer.list("/v1/incidents?number=CSQU3054383").await.len(), 0);
    assert_eq!(carrier.officer.list("/v1/incidents?number=CSQU3054383").await.len(), 1);

    let missing = stranger.officer.get("/v1/incidents/inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6").await;
    for there in [path.clone(), format!("{path}/events"), format!("{path}?at_version=1")] {
        let answer = stranger.officer.get(&there).await.problem("not-found");
        assert_eq!(answer["title"], missing.json()["title"]);
    }
    assert_eq!(stranger.officer.list("/v1/incidents").await, Vec::<Value>::new());
    assert_eq!(staff.auditor.read(&path).await["parties"].as_array().unwrap().len(), 2);
    house.is_sound();
}

async fn an_account_named_by_mistake_learns_nothing_any_more(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (_, importer, incident) = of_two(&house, &staff).await;
    let path = format!("/v1/incidents/{incident}");
    assert_eq!(importer.officer.get(&path).await.status, 200);
    let removed = json!({"account_id": importer.account, "reason": "Another company of the same name."});
    staff.specialist.does(&format!("{path}/remove-account"), &removed).await;
    for gone in [path.clone(), format!("{path}?at_version=3"), format!("{path}/events")] {
        importer.officer.get(&gone).await.problem("not-found");
    }
    assert_eq!(importer.officer.list("/v1/incidents").await, Vec::<Value>::new());
    let unknown = json!({"account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "role": "importer"});
    let refused = staff.specialist.post(&format!("{path}/involve-account"), &unknown).await;
    assert_eq!(refused.problem("validation-failed")["errors"][0]["code"], "unknown_account");
    house.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_with_a_report_is_said_at_once() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let company = apply(&house, "carrier").await;
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut report = example_of("incident_report", &company.account);
        change(&mut report);
        let officer = company.officer.clone();
        async move {
            let problem = officer.post("/v1/incidents", &report).await.problem("validation-failed");
            let errors = problem["errors"].as_array().unwrap().clone();
            errors
                .iter()
                .map(|error| format!("{} {}", text(error, "/pointer"), text(error, "/code")))
                .collect::<Vec<_>>()
        }
    };
    let shapes = wrong(&|report| {
        report["numbers"] =
            json!([{"type": "container", "value": "CSQU 305438"}, {"type": "entry", "value": "AB1"}]);
        report.as_object_mut().unwrap().remove("role");
    });
    assert_eq!(
        shapes.await,
        ["/role required", "/numbers/0/value number_shape", "/numbers/1/value number_shape"]
    );
    let times = wrong(&|report| {
        report["occurred"] = json!({"from_at": "2026-03-02T10:00:00Z", "to_at": "2026-03-02T09:00:00Z"});
        report["discovered"] = json!({"from_at": "2999-01-01T00:00:00Z"});
    });
    let times = times.await;
    assert!(times.contains(&"/occurred/to_at time_order".to_owned()), "{times:?}");
    assert!(times.contains(&"/discovered/from_at time_in_future".to_owned()), "{times:?}");
    let listed = wrong(&|report| report["kind"] = json!("fire"));
    assert_eq!(listed.await, ["/kind enum"]);
    let nobody = wrong(&|report| {
        report.as_object_mut().unwrap().remove("account_id");
        report.as_object_mut().unwrap().remove("role");
    });
    assert_eq!(nobody.await, ["/account_id required"]);
    // A check digit that does not fit is pointed out, and the report taken.
    let mut report = example_of("incident_report", &company.account);
    report["numbers"][0]["value"] = json!("CSQU3054384");
    let odd = company.officer.does("/v1/incidents", &report).await;
    assert_eq!(odd["numbers"][0]["warnings"][0]["code"], "check_digit");
}
