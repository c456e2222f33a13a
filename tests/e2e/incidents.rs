//! Security incidents over HTTP: who reports what, and who is shown what of it.

use crate::support::House;
use crate::support::story::{Company, Staff, apply, colleague, example_of, text};
use serde_json::{Value, json};
use std::sync::Arc;

on_both_engines!(
    an_incident_is_reported_read_listed_and_looked_into,
    each_company_sees_its_own_part_alone,
    an_account_named_by_mistake_learns_nothing_any_more,
    each_account_goes_its_own_way_from_analysis_to_conclusion,
    incidents_that_look_alike_are_pointed_out_and_never_merged,
    corrections_show_both_values_and_texts_are_erased_for_good,
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
    assert_eq!(first.header("location"), Some(path.as_str()));
    assert!(first.header("etag").is_some_and(|tag| tag.starts_with("\"2-")), "{:?}", first.headers);
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

async fn each_account_goes_its_own_way_from_analysis_to_conclusion(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (carrier, importer, incident) = of_two(&house, &staff).await;
    let path = format!("/v1/incidents/{incident}");
    let to = |verb: &str| format!("{path}/{verb}");
    let of = |company: &Company| json!({"account_id": company.account});
    let triaged = json!({"risk": "high", "basis": "A route with earlier seizures."});
    staff.specialist.does(&to("triage"), &triaged).await;
    staff.specialist.does(&to("begin-review"), &json!({})).await;
    staff.specialist.does(&to("request-analysis"), &of(&carrier)).await;
    staff.specialist.does(&to("request-analysis"), &of(&importer)).await;
    let analysis = |company: &Company, words: &str| json!({"account_id": company.account, "root_cause": words, "failed_criteria": ["6.1"]});
    carrier.officer.does(&to("submit-analysis"), &analysis(&carrier, "Spare seals lay open.")).await;
    let accepted = staff.specialist.does(&to("accept-response"), &of(&carrier)).await;
    assert_eq!(accepted["status"], "analysis_requested", "the importer is behind");
    let owed = carrier.officer.read(&path).await;
    assert_eq!(
        (&owed["status"], &owed["parties"][0]["stage"]),
        (&json!("corrective_plan"), &json!("plan_requested"))
    );
    assert!(owed["parties"][0]["due_on"].is_string());
    assert_eq!(owed["allowed_commands"], json!(["add-statement", "plan-actions"]));
    assert_eq!(importer.officer.list("/v1/incidents?status=analysis_requested").await.len(), 1);
    assert_eq!(carrier.officer.list("/v1/incidents?status=analysis_requested").await.len(), 0);
    assert_eq!(
        carrier.officer.list("/v1/incidents?status=corrective_plan&due_on_or_before=2999-01-01").await.len(),
        1
    );

    let account = carrier.officer.read(&format!("/v1/accounts/{}", carrier.account)).await;
    let plan = |owner: &Value| {
        json!({"account_id": carrier.account, "actions": [
            {"description": "Keep spare seals in the safe.", "owner": owner, "due_on": "2026-04-30"},
            {"description": "Train the guards.", "owner": owner, "due_on": "2026-05-31"}]})
    };
    let theirs = importer.officer.read(&format!("/v1/accounts/{}", importer.account)).await;
    let refused = carrier.officer.post(&to("plan-actions"), &plan(&theirs["contacts"][0]["person_id"])).await;
    assert_eq!(refused.problem("validation-failed")["errors"][1]["pointer"], "/actions/1/owner");
    let plan = plan(&account["contacts"][0]["person_id"]);
    carrier.officer.does(&to("plan-actions"), &plan).await;
    staff
        .specialist
        .does(&to("return-response"), &json!({"account_id": carrier.account, "reason": "Say who checks."}))
        .await;
    carrier.officer.does(&to("plan-actions"), &plan).await;
    staff.specialist.does(&to("accept-response"), &of(&carrier)).await;
    let done = json!({"account_id": carrier.account, "number": 2});
    let done = carrier.officer.does(&to("complete-action"), &done).await;
    assert!(done["parties"][0]["corrective_plan"][1]["completed_at"].is_string());
    assert_eq!(text(&done, "/parties/0/corrective_plan/0/description/text"), "Keep spare seals in the safe.");
    let conclude = |company: &Company, conclusion: &str| json!({"account_id": company.account, "conclusion": conclusion, "basis": "As the file shows."});
    let early = staff.supervisor.post(&to("conclude-part"), &conclude(&carrier, "mended")).await;
    assert_eq!(early.problem("state-forbids")["code"], "actions_open");
    staff.supervisor.does(&to("conclude-part"), &conclude(&carrier, "not_mended")).await;
    let closing = json!({"outcome": "confirmed", "basis": "The importer had nothing to do with it."});
    let open = staff.supervisor.post(&to("close-incident"), &closing).await.problem("state-forbids");
    assert_eq!(open["code"], "parts_open");
    staff.supervisor.does(&to("conclude-part"), &conclude(&importer, "no_fault")).await;
    staff.supervisor.does(&to("close-incident"), &closing).await;
    // Neither learns of the other, neither from the state nor from the history nor from what is refused.
    for (company, other) in [(&carrier, &importer), (&importer, &carrier)] {
        let late = company.officer.post(&to("submit-analysis"), &analysis(company, "Too late.")).await;
        assert_eq!(late.problem("state-forbids")["current_state"], "closed");
        let told = [company.officer.read(&path).await, company.officer.read(&to("events")).await];
        for told in &told {
            assert!(!told.to_string().contains(&other.account), "{told}");
            assert!(!told.to_string().contains("nothing to do with it"), "{told}");
        }
        assert_eq!(
            (&told[0]["status"], &told[0]["closed"]["outcome"]),
            (&json!("closed"), &json!("confirmed"))
        );
        let parts =
            told[1]["items"].as_array().unwrap().iter().filter(|event| event["data"].get("stage").is_some());
        assert!(
            parts.clone().count() >= 2 && parts.clone().all(|event| event["data"].get("status").is_none())
        );
    }
    let again = staff
        .director
        .does(&to("reopen-incident"), &json!({"reason": "The laboratory found residues."}))
        .await;
    assert_eq!((&again["status"], again.get("closed")), (&json!("under_review"), None));
    house.is_sound();
}

async fn incidents_that_look_alike_are_pointed_out_and_never_merged(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (carrier, importer, first) = of_two(&house, &staff).await;
    let report = |from_at: &str, locality: &str, numbers: Value, kind: &str| {
        json!({"kind": kind, "discovered_by": "cbp", "occurred": {"from_at": from_at}, "discovered": {"from_at": from_at},
            "place": {"country": "MX", "locality": locality}, "numbers": numbers, "narrative": "Entered by another office."})
    };
    let container = json!([{"type": "container", "value": "CSQU3054383"}]);
    let seal = json!([{"type": "seal", "value": "hs 0048213"}]);
    let enter = |body: Value| {
        let specialist = staff.specialist.clone();
        async move { text(&specialist.does("/v1/incidents", &body).await, "/id").to_owned() }
    };
    let near = enter(report("2026-03-20T00:00:00Z", "Monterrey", container.clone(), "theft")).await;
    enter(report("2026-05-20T00:00:00Z", "Monterrey", container, "theft")).await;
    let sealed = enter(report("2026-06-20T00:00:00Z", "Saltillo", seal, "theft")).await;
    let placed =
        enter(report("2026-03-04T00:00:00Z", "NUEVO LAREDO - kilometre 18", json!([]), "theft")).await;
    let mut again = example_of("incident_report", &importer.account);
    again["numbers"] = json!([]);
    again["place"] = json!({"country": "US", "locality": "Laredo"});
    let shared = text(&importer.officer.does("/v1/incidents", &again).await, "/id").to_owned();

    let alike = |seen: &Value| -> Vec<(String, Value)> {
        let found = seen["probable_duplicates"].as_array().cloned().unwrap_or_default();
        found.iter().map(|one| (text(one, "/incident_id").to_owned(), one["signs"].clone())).collect()
    };
    let path = format!("/v1/incidents/{first}");
    let expected = vec![
        (near.clone(), json!(["container"])),
        (sealed.clone(), json!(["seal"])),
        (placed.clone(), json!(["place_and_time"])),
        (shared.clone(), json!(["account_and_time"])),
    ];
    assert_eq!(alike(&staff.auditor.read(&path).await), expected);
    assert_eq!(
        alike(&staff.auditor.read(&format!("/v1/incidents/{near}")).await),
        [(first.clone(), json!(["container"]))]
    );
    assert_eq!(
        staff.specialist.list("/v1/incidents?duplicates=probable").await.len(),
        5,
        "the one of May is too far away"
    );
    for company in [&carrier, &importer] {
        assert!(company.officer.read(&path).await.get("probable_duplicates").is_none());
        assert_eq!(company.officer.list("/v1/incidents?duplicates=probable").await, Vec::<Value>::new());
    }

    let compared = |other: &str, verdict: &str| json!({"incident_id": other, "verdict": verdict, "reason": "Both files were read."});
    staff.specialist.does(&format!("{path}/compare"), &compared(&near, "same")).await;
    staff.specialist.does(&format!("/v1/incidents/{sealed}/compare"), &compared(&first, "not_same")).await;
    let seen = staff.auditor.read(&path).await;
    assert_eq!(alike(&seen), expected[2..]);
    let verdicts: Vec<&str> =
        seen["comparisons"].as_array().unwrap().iter().map(|one| text(one, "/verdict")).collect();
    assert_eq!(verdicts, ["same", "not_same"]);
    let beside = staff.auditor.read(&format!("/v1/incidents/{near}")).await;
    assert_eq!(beside["comparisons"][0]["incident_id"], json!(first), "both say so");
    assert_eq!(beside["status"], "reported", "nothing is merged");
    for company in [&carrier, &importer] {
        let told = company.officer.read(&format!("{path}/events")).await.to_string();
        assert!(!told.contains(&near) && !told.contains("compared"), "{told}");
    }
    for (other, code) in
        [(first.as_str(), "same_incident"), ("inc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "unknown_incident")]
    {
        let refused = staff.specialist.post(&format!("{path}/compare"), &compared(other, "same")).await;
        assert_eq!(refused.problem("validation-failed")["errors"][0]["code"], code);
    }
    let undone = json!({"incident_id": near, "reason": "The papers are of two journeys."});
    staff.supervisor.does(&format!("{path}/undo-comparison"), &undone).await;
    assert_eq!(alike(&staff.auditor.read(&path).await).len(), 3, "it is pointed out again");
    house.is_sound();
}

async fn corrections_show_both_values_and_texts_are_erased_for_good(house: Arc<House>) {
    let _server = house.start().await;
    let staff = Staff::of(&house);
    let (carrier, importer, incident) = of_two(&house, &staff).await;
    let path = format!("/v1/incidents/{incident}");
    let to = |verb: &str| format!("{path}/{verb}");
    let mend = json!({"numbers": [{"type": "seal", "value": "HS-0048231"}], "place": {"country": "US", "locality": "Laredo"},
        "reason": "As the bill of lading has it."});
    let mended = carrier.officer.does(&to("correct-facts"), &mend).await;
    assert_eq!(
        mended["corrections"][0]["changes"],
        json!([{"field": "place", "earlier": "Nuevo Laredo, kilometre 18, MX", "value": "Laredo, US"},
            {"field": "numbers", "earlier": "container CSQU 305438-3, seal HS-0048213", "value": "seal HS-0048231"}])
    );
    assert_eq!(mended["numbers"].as_array().unwrap().len(), 1);
    let before = carrier.officer.read(&format!("{path}?at_version=2")).await;
    assert_eq!(before["numbers"].as_array().unwrap().len(), 2, "as it was reported");
    assert_eq!(staff.specialist.list("/v1/incidents?number=HS0048231").await.len(), 1);
    assert_eq!(staff.specialist.list("/v1/incidents?number=CSQU3054383").await.len(), 0);
    let wrong = json!({"numbers": [{"type": "entry", "value": "1"}], "reason": "A slip."});
    let wrong = carrier.officer.post(&to("correct-facts"), &wrong).await.problem("validation-failed");
    assert_eq!(wrong["errors"][0]["code"], "number_shape");
    // The importer did not report it, and is not shown what is between CBP and the carrier.
    let refused = importer.officer.post(&to("correct-facts"), &mend).await.problem("forbidden");
    assert_eq!(refused["code"], "reporter_only");
    assert!(importer.officer.read(&path).await.get("corrections").is_none());
    assert!(!importer.officer.read(&to("events")).await.to_string().contains("corrected"));
    staff.specialist.does(&to("triage"), &json!({"risk": "low", "basis": "Nothing is missing."})).await;
    let late = carrier.officer.post(&to("correct-facts"), &mend).await.problem("state-forbids");
    assert_eq!(late["code"], "taken_up");
    let found = json!({"discovered_by": "cbp", "reason": "As the seizure report has it."});
    let found = staff.specialist.does(&to("correct-facts"), &found).await;
    assert_eq!(found["disclosure"], "after_cbp");
    assert_eq!(staff.auditor.list("/v1/incidents").await[0]["disclosure"], "after_cbp");

    let erase = |number: u32| json!({"number": number, "reason": "It named a driver."});
    staff.specialist.post(&to("erase-text"), &erase(1)).await.problem("forbidden");
    let erased = staff.supervisor.does(&to("erase-text"), &erase(1)).await;
    assert_eq!(erased["narrative"], json!({"number": 1, "state": "erased"}));
    let before = staff.auditor.read(&format!("{path}?at_version=2")).await;
    assert_eq!(before["narrative"]["state"], "erased", "nor is it shown as of before");
    let unknown = staff.supervisor.post(&to("erase-text"), &erase(9)).await.problem("validation-failed");
    assert_eq!(unknown["errors"][0]["pointer"], "/number");
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
