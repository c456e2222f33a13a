//! What an account is, folded from its events.

use super::event::AccountEvent;
use super::hold::Hold;
use super::values::{Acceptance, Company, Contact, Grant, KeptAddress, PointOfContact};
use chrono::NaiveDate;
use kernel::{AccountId, AddressId, CountryCode, PersonId, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its id; `None` only before it is registered.
    pub account_id: Option<AccountId>,
    /// The company.
    pub company: Option<Company>,
    /// Its addresses.
    pub addresses: Vec<KeptAddress>,
    /// The primary one.
    pub primary_address_id: Option<AddressId>,
    /// Its contacts.
    pub contacts: Vec<Contact>,
    /// The contact who registered it.
    pub registered_by: Option<PersonId>,
    /// Its users' roles.
    pub grants: Vec<Grant>,
    /// Contacts that sign in, each with one subject for good.
    pub sign_ins: BTreeSet<PersonId>,
    /// Users that have accepted their roles. Whoever loses the last role is asked anew when there is another.
    pub accepted: BTreeSet<PersonId>,
    /// Contacts that acted for the company and left by themselves. They sign in no more: whoever comes back is a new contact.
    pub departed: BTreeSet<PersonId>,
    /// The agreements that were accepted, oldest first.
    pub agreements: Vec<Acceptance>,
    /// Persons that were contacts or users once and are not any more, and whose data may be erased.
    pub former: BTreeSet<PersonId>,
    /// The legal holds that stand on it and on its persons, oldest first.
    #[serde(default)]
    pub holds: Vec<Hold>,
    /// Whether it was erased: a company that never became a member.
    #[serde(default)]
    pub erased: bool,
    /// The programme date of the registration.
    pub registered_on: Option<NaiveDate>,
}

impl Account {
    /// The contact with this id.
    pub fn contact(&self, person: PersonId) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.person_id == person)
    }

    /// The address with this id.
    pub fn address(&self, id: AddressId) -> Option<&KeptAddress> {
        self.addresses.iter().find(|kept| kept.address_id == id)
    }

    /// The users with the role officer.
    pub fn officers(&self) -> impl Iterator<Item = PersonId> {
        self.grants.iter().filter(|grant| grant.role == Role::Officer).map(|grant| grant.person_id)
    }

    /// Whether a contact signs in. Whoever registered the account did.
    pub fn signs_in(&self, person: PersonId) -> bool {
        let registered = self.registered_by == Some(person) && !self.departed.contains(&person);
        self.sign_ins.contains(&person) || registered
    }

    /// Whether a user acts for the company: with a role that the user has accepted. Being named alone counts for nothing, for the company
    /// as little as against the one who is named.
    pub fn acts(&self, person: PersonId) -> bool {
        self.accepted.contains(&person) && self.signs_in(person)
    }

    /// The officers who act for the company.
    pub fn acting_officers(&self) -> impl Iterator<Item = PersonId> {
        self.officers().filter(|officer| self.acts(*officer))
    }

    /// What a registered account allows, by the commands' names in the address.
    pub fn allowed_commands(&self) -> &'static [&'static str] {
        if self.account_id.is_some() { super::decide::ALLOWED } else { &[] }
    }

    /// Takes off every role of somebody for whom `of` holds; whoever has none any more has accepted nothing either.
    fn take_off(&mut self, person: PersonId, of: impl Fn(&Grant) -> bool) {
        self.grants.retain(|grant| grant.person_id != person || !of(grant));
        if !self.grants.iter().any(|grant| grant.person_id == person) {
            self.accepted.remove(&person);
        }
    }

    /// The roles of a user.
    pub fn roles(&self, person: PersonId) -> Vec<Role> {
        self.grants.iter().filter(|grant| grant.person_id == person).map(|grant| grant.role).collect()
    }

    /// The first contact with this kind of point of contact.
    pub fn point_of_contact(&self, kind: PointOfContact) -> Option<PersonId> {
        self.contacts.iter().find(|contact| contact.point_of_contact == kind).map(|contact| contact.person_id)
    }

    /// The countries in which it has a staffed business office. C2.
    pub fn staffed_offices(&self) -> BTreeSet<CountryCode> {
        self.addresses
            .iter()
            .filter(|kept| kept.address.staffed_office)
            .map(|kept| kept.address.country)
            .collect()
    }

    /// The newest acceptance of a version of the agreement.
    pub fn acceptance(&self, version: &str) -> Option<&Acceptance> {
        self.agreements.iter().rev().find(|acceptance| acceptance.agreement_version == version)
    }
}

/// Takes one event into the state.
pub fn evolve(account: &mut Account, event: &AccountEvent) {
    match event {
        AccountEvent::Registered(event) => {
            account.account_id = Some(event.account_id);
            account.company = Some(event.company.clone());
            account.primary_address_id = Some(event.primary_address.address_id);
            account.addresses.push(event.primary_address.clone());
            account.registered_by = Some(event.contact.person_id);
            account.contacts.push(event.contact.clone());
            account.registered_on = Some(event.registered_on);
            account.accepted.insert(event.contact.person_id);
            account.grants.push(Grant {
                person_id: event.contact.person_id,
                role: Role::Officer,
                granted_by: event.contact.person_id,
                granted_at: event.registered_at,
            });
        }
        AccountEvent::CompanyChanged(event) => account.company = Some(event.company.clone()),
        AccountEvent::AddressAdded(event) => {
            account.addresses.push(event.address.clone());
            if event.primary {
                account.primary_address_id = Some(event.address.address_id);
            }
        }
        AccountEvent::AddressChanged(event) => {
            if let Some(kept) =
                account.addresses.iter_mut().find(|kept| kept.address_id == event.address.address_id)
            {
                *kept = event.address.clone();
            }
            if event.primary {
                account.primary_address_id = Some(event.address.address_id);
            }
        }
        AccountEvent::AddressRemoved(event) => {
            account.addresses.retain(|kept| kept.address_id != event.address_id);
        }
        AccountEvent::ContactAdded(event) => {
            account.former.remove(&event.contact.person_id);
            account.contacts.push(event.contact.clone());
        }
        AccountEvent::ContactChanged(event) => {
            if let Some(contact) =
                account.contacts.iter_mut().find(|contact| contact.person_id == event.contact.person_id)
            {
                *contact = event.contact.clone();
            }
        }
        AccountEvent::ContactRemoved(event) => {
            account.contacts.retain(|contact| contact.person_id != event.person_id);
            account.former.insert(event.person_id);
        }
        AccountEvent::SignInBound(event) => {
            account.sign_ins.insert(event.person_id);
        }
        AccountEvent::RoleGranted(event) => account.grants.push(Grant {
            person_id: event.person_id,
            role: event.role,
            granted_by: event.granted_by,
            granted_at: event.granted_at,
        }),
        AccountEvent::RoleRevoked(event) => {
            account.take_off(event.person_id, |grant| grant.role == event.role);
        }
        AccountEvent::RolesAccepted(event) => {
            account.accepted.insert(event.person_id);
        }
        AccountEvent::UserLeft(event) => {
            account.take_off(event.person_id, |_| true);
            account.sign_ins.remove(&event.person_id);
            if event.had_accepted {
                account.departed.insert(event.person_id);
            }
        }
        AccountEvent::AgreementAccepted(event) => account.agreements.push(Acceptance {
            agreement_version: event.agreement_version.clone(),
            accepted_by: event.accepted_by,
            role: event.role,
            accepted_at: event.accepted_at,
        }),
        AccountEvent::PersonErased(event) => {
            account.former.remove(&event.person_id);
            account.sign_ins.remove(&event.person_id);
            account.departed.remove(&event.person_id);
        }
        AccountEvent::HoldPlaced(event) => account.holds.push(Hold {
            hold_id: event.hold_id,
            person_id: event.person_id,
            reason: event.reason.clone(),
            placed_by: event.placed_by,
            placed_at: event.placed_at,
        }),
        AccountEvent::HoldLifted(event) => account.holds.retain(|hold| hold.hold_id != event.hold_id),
        AccountEvent::ApplicantErased(_) => account.erased = true,
    }
}
