//! What can be done with an account.

use crate::access::{Ownership, Permission};
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Decision, Part};
use crate::people::{ErasePerson, Person, PersonDetails, StoreAgreementOrigin, StoreLogin, StorePerson};
use crate::portal::Portal;
use crate::read::accounts::AccountRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use chrono::NaiveDate;
use kernel::identifiers::{Maker, expected_mid};
use kernel::{AccountId, AddressId, Context, FieldError, PersonId, Refusal, Role, Text};
use ledger::{At, Attachment, Loaded, RecordedEvent, fetch_all};
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
            let person_id = call.caller.person_id;
            let actor =
                kernel::Actor { id: person_id, kind: kernel::ActorKind::CompanyUser, role: Role::Officer };
            let context = self.context(actor);
            let version = self.next_person_version(person_id).await?;
            let command = ask::RegisterAccount {
                account_id,
                company: registration.company.clone(),
                address_id: AddressId::new(Uuid::now_v7()),
                primary_address: registration.primary_address.clone(),
                person_version: version,
                company_officer: registration.company_officer,
            };
            let fresh = Self::fresh::<Account>();
            let events = decide(&fresh.state, command.into(), &context)?;
            let person = StorePerson {
                person_id,
                version,
                details: registration.contact.clone(),
                stated_by: context.actor.id,
                recorded_at: context.now,
            };
            let login = StoreLogin {
                issuer: call.caller.issuer.clone(),
                subject: call.caller.subject.clone(),
                person_id,
                recorded_at: context.now,
            };
            let part = Part::new(account_id, fresh, events);
            self.record_account(call, &context, part, vec![Arc::new(person), Arc::new(login)]).await
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
            let events = decide(&loaded.state, command(&loaded.state)?, &context)?;
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
            let person_id = self.person_for(call, new.subject.as_deref(), &loaded.state).await?;
            let version = self.next_person_version(person_id).await?;
            let command = ask::AddContact {
                person_id,
                person_version: version,
                company_officer: new.company_officer,
                point_of_contact: new.point_of_contact,
                email_in_use,
            };
            let events = decide(&loaded.state, command.into(), &context)?;
            let mut attachments: Vec<Arc<dyn Attachment>> = vec![Arc::new(StorePerson {
                person_id,
                version,
                details: new.details.clone(),
                stated_by: context.actor.id,
                recorded_at: context.now,
            })];
            attachments.extend(self.login_attachment(call, new.subject.as_deref(), person_id, &context));
            self.record_account(call, &context, Part::new(id, loaded, events), attachments).await
        })
        .await
    }

    /// The person as whom a subject signs in; a new one where there is no subject or nobody known by it.
    async fn person_for(
        &self,
        call: &Call,
        subject: Option<&str>,
        account: &Account,
    ) -> Result<PersonId, PortalError> {
        let Some(subject) = subject else { return Ok(PersonId::new(Uuid::now_v7())) };
        let known = match self.login(&call.caller.issuer, subject).await? {
            Some(person) => person,
            None => crate::directory::derived_person(&call.caller.issuer, subject),
        };
        if account.contact(known).is_some() {
            let detail = "Another contact of this account signs in with this subject.";
            return Err(PortalError::invalid(vec![FieldError::new("/subject", "subject_in_use", detail)]));
        }
        Ok(known)
    }

    fn login_attachment(
        &self,
        call: &Call,
        subject: Option<&str>,
        person_id: PersonId,
        context: &Context,
    ) -> Option<Arc<dyn Attachment>> {
        subject.map(|subject| -> Arc<dyn Attachment> {
            Arc::new(StoreLogin {
                issuer: call.caller.issuer.clone(),
                subject: subject.to_owned(),
                person_id,
                recorded_at: context.now,
            })
        })
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
                    version = self.next_person_version(person_id).await?;
                    attachments.push(Arc::new(StorePerson {
                        person_id,
                        version,
                        details: after,
                        stated_by: context.actor.id,
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
            let events = decide(&loaded.state, command.into(), &context)?;
            self.record_account(call, &context, Part::new(id, loaded, events), attachments).await
        })
        .await
    }

    /// A subject is bound to a person once, and a person who signs in already is never bound to another subject: otherwise one company
    /// could let a stranger sign in as a person who has roles in another.
    async fn check_subject(
        &self,
        call: &Call,
        subject: &str,
        person_id: PersonId,
    ) -> Result<(), PortalError> {
        let refused = |detail: &str| {
            Err(PortalError::invalid(vec![FieldError::new("/subject", "subject_in_use", detail)]))
        };
        match self.login(&call.caller.issuer, subject).await? {
            Some(known) if known == person_id => Ok(()),
            Some(_) => refused("This subject signs in as another person."),
            None if self.signs_in(person_id).await? => {
                refused("This person signs in with another subject already; leave subject out.")
            }
            None => Ok(()),
        }
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
            if let Some(subject) = &subject {
                self.check_subject(call, subject, person_id).await?;
            }
            let events = decide(&loaded.state, ask::GrantRole { person_id, role }.into(), &context)?;
            if let (Some(subject), true) = (&subject, events.is_empty())
                && self.login(&call.caller.issuer, subject).await?.is_none()
            {
                // A sign-in is bound together with a grant, never silently beside one.
                let detail = "The contact has this role already, without a sign-in; revoke it and grant it again with the subject.";
                return Err(PortalError::invalid(vec![FieldError::new("/subject", "role_granted_already", detail)]));
            }
            let attachments =
                self.login_attachment(call, subject.as_deref(), person_id, &context).into_iter().collect();
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
            let events = decide(&loaded.state, command.into(), &context)?;
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
            let events = decide(&loaded.state, command.into(), &context)?;
            self.no_other_account_needs(id, person_id).await?;
            let part = Part::new(id, loaded, events);
            self.record_account(call, &context, part, vec![Arc::new(ErasePerson(person_id))]).await
        })
        .await
    }

    /// A person's details and sign-in serve every account. Erased for one, they would be gone for the others.
    async fn no_other_account_needs(&self, id: AccountId, person_id: PersonId) -> Result<(), PortalError> {
        let others = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT account_id FROM account_contacts WHERE person_id = $1 AND account_id <> $2 ORDER BY account_id LIMIT 20",
            person_id.to_string(),
            id.to_string()
        )?;
        if others.is_empty() {
            return Ok(());
        }
        let others: Vec<String> = others.into_iter().map(|(account,)| account).collect();
        let sentence = format!(
            "This person is a contact of other accounts too ({}), which need the same data. Let them take the contact off first.",
            others.join(", ")
        );
        Err(Refusal::state("person_in_use_elsewhere", sentence, "registered", &[]).into())
    }

    /// Who a person is, for staff and auditors: in the person's own words where there are any. Nothing where the data were erased.
    pub async fn person(&self, call: &Call, person_id: PersonId) -> Result<Person, PortalError> {
        self.allow_unowned(&call.caller, Permission::PersonRead)?;
        self.who_is(person_id).await?.ok_or(PortalError::NotFound)
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
            officer: state.officers().next(),
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
