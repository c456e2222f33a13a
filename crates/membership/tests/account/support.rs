//! Actors, dates and stories that the tests share.

use kernel::{
    AccountId, Actor, ActorKind, AddressId, Context, CountryCode, PersonId, Policy, Refusal, RefusalKind,
    Role, Text, Timestamp,
};
use membership::account::command::*;
use membership::account::event::{AccountRegistered, AccountSignInBound};
use membership::account::values::*;
use membership::account::{Account, AccountCommand, AccountEvent, decide, evolve};
use membership::membership::Sha256;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;

pub const REGISTERED: &str = "2026-03-02";
pub const LATER: &str = "2026-03-09";

/// Every command that a registered account allows.
pub const ALLOWED: [&str; 13] = [
    "add-address",
    "change-address",
    "remove-address",
    "add-contact",
    "change-contact",
    "remove-contact",
    "grant-role",
    "revoke-role",
    "accept-agreement",
    "erase-person",
    "place-hold",
    "lift-hold",
    "erase-applicant",
];

const BASE: u128 = 0x0193_a5c0_de7a_7c3e_b8f6_0000_0000_0000;

fn id<T: FromStr<Err: Debug>>(prefix: &str, number: u128) -> T {
    format!("{prefix}_{:032x}", BASE + number).parse().unwrap()
}

pub fn person(number: u128) -> PersonId {
    id("per", number)
}

pub fn account_id() -> AccountId {
    id("acc", 0x100)
}

pub fn address_id(number: u128) -> AddressId {
    id("adr", 0x200 + number)
}

fn actor(number: u128, kind: ActorKind, role: Role) -> Actor {
    Actor { id: person(number), kind, role }
}

/// The officer who registers.
pub fn officer() -> Actor {
    actor(1, ActorKind::CompanyUser, Role::Officer)
}

/// The officer who comes later.
pub fn second_officer() -> Actor {
    actor(2, ActorKind::CompanyUser, Role::Officer)
}

pub fn employee() -> Actor {
    actor(3, ActorKind::CompanyUser, Role::Employee)
}

pub fn consultant() -> Actor {
    actor(4, ActorKind::CompanyUser, Role::Consultant)
}

pub fn specialist() -> Actor {
    actor(10, ActorKind::Staff, Role::Specialist)
}

pub fn supervisor() -> Actor {
    actor(11, ActorKind::Staff, Role::Supervisor)
}

pub fn director() -> Actor {
    actor(12, ActorKind::Staff, Role::ProgrammeDirector)
}

pub fn auditor() -> Actor {
    actor(13, ActorKind::Staff, Role::Auditor)
}

pub fn integrator() -> Actor {
    actor(14, ActorKind::Machine, Role::Integrator)
}

/// Everybody who is no officer of the company.
pub fn no_officers() -> Vec<Actor> {
    vec![
        employee(),
        consultant(),
        specialist(),
        supervisor(),
        director(),
        auditor(),
        integrator(),
        Actor::system(),
    ]
}

pub fn instant(on: &str) -> Timestamp {
    format!("{on}T17:00:00Z").parse().unwrap()
}

/// Noon in New York on a day.
pub fn at(actor: Actor, on: &str) -> Context {
    Context { now: instant(on), actor, policy: Arc::new(Policy::default()) }
}

pub fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::parse(words).unwrap()
}

pub fn company() -> Company {
    Company {
        name: text("Acme Industrial de Tijuana"),
        doing_business_as: None,
        telephone: Some(text("+52 664 555 0134")),
        fax: None,
        website: Some(text("https://acme.example")),
        business_started_on: Some("1998-04-01".parse().unwrap()),
        years_in_business: Some(YearsInBusiness::MoreThan20),
        employees: Some(Employees::From51To250),
        ownership_type: Some(OwnershipType::Corporation),
        brief_history: Some(text("Founded as a maker of wiring harnesses.")),
    }
}

pub fn headquarters() -> Address {
    Address {
        address_type: AddressType::Headquarters,
        country: CountryCode::MX,
        street_1: text("11455 Calle Industrial"),
        street_2: None,
        city: text("Tijuana"),
        state: Some(text("Baja California")),
        postal_code: text("22444"),
        also_mailing_address: true,
        staffed_office: true,
    }
}

pub fn warehouse() -> Address {
    Address {
        address_type: AddressType::CargoFacility,
        country: CountryCode::US,
        street_1: text("820 Gateway Park Blvd"),
        street_2: Some(text("Dock 4")),
        city: text("San Diego"),
        state: Some(text("CA")),
        postal_code: text("92154"),
        also_mailing_address: false,
        staffed_office: false,
    }
}

pub fn kept(number: u128, address: Address) -> KeptAddress {
    KeptAddress { address_id: address_id(number), address }
}

pub fn contact(who: &Actor, company_officer: bool, point_of_contact: PointOfContact) -> Contact {
    Contact { person_id: who.id, person_version: 1, company_officer, point_of_contact }
}

pub fn registration() -> RegisterAccount {
    RegisterAccount {
        account_id: account_id(),
        company: company(),
        address_id: address_id(1),
        primary_address: headquarters(),
        person_version: 1,
        company_officer: true,
        sign_in: digest(1),
    }
}

/// The salted digest of somebody's sign-in.
pub fn digest(number: u128) -> Sha256 {
    Sha256::parse(format!("{number:064x}")).unwrap()
}

pub fn bound(who: &Actor, number: u128, by: &Actor, on: &str) -> AccountSignInBound {
    AccountSignInBound {
        person_id: who.id,
        sign_in_sha256: digest(number),
        bound_by: by.id,
        bound_at: instant(on),
    }
}

pub fn registered_event() -> AccountRegistered {
    AccountRegistered {
        account_id: account_id(),
        company: company(),
        primary_address: kept(1, headquarters()),
        contact: contact(&officer(), true, PointOfContact::Primary),
        registered_on: REGISTERED.parse().unwrap(),
        registered_at: instant(REGISTERED),
    }
}

pub fn add(who: &Actor, company_officer: bool, point_of_contact: PointOfContact) -> AddContact {
    AddContact {
        person_id: who.id,
        person_version: 1,
        company_officer,
        point_of_contact,
        email_in_use: false,
        sign_in: None,
    }
}

pub fn change(who: &Actor, company_officer: bool, point_of_contact: PointOfContact) -> ChangeContact {
    ChangeContact { person_id: who.id, person_version: 1, company_officer, point_of_contact }
}

pub fn grant(who: &Actor, role: Role) -> GrantRole {
    GrantRole { person_id: who.id, role, sign_in: None }
}

pub fn revoke(who: &Actor, role: Role) -> RevokeRole {
    RevokeRole { person_id: who.id, role, reason: None }
}

pub fn accept(version: &str) -> AcceptAgreement {
    AcceptAgreement { agreement_version: version.to_owned(), origin: None }
}

/// The user accepts the roles.
pub fn accept_roles() -> AcceptRoles {
    AcceptRoles {}
}

pub fn erase(who: &Actor) -> ErasePerson {
    ErasePerson { person_id: who.id, reason: text("Asked for by the person.") }
}

/// What has happened, and what it makes of the account.
#[derive(Debug, Clone, Default)]
pub struct Story {
    pub events: Vec<AccountEvent>,
    pub state: Account,
}

impl Story {
    /// Asks, and carries on with what follows.
    pub fn and(mut self, actor: Actor, command: impl Into<AccountCommand>) -> Self {
        let command = command.into();
        let events = decide(&self.state, command.clone(), &at(actor, LATER))
            .unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal:?}"));
        for event in events {
            evolve(&mut self.state, &event);
            self.events.push(event);
        }
        self
    }

    pub fn ask(
        &self,
        actor: Actor,
        command: impl Into<AccountCommand>,
    ) -> Result<Vec<AccountEvent>, Refusal> {
        decide(&self.state, command.into(), &at(actor, LATER))
    }

    pub fn then(&self, actor: Actor, command: impl Into<AccountCommand>, expected: Vec<AccountEvent>) {
        assert_eq!(self.ask(actor, command), Ok(expected));
    }

    /// Expects a refusal because of the state; it has to name the state and what is possible now.
    pub fn state_forbids(&self, actor: Actor, command: impl Into<AccountCommand>, code: &str) {
        let command = command.into();
        // What cannot be erased is not to be asked for again.
        let left_out = match &command {
            AccountCommand::ErasePerson(_) => "erase-person",
            AccountCommand::EraseApplicant(_) => "erase-applicant",
            _ => "",
        };
        let refusal = self.ask(actor, command).expect_err("a refusal");
        assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::StateForbids, code), "{refusal:?}");
        assert!(refusal.sentence.ends_with('.'), "{refusal:?}");
        let (state, allowed): (_, &[&str]) = match self.state.account_id {
            Some(_) => ("registered", &ALLOWED),
            None => ("not_registered", &[]),
        };
        assert_eq!(refusal.current_state.as_deref(), Some(state));
        let allowed: Vec<_> = allowed.iter().filter(|command| **command != left_out).collect();
        assert_eq!(refusal.allowed_commands.iter().collect::<Vec<_>>(), allowed);
        // What is unknown is named by the member of the body that names it.
        let pointer = match code {
            "contact_unknown" | "person_unknown" => Some("/person_id"),
            "address_unknown" => Some("/address_id"),
            "hold_unknown" => Some("/hold_id"),
            _ => None,
        };
        let found: Vec<_> = refusal.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(found, pointer.into_iter().collect::<Vec<_>>(), "{refusal:?}");
    }

    /// Expects a refusal because of one member of the input.
    pub fn invalid(&self, actor: Actor, command: impl Into<AccountCommand>, pointer: &str, code: &str) {
        let refusal = self.ask(actor, command).expect_err("a refusal");
        assert_eq!((refusal.kind, refusal.code.as_str()), (RefusalKind::Invalid, code), "{refusal:?}");
        let found: Vec<_> =
            refusal.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
        assert_eq!(found, [(pointer, code)]);
    }

    /// Expects a refusal of everybody in a list because of who they are.
    pub fn forbidden(&self, actors: &[Actor], command: impl Into<AccountCommand> + Clone, code: &str) {
        for actor in actors {
            let refusal = self.ask(actor.clone(), command.clone()).expect_err("a refusal");
            assert_eq!(
                (refusal.kind, refusal.code.as_str()),
                (RefusalKind::ActorForbidden, code),
                "{actor:?}"
            );
        }
    }
}

pub fn nothing() -> Story {
    Story::default()
}

/// Registered: one address, one contact, one officer.
pub fn registered() -> Story {
    let mut story = nothing();
    for event in [registered_event().into(), bound(&officer(), 1, &officer(), REGISTERED).into()] {
        evolve(&mut story.state, &event);
        story.events.push(event);
    }
    story
}

/// With a second address, which is not the primary one.
pub fn two_addresses() -> Story {
    registered()
        .and(officer(), AddAddress { address_id: address_id(2), address: warehouse(), primary: false })
}

/// With a second contact, who is an officer and alternate point of contact, but no user yet.
pub fn two_contacts() -> Story {
    registered().and(officer(), add(&second_officer(), true, PointOfContact::Alternate))
}

/// With users in every role.
pub fn staffed() -> Story {
    two_contacts()
        .and(officer(), add(&employee(), false, PointOfContact::None))
        .and(officer(), add(&consultant(), false, PointOfContact::None))
        .and(officer(), GrantRole { sign_in: Some(digest(2)), ..grant(&second_officer(), Role::Officer) })
        .and(second_officer(), accept_roles())
        .and(officer(), grant(&employee(), Role::Employee))
        .and(officer(), grant(&consultant(), Role::Consultant))
}
