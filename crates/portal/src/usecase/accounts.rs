//! What can be done with an account.

use crate::access::{Caller, Ownership, Permission};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Decision, Part};
use crate::people::{ErasePerson, Person, PersonDetails, StoreAgreementOrigin, StorePerson};
use crate::portal::Portal;
use crate::read::accounts::AccountRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use crate::sign_ins::SignInOfContact;
use crate::staff::WhoIs;
use chrono::NaiveDate;
use kernel::identifiers::{Maker, expected_mid};
use kernel::{AccountId, AddressId, Context, FieldError, PersonId, Role, Text};
use ledger::{At, Attachment, Loaded, RecordedEvent};
use membership::account::command as ask;
use membership::account::values::{Address, Company, PointOfContact};
use membership::account::{Account, AccountCommand, decide};
use membership::agreement::agreement_in_force;
use membership::membership::{AccountFacts, facts::AcceptedAgreement};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Which accounts a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Countries of the primary address.
    pub country: Vec<String>,
    /// Statuses of a membership of the account.
    pub membership_status: Vec<String>,
    /// Types of a membership of the account.
    pub entity_type: Vec<String>,
    /// Offices that look after a membership of the account.
    pub office: Vec<String>,
    /// Specialists who look after a membership of the account.
    pub specialist_id: Vec<String>,
    /// Only those on one of whose memberships something is due on this day or before.
    pub due_on_or_before: Option<NaiveDate>,
}

/// What a company says when it registers.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// The company.
    pub company: Company,
    /// Its primary address.
    pub primary_address: Address,
    /// Who registers it.
    pub contact: PersonDetails,
    /// Whether that person declares to be an officer of the company.
    pub company_officer: bool,
}

/// A contact that is added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewContact {
    /// Who it is.
    pub details: PersonDetails,
    /// Whether the person is an officer of the company.
    pub company_officer: bool,
    /// Whether CBP writes to the person.
    pub point_of_contact: PointOfContact,
    /// The subject as which the person signs in, if known: it can be given later with a role.
    pub subject: Option<String>,
}

/// Details of a contact that may change. The e-mail address is not among them: it is never edited. Handbook 1.3.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContactDetails {
    /// Given name.
    pub given_name: Option<Text<100>>,
    /// Family name.
    pub family_name: Option<Text<100>>,
    /// Telephone number.
    pub telephone: Option<Text<50>>,
    /// Job title.
    pub job_title: Option<Text<200>>,
    /// Whether the person is an officer of the company.
    pub company_officer: Option<bool>,
    /// Whether CBP writes to the person.
    pub point_of_contact: Option<PointOfContact>,
}

impl Portal {
    fn account_owner(id: AccountId) -> Ownership {
        Ownership { account_id: Some(id), ..Ownership::default() }
    }

    /// Registers a company; whoever registers it becomes its first officer.
    pub async fn register_account(
        &self,
        call: &Call,
        registration: Registration,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            if !call.caller.is_company_person() {
                return Err(PortalError::Forbidden);
            }
            let account_id = AccountId::new(Uuid::now_v7());
            let person_id = PersonId::new(Uuid::now_v7());
            let actor =
                kernel::Actor { id: person_id, kind: kernel::ActorKind::CompanyUser, role: Role::Officer };
            let context = self.context(actor);
            let Caller { issuer, subject, .. } = &call.caller;
            let sign_in = SignInOfContact::new(account_id, person_id, issuer, subject, context.now);
            let command = ask::RegisterAccount {
                account_id,
                company: registration.company.clone(),
                address_id: AddressId::new(Uuid::now_v7()),
                primary_address: registration.primary_address.clone(),
                person_version: 1,
                company_officer: registration.company_officer,
                sign_in: sign_in.digest()?,
            };
            let fresh = Self::fresh::<Account>();
            let events = decide(&fresh.state, command.into(), &context)?;
            let person = StorePerson {
                person_id,
                version: 1,
                details: registration.contact.clone(),
                recorded_at: context.now,
            };
            let part = Part::new(account_id, fresh, events);
            self.record_account(call, &context, part, vec![Arc::new(person), Arc::new(sign_in)]).await
        })
        .await
    }

    async fn record_account(
        &self,
        call: &Call,
        context: &Context,
        part: Part<Account>,
        attachments: Vec<Arc<dyn Attachment>>,
    ) -> Result<Committed<Account>, PortalError> {
        let decision = Decision {
            actor: &context.actor,
            occurred_at: context.now,
            answer: ("account", part.id.clone(), part.version_after()),
            parts: vec![&part],
            // What events do not refer to is not stored.
            attachments: if part.events.is_empty() { Vec::new() } else { attachments },
        };
        self.record(call, decision).await?;
        Ok(part.committed())
    }

    /// An account, as it is or as it was.
    pub async fn account(
        &self,
        call: &Call,
        id: AccountId,
        at: Option<At>,
    ) -> Result<Committed<Account>, PortalError> {
        let loaded = self.existing::<Account>(id).await?;
        self.allow(&call.caller, Permission::AccountRead, &Self::account_owner(id))?;
        match at {
            None => Ok(Committed::of(id, loaded)),
            Some(at) => self.existing_at(id, at).await,
        }
    }

    /// The persons that an account names, in the versions that it names.
    pub async fn people_of(
        &self,
        account: &Account,
    ) -> Result<BTreeMap<(PersonId, i64), Person>, PortalError> {
        let wanted: Vec<(PersonId, i64)> =
            account.contacts.iter().map(|contact| (contact.person_id, contact.person_version)).collect();
        self.people(&wanted).await
    }

    /// The accounts that the caller may see.
    pub async fn accounts(
        &self,
        call: &Call,
        filter: &AccountFilter,
        request: &PageRequest,
    ) -> Result<Page<AccountRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::AccountRead)?;
        filters.extend(Filter::counting(self.scope_filters(&call.caller, Permission::MembershipRead)?));
        if !filter.country.is_empty() {
            filters.push(Filter::In("country", filter.country.clone()));
        }
        for (column, values) in [
            ("status", &filter.membership_status),
            ("entity_type", &filter.entity_type),
            ("office", &filter.office),
            ("specialist_id", &filter.specialist_id),
        ] {
            if !values.is_empty() {
                filters.push(Filter::MembershipIn("account_id", column, values.clone()));
            }
        }
        filters.extend(filter.due_on_or_before.map(|date| Filter::MembershipDue("account_id", date)));
        page(self.ledger.db(), filters, Sort::Key { descending: false }, request).await
    }

    /// The history of an account.
    pub async fn account_history(
        &self,
        call: &Call,
        id: AccountId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        self.account(call, id, None).await?;
        self.stream_history("account", &id.to_string(), after, limit).await
    }

    /// A step that concerns the account alone and needs nothing but its state.
    pub async fn on_account(
        &self,
        call: &Call,
        id: AccountId,
        permission: Permission,
        command: impl Fn(&Account) -> Result<AccountCommand, PortalError> + Sync,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            let (loaded, context) = self.account_for(call, id, permission).await?;
            let events = decide(&loaded.state, command(&loaded.state)?, &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            self.record_account(call, &context, Part::new(id, loaded, events), Vec::new()).await
        })
        .await
    }

    async fn account_for(
        &self,
        call: &Call,
        id: AccountId,
        permission: Permission,
    ) -> Result<(Loaded<Account>, Context), PortalError> {
        let loaded = self.existing::<Account>(id).await?;
        let actor = self.allow(&call.caller, permission, &Self::account_owner(id))?;
        Self::expect_version(call, loaded.version)?;
        Ok((loaded, self.context(actor)))
    }

    /// Adds an address under a new id.
    pub async fn add_address(
        &self,
        call: &Call,
        id: AccountId,
        address: Address,
        primary: bool,
    ) -> Result<Committed<Account>, PortalError> {
        let address_id = AddressId::new(Uuid::now_v7());
        self.on_account(call, id, Permission::AccountEdit, |_| {
            Ok(ask::AddAddress { address_id, address: address.clone(), primary }.into())
        })
        .await
    }

    /// Adds a contact.
    pub async fn add_contact(
        &self,
        call: &Call,
        id: AccountId,
        new: NewContact,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            let (loaded, context) = self.account_for(call, id, Permission::AccountEdit).await?;
            let email_in_use = match &new.details.email {
                Some(email) => {
                    let others: Vec<PersonId> =
                        loaded.state.contacts.iter().map(|contact| contact.person_id).collect();
                    self.email_among(email, &others).await?
                }
                None => false,
            };
            let person_id = PersonId::new(Uuid::now_v7());
            let sign_in = self
                .new_sign_in(call, id, &loaded.state, person_id, new.subject.as_deref(), &context)
                .await?;
            let command = ask::AddContact {
                person_id,
                person_version: 1,
                company_officer: new.company_officer,
                point_of_contact: new.point_of_contact,
                email_in_use,
                sign_in: sign_in.as_ref().map(SignInOfContact::digest).transpose()?,
            };
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            let mut attachments: Vec<Arc<dyn Attachment>> = vec![Arc::new(StorePerson {
                person_id,
                version: 1,
                details: new.details.clone(),
                recorded_at: context.now,
            })];
            attachments.extend(sign_in.map(|sign_in| -> Arc<dyn Attachment> { Arc::new(sign_in) }));
            self.record_account(call, &context, Part::new(id, loaded, events), attachments).await
        })
        .await
    }

    /// The sign-in that a contact is to have; none where no subject is named, or where it is the contact's already. A subject is one
    /// contact of an account at a time; what it is in other accounts plays no part, and nobody learns of it here.
    async fn new_sign_in(
        &self,
        call: &Call,
        id: AccountId,
        account: &Account,
        person_id: PersonId,
        subject: Option<&str>,
        context: &Context,
    ) -> Result<Option<SignInOfContact>, PortalError> {
        // White space around a subject that was copied from somewhere would bind somebody who does not exist.
        let Some(subject) = subject.map(str::trim) else { return Ok(None) };
        let issuer = &call.caller.issuer;
        let others = self.who_signs_in(id, issuer, subject).await?;
        match others.into_iter().find(|other| account.contact(*other).is_some()) {
            Some(same) if same == person_id => Ok(None),
            Some(_) => {
                let detail = "Another contact of this account signs in with this subject.";
                Err(PortalError::invalid(vec![FieldError::new("/subject", "subject_in_use", detail)]))
            }
            None => Ok(Some(SignInOfContact::new(id, person_id, issuer, subject, context.now))),
        }
    }

    /// Changes what a contact is, or the details other than the e-mail address.
    pub async fn change_contact(
        &self,
        call: &Call,
        id: AccountId,
        person_id: PersonId,
        details: ContactDetails,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            let (loaded, context) = self.account_for(call, id, Permission::AccountEdit).await?;
            let contact = loaded.state.contact(person_id).cloned();
            let mut version = contact.as_ref().map_or(1, |contact| contact.person_version);
            let mut attachments: Vec<Arc<dyn Attachment>> = Vec::new();
            if let Some(before) = self.people(&[(person_id, version)]).await?.remove(&(person_id, version)) {
                let after = changed_person(&before, &details)?;
                if let Some(after) = after {
                    version += 1;
                    attachments.push(Arc::new(StorePerson {
                        person_id,
                        version,
                        details: after,
                        recorded_at: context.now,
                    }));
                }
            }
            let command = ask::ChangeContact {
                person_id,
                person_version: version,
                company_officer: details
                    .company_officer
                    .unwrap_or_else(|| contact.as_ref().is_some_and(|contact| contact.company_officer)),
                point_of_contact: details.point_of_contact.unwrap_or_else(|| {
                    contact.as_ref().map(|contact| contact.point_of_contact).unwrap_or_default()
                }),
            };
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            self.record_account(call, &context, Part::new(id, loaded, events), attachments).await
        })
        .await
    }

    /// Grants a role to a contact, who signs in with `subject` where that is not known yet.
    pub async fn grant_role(
        &self,
        call: &Call,
        id: AccountId,
        person_id: PersonId,
        role: Role,
        subject: Option<String>,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            let (loaded, context) = self.account_for(call, id, Permission::AccountManageUsers).await?;
            let sign_in =
                self.new_sign_in(call, id, &loaded.state, person_id, subject.as_deref(), &context).await?;
            let digest = sign_in.as_ref().map(SignInOfContact::digest).transpose()?;
            let command = ask::GrantRole { person_id, role, sign_in: digest };
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            let attachments =
                sign_in.map(|sign_in| -> Arc<dyn Attachment> { Arc::new(sign_in) }).into_iter().collect();
            self.record_account(call, &context, Part::new(id, loaded, events), attachments).await
        })
        .await
    }

    /// Accepts the participation agreement; from which network address goes beside the ledger.
    pub async fn accept_agreement(
        &self,
        call: &Call,
        id: AccountId,
        agreement_version: String,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            let (loaded, context) = self.account_for(call, id, Permission::AgreementAccept).await?;
            let command = ask::AcceptAgreement { agreement_version: agreement_version.clone() };
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            let mut attachments: Vec<Arc<dyn Attachment>> = Vec::new();
            if let Some(network_address) = &call.network_address {
                attachments.push(Arc::new(StoreAgreementOrigin {
                    account_id: id,
                    agreement_version: agreement_version.clone(),
                    person_id: context.actor.id,
                    network_address: network_address.clone(),
                    recorded_at: context.now,
                }));
            }
            self.record_account(call, &context, Part::new(id, loaded, events), attachments).await
        })
        .await
    }

    /// Erases a person's data and records that it was done, and why.
    pub async fn erase_person(
        &self,
        call: &Call,
        id: AccountId,
        person_id: PersonId,
        reason: Text<1000>,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            let (loaded, context) = self.account_for(call, id, Permission::PersonErase).await?;
            let command = ask::ErasePerson { person_id, reason: reason.clone() };
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            let part = Part::new(id, loaded, events);
            self.record_account(call, &context, part, vec![Arc::new(ErasePerson(person_id))]).await
        })
        .await
    }

    /// Who a person is, for staff and auditors. Not found where the data were erased.
    pub async fn person(&self, call: &Call, person_id: PersonId) -> Result<WhoIs, PortalError> {
        self.allow_unowned(&call.caller, Permission::PersonRead)?;
        self.who_is(person_id).await
    }

    /// What a membership has to know of its account.
    pub(crate) async fn account_facts(&self, id: AccountId) -> Result<AccountFacts, PortalError> {
        let account = self.existing::<Account>(id).await?;
        Ok(self.facts_of(id, &account))
    }

    pub(crate) fn facts_of(&self, account_id: AccountId, account: &Loaded<Account>) -> AccountFacts {
        let state = &account.state;
        let agreement = agreement_in_force(kernel::programme_date(self.now()))
            .and_then(|current| state.acceptance(current.version))
            .map(|acceptance| AcceptedAgreement {
                version: acceptance.agreement_version.clone(),
                accepted_by: acceptance.accepted_by,
                accepted_at: acceptance.accepted_at,
            });
        AccountFacts {
            account_id,
            officer: state.officers().find(|officer| state.signs_in(*officer)),
            agreement,
            staffed_offices: state.staffed_offices(),
            primary_contact: state.point_of_contact(PointOfContact::Primary),
            alternate_contact: state.point_of_contact(PointOfContact::Alternate),
            expected_mids: state
                .addresses
                .iter()
                .filter_map(|kept| expected_mid(&maker(state, &kept.address)?))
                .collect(),
        }
    }
}

/// The company as the maker at one of its addresses.
fn maker<'a>(account: &'a Account, address: &'a Address) -> Option<Maker<'a>> {
    Some(Maker {
        country: address.country,
        province: address.state.as_ref().map(Text::as_str),
        name: account.company.as_ref()?.name.as_str(),
        street: address.street_1.as_str(),
        city: address.city.as_str(),
    })
}

/// The details after a change, or `None` when nothing changes.
fn changed_person(before: &Person, change: &ContactDetails) -> Result<Option<PersonDetails>, PortalError> {
    let kept = |text: &str| PortalError::Internal(format!("a kept person cannot be read: {text}"));
    let old = PersonDetails {
        given_name: Text::parse(before.given_name.as_str()).map_err(|_| kept("given_name"))?,
        family_name: Text::parse(before.family_name.as_str()).map_err(|_| kept("family_name"))?,
        email: match &before.email {
            Some(email) => Some(crate::people::Email::parse(email).map_err(kept)?),
            None => None,
        },
        telephone: before.telephone.as_deref().and_then(|text| Text::parse(text).ok()),
        job_title: before.job_title.as_deref().and_then(|text| Text::parse(text).ok()),
    };
    let new = PersonDetails {
        given_name: change.given_name.clone().unwrap_or_else(|| old.given_name.clone()),
        family_name: change.family_name.clone().unwrap_or_else(|| old.family_name.clone()),
        email: old.email.clone(),
        telephone: change.telephone.clone().or_else(|| old.telephone.clone()),
        job_title: change.job_title.clone().or_else(|| old.job_title.clone()),
    };
    Ok((new != old).then_some(new))
}
