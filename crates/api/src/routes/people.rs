//! Who the caller is, and who a person is that an event names.

use super::code;
use crate::http::Req;
use crate::http::answer::cache_control;
use crate::http::command::mark_replayed;
use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header;
use kernel::{AccountId, PersonId, Role};
use membership::account::Account;
use portal::access::{Caller, Granted, permission};
use portal::{Call, Committed, PortalError, WhoIs};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::future::Future;
use utoipa::ToSchema;

/// Who the caller is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeView {
    /// The caller outside all accounts: the id by which events name staff and machines, and by which work is assigned to a specialist.
    pub person_id: PersonId,
    /// The subject (`sub`) of the token.
    #[schema(max_length = 255)]
    pub subject: String,
    /// The name that the token gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The roles that the token gives: staff, auditors and machines have them, people of companies have none.
    #[schema(inline, value_type = Vec<code::RoleOut>, max_items = 20)]
    pub roles: Vec<Role>,
    /// The office that the token names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// The accounts for which the caller may act: roles were granted and accepted. At most 200.
    #[schema(max_items = 200)]
    pub accounts: Vec<MyAccount>,
    /// Of somebody whose token has roles of CBP: the accounts of companies in which the same subject has accepted a role. With this token
    /// the caller does nothing for them, and nothing for CBP on what belongs to them (`conflict_of_interest`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub serves_companies: Vec<MyAccount>,
    /// The accounts that grant roles which the caller has not accepted: they count for nothing until then. Accept them, or leave. The first 50.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub named_by: Vec<MyNaming>,
    /// Whether more accounts name the caller than are shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub named_by_more: bool,
}

/// An account that grants roles which the caller has not accepted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyNaming {
    /// The account.
    pub account_id: AccountId,
    /// The company's name, as it gives it.
    #[schema(max_length = 200)]
    pub company: String,
    /// As which of its contacts: what accepting and leaving name.
    pub person_id: PersonId,
    /// In which roles.
    #[schema(inline, value_type = Vec<code::CompanyRoleOut>, max_items = 3)]
    pub roles: Vec<Role>,
}

/// Accept roles, or leave an account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnRolesRequest {
    /// As which contact, and so of which account: as `/v1/me` names it.
    pub person_id: PersonId,
}

/// An account for which the caller may act.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MyAccount {
    /// The account.
    pub account_id: AccountId,
    /// As whom the caller acts there: one of its contacts. The same human being is another person in each account.
    pub person_id: PersonId,
    /// In which roles.
    #[schema(inline, value_type = Vec<code::RoleOut>, max_items = 20)]
    pub roles: Vec<Role>,
}

fn by_account(granted: &[Granted]) -> Vec<MyAccount> {
    let mut accounts: BTreeMap<AccountId, MyAccount> = BTreeMap::new();
    for granted in granted {
        let account = accounts.entry(granted.account_id).or_insert_with(|| MyAccount {
            account_id: granted.account_id,
            person_id: granted.person_id,
            roles: Vec::new(),
        });
        account.roles.push(granted.role);
    }
    accounts.into_values().collect()
}

impl MeView {
    /// The caller with what accounts grant now.
    async fn of<P>(req: &Req<P>, caller: &Caller) -> Result<Self, Problem> {
        let (namings, named_by_more) = req.state.portal.namings(caller).await?;
        Ok(Self {
            person_id: caller.person_id,
            subject: caller.subject.clone(),
            name: caller.display_name.clone(),
            roles: caller.roles.clone(),
            office: caller.office.clone(),
            accounts: by_account(&caller.grants),
            serves_companies: by_account(&caller.interests),
            named_by: namings
                .into_iter()
                .map(|naming| MyNaming {
                    account_id: naming.account_id,
                    company: naming.company,
                    person_id: naming.person_id,
                    roles: naming.roles,
                })
                .collect(),
            named_by_more,
        })
    }
}

/// Who a person is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// The person.
    pub id: PersonId,
    /// What kind of person: a contact of an account, staff (auditors too), a machine, or the portal itself.
    #[schema(inline, value_type = code::PersonKindOut)]
    pub kind: &'static str,
    /// The name to show: of a contact as the account gives it, of staff as their token gave it, else the subject.
    pub name: String,
    /// A contact's given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// A contact's family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// A contact's e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A contact's telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// A contact's job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// The subject as which staff or a machine signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The roles of staff or of a machine when they last changed something or asked who they are. In which role something was done stands in each event.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(inline, value_type = Vec<code::RoleOut>, max_items = 20)]
    pub roles: Vec<Role>,
    /// The office of staff when they last changed something or asked who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
}

impl PersonView {
    fn of(id: PersonId, who: WhoIs) -> Self {
        let nobody = Self {
            id,
            kind: "portal",
            name: "The portal itself".to_owned(),
            given_name: None,
            family_name: None,
            email: None,
            telephone: None,
            job_title: None,
            subject: None,
            roles: Vec::new(),
            office: None,
        };
        match who {
            WhoIs::Portal => nobody,
            WhoIs::Contact(contact) => Self {
                kind: "contact",
                name: format!("{} {}", contact.given_name, contact.family_name),
                given_name: Some(contact.given_name),
                family_name: Some(contact.family_name),
                email: contact.email,
                telephone: contact.telephone,
                job_title: contact.job_title,
                ..nobody
            },
            WhoIs::Staff(member) => {
                let roles = member.roles();
                let machine = roles.iter().all(|role| matches!(role, Role::Integrator | Role::Operator));
                Self {
                    kind: if machine { "machine" } else { "staff" },
                    name: member.name.unwrap_or_else(|| member.subject.clone()),
                    subject: Some(member.subject),
                    roles,
                    office: member.office,
                    ..nobody
                }
            }
        }
    }
}

fn personal(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, cache_control(true))).json(body)
}

async fn me(req: Req<permission::ReferenceRead>) -> Result<HttpResponse, Problem> {
    req.query().finish()?;
    req.state.portal.get_to_know(&req.call()?).await?;
    Ok(personal(&MeView::of(&req, &req.caller).await?))
}

/// Does something about one's own roles, and answers with who one is then.
async fn on_own_roles<F, Fut>(req: &Req<permission::OwnRoles>, work: F) -> Result<HttpResponse, Problem>
where
    F: Fn(Call, PersonId) -> Fut,
    Fut: Future<Output = Result<Committed<Account>, PortalError>>,
{
    let OwnRolesRequest { person_id } = req.body()?;
    let call = req.call()?;
    let done = || async { work(call.clone(), person_id).await.map(|_| ()) };
    let ((), replayed) = req.once(&call, done, |_, _| async { Ok(()) }).await?;
    let now = req.state.portal.as_of_now(&req.caller).await?;
    let mut response = personal(&MeView::of(req, &now).await?);
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

async fn accept_roles(req: Req<permission::OwnRoles>) -> Result<HttpResponse, Problem> {
    on_own_roles(&req, |call, person_id| {
        let portal = &req.state.portal;
        async move { portal.accept_roles(&call, person_id).await }
    })
    .await
}

async fn leave_account(req: Req<permission::OwnRoles>) -> Result<HttpResponse, Problem> {
    on_own_roles(&req, |call, person_id| {
        let portal = &req.state.portal;
        async move { portal.leave_account(&call, person_id).await }
    })
    .await
}

async fn get(req: Req<permission::PersonRead>) -> Result<HttpResponse, Problem> {
    let id: PersonId = req.id("person_id")?;
    req.query().finish()?;
    let who = req.state.portal.person(&req.call()?, id).await?;
    req.tagged(&PersonView::of(id, who), true)
}

const PERSON: &str = "per_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6";

fn me_example() -> Value {
    json!({
        "person_id": "per_5d1a7e0c2b9f5c4e8a6d3f2b1c0e9d8a", "subject": "maria@harbor.example", "roles": [],
        "accounts": [{"account_id": "acc_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6", "person_id": PERSON, "roles": ["officer"]}],
        "named_by": [{"account_id": "acc_0193b2d1aa007c3eb8f6a1b2c3d4e5f6", "company": "Gulf Carriers, Ltd.",
            "person_id": "per_0193b2d1aa007c3eb8f6a1b2c3d4e5f6", "roles": ["consultant"]}],
    })
}

/// The operations on persons.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/me", "me_get", me)
            .about(
                "people",
                "Read who you are",
                "The roles that your token gives, and the accounts for which you may act, as whom and in which roles. Staff, auditors and machines are known by name from then on, and a specialist can be assigned.",
            )
            .answers::<MeView>(200, me_example()),
        Operation::post("/v1/me/accept-roles", "me_accept_roles", accept_roles)
            .about(
                "people",
                "Accept your roles in an account",
                "Nobody acts for a company because somebody else says so: a role that an account grants counts once you have accepted it, with a token without roles of CBP. From then on you are of the company, also where CBP asks for conflicts of interest. A role that is granted on top needs no second acceptance. One sign-in acts for at most 200 accounts.",
            )
            .takes::<OwnRolesRequest>(json!({"person_id": PERSON}))
            .answers::<MeView>(200, me_example()),
        Operation::post("/v1/me/leave-account", "me_leave_account", leave_account)
            .about(
                "people",
                "Leave an account, or decline its roles",
                "Your roles there are gone, and that you sign in there is forgotten; the account keeps its contact and its history. What was never accepted can always be declined, with a token of CBP too. The last officer who acts for a company stays until another has accepted the role. Whoever acted and left comes back as a new contact.",
            )
            .takes::<OwnRolesRequest>(json!({"person_id": PERSON}))
            .answers::<MeView>(200, json!({"person_id": "per_5d1a7e0c2b9f5c4e8a6d3f2b1c0e9d8a", "subject": "maria@harbor.example", "roles": [], "accounts": []})),
        Operation::get("/v1/people/{person_id}", "person_get", get)
            .about(
                "people",
                "Read who a person is",
                "Whom an event names: a contact with the newest details that the account gives, staff or a machine as they last changed something or asked who they are, or the portal itself. Somebody who serves several companies is another person in each. Not found where the details were erased.",
            )
            .answers::<PersonView>(200, json!({
                "id": PERSON, "kind": "contact", "name": "Maria Ortega", "given_name": "Maria", "family_name": "Ortega",
                "email": "maria@harbor.example",
            }))
            .tagged(),
    ]
}
