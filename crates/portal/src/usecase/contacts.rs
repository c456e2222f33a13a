//! What can be done with an account's contacts and users.

use crate::access::Permission;
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Part};
use crate::people::{Person, PersonDetails, StorePerson};
use crate::portal::Portal;
use crate::sign_ins::SignInOfContact;
use crate::staff::WhoIs;
use kernel::{AccountId, Context, FieldError, PersonId, Role, Text};
use ledger::Attachment;
use membership::account::body_rules::telephone;
use membership::account::command as ask;
use membership::account::values::PointOfContact;
use membership::account::{Account, decide};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

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
    /// Adds a contact.
    pub async fn add_contact(
        &self,
        call: &Call,
        id: AccountId,
        new: NewContact,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt_in_turn(call, id, || async {
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
        self.attempt_in_turn(call, id, || async {
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
        self.attempt_in_turn(call, id, || async {
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

    /// Who a person is, for staff and auditors. Not found where the data were erased.
    pub async fn person(&self, call: &Call, person_id: PersonId) -> Result<WhoIs, PortalError> {
        self.allow_unowned(&call.caller, Permission::PersonRead)?;
        self.who_is(person_id).await
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
    if let Some(error) = telephone("/telephone", change.telephone.as_ref()) {
        return Err(PortalError::invalid(vec![error]));
    }
    let lines = [
        ("/given_name", change.given_name.as_ref().map(Text::as_str)),
        ("/family_name", change.family_name.as_ref().map(Text::as_str)),
        ("/job_title", change.job_title.as_ref().map(Text::as_str)),
    ];
    let broken = |(pointer, text): (&str, Option<&str>)| {
        let error = Text::<200>::parse_line(text?).err()?;
        Some(FieldError::new(pointer, error.code(), error.to_string()))
    };
    let broken: Vec<FieldError> = lines.into_iter().filter_map(broken).collect();
    if !broken.is_empty() {
        return Err(PortalError::invalid(broken));
    }
    let name = |name: &Option<Text<100>>| name.as_ref().map(Text::as_name);
    let new = PersonDetails {
        given_name: name(&change.given_name).unwrap_or_else(|| old.given_name.clone()),
        family_name: name(&change.family_name).unwrap_or_else(|| old.family_name.clone()),
        email: old.email.clone(),
        telephone: change.telephone.clone().or_else(|| old.telephone.clone()),
        job_title: change.job_title.clone().or_else(|| old.job_title.clone()),
    };
    Ok((new != old).then_some(new))
}
