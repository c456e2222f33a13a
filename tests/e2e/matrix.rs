//! The authorization matrix over HTTP: every operation of the router × nobody, a wrong token, every role, another company, the wrong
//! specialist and the wrong office. It is made from the operations themselves, so that none can be left out.

use crate::support::story::{Company, Staff, application, apply, colleague};
use crate::support::{Client, House, Places};
use api::Operation;
use kernel::Role;
use portal::access::{Permission, Reach};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

struct Stage {
    staff: Staff,
    company: Company,
    stranger: Company,
    places: Places,
    callers: BTreeMap<Role, Client>,
    other_specialist: Client,
    other_office: Client,
}

impl Stage {
    async fn set(house: &Arc<House>) -> Self {
        let staff = Staff::of(house);
        let (company, places) = Places::made(house, &staff).await;
        let mut callers = BTreeMap::new();
        callers.insert(Role::Officer, company.officer.clone());
        for role in [Role::Employee, Role::Consultant] {
            callers.insert(role, colleague(&company, role.as_str(), &format!("{role}-1")).await);
        }
        let machine = house.token("integrator", "machine-1", &["--account", &company.account]);
        callers.insert(Role::Integrator, Client::new(house, Some(machine)));
        callers.insert(Role::Specialist, staff.specialist.clone());
        callers.insert(Role::Supervisor, staff.supervisor.clone());
        callers.insert(Role::ProgrammeDirector, staff.director.clone());
        callers.insert(Role::Auditor, staff.auditor.clone());
        callers.insert(Role::Operator, house.sign_in("operator", "operator-1"));
        assert_eq!(callers.len(), Role::CALLERS.len());
        let away = house.token("supervisor", "supervisor-2", &["--office", "newark"]);
        Self {
            stranger: apply(house, "stranger").await,
            other_specialist: house.sign_in("specialist", "specialist-2"),
            other_office: Client::new(house, Some(away)),
            staff,
            company,
            places,
            callers,
        }
    }
}

fn name(operation: &Operation) -> String {
    format!("{} {} ({})", operation.method, operation.path, operation.id)
}

fn of_a_company(operation: &Operation) -> bool {
    [
        "{account_id}",
        "{membership_id}",
        "{profile_id}",
        "{enforcement_action_id}",
        "{appeal_id}",
        "{incident_id}",
        "{obligation_id}",
        "{calendar_id}",
    ]
    .iter()
    .any(|name| operation.path.contains(name))
}

fn of_a_membership(operation: &Operation) -> bool {
    ["{membership_id}", "{profile_id}", "{enforcement_action_id}", "{appeal_id}", "{obligation_id}"]
        .iter()
        .any(|name| operation.path.contains(name))
}

fn has(permission: Permission, role: Role, operation: &Operation) -> bool {
    permission.row().iter().any(|(named, _)| *named == role)
        || (operation.id == "account_register" && role.is_company_role())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_lets_in_whom_the_table_names_and_nobody_else() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let stage = Stage::set(&house).await;
    let operations = api::operations();
    let nobody = house.nobody();
    let forged = Client::new(&house, Some("a.b.c".to_owned()));
    let position = stage.staff.auditor.read("/v1/ledger-head").await["position"].clone();

    let mut checked: HashMap<&str, usize> = HashMap::new();
    for operation in &operations {
        let what = name(operation);
        let Some(permission) = operation.permission else {
            let answer = stage.places.call(operation, &nobody).await;
            assert_eq!(answer.status, 200, "{what} is for anybody: {}", answer.text());
            *checked.entry(operation.id).or_default() += 1;
            continue;
        };
        for stopped in [&nobody, &forged] {
            let answer = stage.places.call(operation, stopped).await;
            answer.problem("unauthenticated");
            assert!(answer.header("www-authenticate").is_some(), "{what}");
        }
        for (role, caller) in &stage.callers {
            if !has(permission, *role, operation) {
                let answer = stage.places.call(operation, caller).await;
                assert_eq!(answer.status, 403, "{what} as {role}: {}", answer.text());
                answer.problem("forbidden");
            }
        }
        others(&stage, operation, permission).await;
        *checked.entry(operation.id).or_default() += 1;
    }
    let after = stage.staff.auditor.read("/v1/ledger-head").await["position"].clone();
    assert_eq!(after, position, "somebody who may not has changed something");

    // Whoever is named gets through, whatever the state then says. Last, because commands change it.
    for operation in &operations {
        let Some(permission) = operation.permission else { continue };
        assert!(!permission.row().is_empty(), "{}", name(operation));
        for (role, _) in permission.row() {
            let answer = stage.places.call(operation, &stage.callers[role]).await;
            let told = format!("{} as {role}: {} {}", name(operation), answer.status, answer.text());
            assert!(!matches!(answer.status, 401 | 404) && answer.status < 500, "{told}");
            // Four eyes and other rules about persons are the domain's own, and say so with a code.
            assert!(answer.status != 403 || answer.json()["code"].is_string(), "{told}");
        }
    }

    // None is left out, neither of the router's nor of the document's.
    assert_eq!(checked.len(), operations.len());
    assert!(checked.values().all(|times| *times == 1));
    let document = nobody.read("/openapi.json").await;
    let documented: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(documented, operations.len());
}

/// Another company, the wrong specialist and the wrong office.
async fn others(stage: &Stage, operation: &Operation, permission: Permission) {
    let what = name(operation);
    let alike = |mut problem: Value| {
        problem["instance"] = json!("");
        problem["request_id"] = json!("");
        problem
    };
    if of_a_company(operation) {
        let theirs = stage.places.call(operation, &stage.stranger.officer).await.problem("not-found");
        let missing = Places::nowhere().call(operation, &stage.stranger.officer).await.problem("not-found");
        assert_eq!(alike(theirs), alike(missing), "{what}: another's is told apart from what is not there");
    } else if operation.method == "GET" {
        let answer = stage.places.call(operation, &stage.stranger.officer).await;
        let missing = Places::nowhere().call(operation, &stage.stranger.officer).await;
        assert_eq!(answer.status, missing.status, "{what}: what is there is told apart from what is not");
        let asked = stage.places.path(operation);
        for secret in [
            &stage.company.account,
            &stage.company.membership,
            &stage.company.profile,
            &stage.places.invitation,
            &stage.places.incident,
            &stage.places.obligation,
            &stage.places.calendar,
        ] {
            // A problem repeats the path that was asked for, and nothing else.
            let repeats = answer.status >= 400 && asked.contains(secret.as_str());
            assert!(
                repeats || !answer.text().contains(secret.as_str()),
                "{what} tells another company of {secret}"
            );
        }
    }
    if operation.id == "membership_apply" {
        // The example is filled with the account of the first company.
        stage.places.call(operation, &stage.stranger.officer).await.problem("not-found");
    }
    for (caller, role, reach) in [
        (&stage.other_specialist, Role::Specialist, Reach::Assigned),
        (&stage.other_office, Role::Supervisor, Reach::Office),
    ] {
        if of_a_membership(operation) && permission.row().contains(&(role, reach)) {
            let answer = stage.places.call(operation, caller).await;
            assert_eq!(answer.status, 404, "{what} as another {role}: {}", answer.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_hold_nothing_of_another_company_whatever_is_asked_for() {
    let house = House::on_sqlite();
    let _server = house.start().await;
    let (mine, theirs) = (apply(&house, "ana").await, apply(&house, "ben").await);
    for path in ["/v1/accounts", "/v1/memberships", "/v1/profiles", "/v1/obligations"] {
        assert_eq!(theirs.officer.list(path).await.len(), 1, "{path}");
    }
    for path in ["/v1/memberships", "/v1/profiles", "/v1/obligations"] {
        let asked = format!("{path}?account_id={}", mine.account);
        assert_eq!(theirs.officer.list(&asked).await, Vec::<Value>::new(), "{asked}");
        assert_eq!(mine.officer.list(&asked).await.len(), 1, "{asked}");
    }
    let newcomer = house.sign_in("officer", "nobody-yet");
    for path in ["/v1/accounts", "/v1/memberships", "/v1/profiles"] {
        let answer = newcomer.get(path).await;
        assert_eq!((answer.status, &answer.json()["items"]), (200, &json!([])), "{path}");
    }
    theirs.officer.post("/v1/memberships", &application(&mine.account)).await.problem("not-found");
    // A machine reaches the accounts of its token alone.
    let machine = house.token("integrator", "machine-1", &["--account", &mine.account]);
    let machine = Client::new(&house, Some(machine));
    assert_eq!(machine.list("/v1/memberships").await.len(), 1);
    assert_eq!(machine.get(&format!("/v1/memberships/{}", mine.membership)).await.status, 200);
    machine.get(&format!("/v1/memberships/{}", theirs.membership)).await.problem("not-found");
}
