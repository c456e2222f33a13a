//! The authorization matrix: every operation of the router × nobody, every role, another tenant. It is made from the operations
//! themselves, so that none can be left out, and read off the one table.

use crate::support::{Answer, Options, Server};
use api::Operation;
use kernel::Role;
use portal::access::Reach;
use serde_json::{Value, json};

struct Stage {
    server: Server,
    officer: String,
    employee: String,
    consultant: String,
    stranger: String,
    integrator: String,
    account: String,
    membership: String,
    profile: String,
    invitation: String,
    incident: String,
    obligation: String,
    calendar: String,
    person: String,
}

fn id(answer: &Answer, pointer: &str) -> String {
    assert!(
        (200..300).contains(&answer.status),
        "{} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    answer.json().pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn registration(family_name: &str) -> Value {
    json!({
        "company": {"name": format!("{family_name} Trading")},
        "primary_address": {"type": "headquarters", "country": "US", "street_1": "1 Main Street", "city": "Laredo",
            "postal_code": "78040", "staffed_office": true},
        "contact": {"given_name": "Ada", "family_name": family_name, "email": format!("{family_name}@example.com"),
            "company_officer": true},
    })
}

impl Stage {
    fn set() -> Self {
        let server = Server::start(Options::default());
        let officer = server.token("matrix-officer", &[]);
        let stranger = server.token("matrix-stranger", &[]);
        let supervisor = server.token("matrix-supervisor", &[Role::Supervisor]);
        let registered = server.post_as(&officer, "/v1/accounts", &[], &registration("Lovelace"));
        let account = id(&registered, "/id");
        let person = id(&registered, "/contacts/0/person_id");
        id(&server.post_as(&stranger, "/v1/accounts", &[], &registration("Hopper")), "/id");
        let path = |verb: &str| format!("/v1/accounts/{account}/{verb}");
        id(
            &server.post_as(
                &officer,
                &path("accept-agreement"),
                &[],
                &json!({"agreement_version": "2024-1"}),
            ),
            "/id",
        );
        for role in ["employee", "consultant"] {
            let contact = json!({"given_name": "Bo", "family_name": role, "email": format!("{role}@example.com"),
                "company_officer": false});
            let body =
                json!({"contact": contact, "point_of_contact": "none", "subject": format!("matrix-{role}")});
            let added = server.post_as(&officer, &path("add-contact"), &[], &body).json();
            let contacts = added["contacts"].as_array().unwrap().clone();
            let added = contacts.iter().find(|contact| contact["family_name"] == role).unwrap();
            let body = json!({"person_id": added["person_id"], "role": role});
            id(&server.post_as(&officer, &path("grant-role"), &[], &body), "/id");
            let colleague = server.token(&format!("matrix-{role}"), &[]);
            let body = json!({"person_id": added["person_id"]});
            id(&server.post_as(&colleague, "/v1/me/accept-roles", &[], &body), "/person_id");
        }
        let body = json!({"account_id": account, "entity_type": "importer", "country_of_establishment": "US",
            "identifiers": [{"type": "importer_of_record", "value": "12-345678900"}]});
        let applied = server.post_as(&officer, "/v1/memberships", &[], &body);
        let membership = id(&applied, "/id");
        let profile = id(&applied, "/profile_id");
        let body = json!({"entity_type": "foreign_manufacturer"});
        let invitation = id(&server.post_as(&supervisor, "/v1/invitations", &[], &body), "/id");
        let report = api::operations().into_iter().find(|one| one.id == "incident_report").unwrap();
        let mut body = report.body.unwrap().2;
        body["account_id"] = json!(account);
        let incident = id(&server.post_as(&officer, "/v1/incidents", &[], &body), "/id");
        let obligation = id(&server.get_as(&supervisor, "/v1/obligations"), "/items/0/id");
        let opened = server.post_as(&officer, "/v1/calendars", &[], &json!({"account_id": account}));
        let calendar = id(&opened, "/id");
        let integrator = server.token_with_accounts("matrix-integrator", &[Role::Integrator], &[&account]);
        Self {
            employee: server.token("matrix-employee", &[]),
            consultant: server.token("matrix-consultant", &[]),
            server,
            officer,
            stranger,
            integrator,
            account,
            membership,
            profile,
            invitation,
            incident,
            obligation,
            calendar,
            person,
        }
    }

    fn token(&self, role: Role) -> String {
        match role {
            Role::Officer => self.officer.clone(),
            Role::Employee => self.employee.clone(),
            Role::Consultant => self.consultant.clone(),
            Role::Integrator => self.integrator.clone(),
            staff => self.server.token(&format!("matrix-{staff}"), &[staff]),
        }
    }

    fn path(&self, operation: &Operation) -> String {
        let path = operation
            .path
            .replace("{account_id}", &self.account)
            .replace("{membership_id}", &self.membership)
            .replace("{profile_id}", &self.profile)
            .replace("{invitation_id}", &self.invitation)
            .replace("{incident_id}", &self.incident)
            .replace("{enforcement_action_id}", "enf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
            .replace("{appeal_id}", "apl_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6")
            .replace("{obligation_id}", &self.obligation)
            .replace("{calendar_id}", &self.calendar)
            .replace("{feed}", "mD0h1yXq2n7cVb5kT8wZr4sLfJ9gPaEuQ3oIxN6vKtY.ics")
            .replace("{person_id}", &self.person)
            .replace("{criterion_id}", "1.1")
            .replace("{edition}", "2020")
            .replace("{version}", "2024-1")
            .replace("{number}", "1")
            .replace("{slug}", "not-found");
        if operation.id == "criteria_list" { format!("{path}?entity_type=importer") } else { path }
    }

    fn call(&self, operation: &Operation, token: Option<&str>) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers: Vec<(&str, &str)> = Vec::new();
        headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
        let mut body = Vec::new();
        if let Some((media_type, _, example)) = &operation.body {
            headers.push(("Content-Type", media_type));
            let mut example = example.clone();
            if let Some(account) = example.get_mut("account_id") {
                *account = json!(self.account);
            }
            body = serde_json::to_vec(&example).unwrap();
        }
        headers.push(("If-Match", "\"1\""));
        self.server.send(operation.method.as_str(), &self.path(operation), &headers, &body)
    }
}

fn owned_by_a_company(operation: &Operation) -> bool {
    ["{account_id}", "{membership_id}", "{profile_id}", "{incident_id}", "{obligation_id}", "{calendar_id}"]
        .iter()
        .any(|name| operation.path.contains(name))
}

#[test]
fn every_operation_answers_each_caller_as_the_table_says() {
    let stage = Stage::set();
    let operations = api::operations();
    let mut checked = 0;
    for operation in &operations {
        let what = format!("{} {}", operation.method, operation.path);
        let nobody = stage.call(operation, None);
        let Some(permission) = operation.permission else {
            assert_ne!(nobody.status, 401, "{what}");
            checked += 1;
            continue;
        };
        nobody.problem("unauthenticated");
        for role in Role::CALLERS {
            let has = permission.row().iter().any(|(named, _)| *named == role);
            if has || operation.id == "account_register" && role.is_company_role() {
                continue;
            }
            let answer = stage.call(operation, Some(&stage.token(role)));
            // A caller who may see it is told that it may not; one who may not even see it is told nothing.
            let told = answer.status == 403
                || (answer.status == 404 && (role.is_company_role() || role == Role::Integrator));
            assert!(told, "{what} as {role}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        if owned_by_a_company(operation) {
            let answer = stage.call(operation, Some(&stage.stranger));
            assert_eq!(
                answer.status,
                404,
                "{what} as another tenant: {}",
                String::from_utf8_lossy(&answer.body)
            );
        } else if operation.method == "GET" {
            let answer = stage.call(operation, Some(&stage.stranger));
            // A problem repeats the path that was asked for, and nothing else.
            let known = |secret: &String| stage.path(operation).contains(secret.as_str());
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            for secret in
                [&stage.account, &stage.membership, &stage.profile, &stage.invitation, &stage.incident]
            {
                let repeated = !(200..300).contains(&answer.status) && known(secret);
                assert!(
                    repeated || !body.contains(secret.as_str()),
                    "{what} tells another tenant of {secret}"
                );
            }
        }
        checked += 1;
    }
    // Whoever has the permission gets through, whatever the state then says. Last, because commands change it.
    for operation in &operations {
        let Some(permission) = operation.permission else { continue };
        for (role, reach) in permission.row() {
            let what = format!("{} {} as {role}", operation.method, operation.path);
            let answer = stage.call(operation, Some(&stage.token(*role)));
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            assert_ne!(answer.status, 401, "{what}: {body}");
            // Four eyes and other rules about persons are the domain's own, and say so with a code.
            let by_rule = body.contains("\"code\":");
            assert!(answer.status != 403 || by_rule, "{what}: {body}");
            // Nothing is suspended here; the end-to-end matrix has an entry of the register.
            let nowhere =
                operation.path.contains("{enforcement_action_id}") || operation.path.contains("{appeal_id}");
            assert!(answer.status != 404 || operation.id == "snapshot_get" || nowhere, "{what}: {body}");
            assert!(matches!(reach, Reach::Own | Reach::Assigned | Reach::Office | Reach::All));
        }
    }
    assert_eq!(checked, operations.len());
}
