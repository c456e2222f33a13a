//! The people table: the only place for personal data. Events name a person by id and version.

use crate::error::PortalError;
use crate::portal::Portal;
use async_trait::async_trait;
use kernel::{FieldError, InvitationId, PersonId, Text, Timestamp};
use ledger::{Attachment, ProjectionError, Statement, Tx, Value, execute, fetch_all, fetch_optional};
use membership::account::body_rules::telephone as telephone_rule;
use std::collections::BTreeMap;

/// What the portal knows of a person in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDetails {
    /// Given name.
    pub given_name: Text<100>,
    /// Family name.
    pub family_name: Text<100>,
    /// E-mail address; company contacts always have one.
    pub email: Option<Email>,
    /// Telephone number as typed.
    pub telephone: Option<Text<50>>,
    /// Job title.
    pub job_title: Option<Text<200>>,
}

/// An e-mail address: something, `@`, and a domain with a dot; at most 254 characters. Whether it exists is found out by writing to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Checks the shape and keeps the address as typed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let shape = "must be an e-mail address such as name@example.com, at most 254 characters";
        let (local, domain) = text.rsplit_once('@').ok_or(shape)?;
        let plain = |part: &str| {
            !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@')
        };
        let labels = domain.split('.').count() >= 2 && domain.split('.').all(|label| !label.is_empty());
        if text.chars().count() <= 254 && plain(local) && plain(domain) && labels {
            Ok(Self(text.to_owned()))
        } else {
            Err(shape)
        }
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A row of the people table.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    /// Who.
    pub person_id: String,
    /// The version of these details.
    pub version: i64,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub telephone: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
}

impl PersonDetails {
    /// Reads details as typed; every wrong member is named, under `pointer`.
    pub fn parse(pointer: &str, typed: TypedPerson<'_>) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let given_name = text(pointer, "given_name", typed.given_name, &mut errors);
        let family_name = text(pointer, "family_name", typed.family_name, &mut errors);
        let email = typed.email.and_then(|email| match Email::parse(email) {
            Ok(email) => Some(email),
            Err(detail) => {
                errors.push(FieldError::new(format!("{pointer}/email"), "email", detail));
                None
            }
        });
        let telephone: Option<Text<50>> =
            typed.telephone.and_then(|typed| text(pointer, "telephone", typed, &mut errors));
        errors.extend(telephone_rule(&format!("{pointer}/telephone"), telephone.as_ref()));
        let job_title = typed.job_title.and_then(|typed| text(pointer, "job_title", typed, &mut errors));
        match (given_name, family_name) {
            (Some(given_name), Some(family_name)) if errors.is_empty() => {
                let (given_name, family_name) = (Text::as_name(&given_name), Text::as_name(&family_name));
                Ok(Self { given_name, family_name, email, telephone, job_title })
            }
            _ => Err(errors),
        }
    }
}

/// A person's details as they came in.
#[derive(Debug, Clone, Copy)]
pub struct TypedPerson<'a> {
    /// Given name.
    pub given_name: &'a str,
    /// Family name.
    pub family_name: &'a str,
    /// E-mail address.
    pub email: Option<&'a str>,
    /// Telephone number.
    pub telephone: Option<&'a str>,
    /// Job title.
    pub job_title: Option<&'a str>,
}

fn text<const MAX: usize>(
    pointer: &str,
    member: &str,
    typed: &str,
    errors: &mut Vec<FieldError>,
) -> Option<Text<MAX>> {
    match Text::parse_line(typed) {
        Ok(text) => Some(text),
        Err(error) => {
            errors.push(FieldError::new(format!("{pointer}/{member}"), error.code(), error.to_string()));
            None
        }
    }
}

/// Stores a version of a person in the transaction of the event that names it.
pub(crate) struct StorePerson {
    pub person_id: PersonId,
    pub version: i64,
    pub details: PersonDetails,
    pub recorded_at: Timestamp,
}

#[async_trait]
impl Attachment for StorePerson {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        let details = &self.details;
        execute!(
            tx,
            "INSERT INTO people (person_id, version, given_name, family_name, email, email_key, telephone, job_title, recorded_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            self.person_id.to_string(),
            self.version,
            details.given_name.as_str(),
            details.family_name.as_str(),
            details.email.as_ref().map(Email::as_str),
            details.email.as_ref().map(Email::key),
            details.telephone.as_ref().map(Text::as_str),
            details.job_title.as_ref().map(Text::as_str),
            self.recorded_at
        )?;
        Ok(())
    }
}

/// Removes every version of a person and the person's sign-in.
pub(crate) struct ErasePerson(pub PersonId);

#[async_trait]
impl Attachment for ErasePerson {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        let id = self.0.to_string();
        execute!(&mut *tx, "DELETE FROM people WHERE person_id = $1", &id)?;
        execute!(&mut *tx, "DELETE FROM sign_ins WHERE person_id = $1", &id)?;
        execute!(&mut *tx, "DELETE FROM agreement_origins WHERE person_id = $1", &id)?;
        Ok(())
    }
}

/// Keeps the secret of an invitation until it is used.
pub(crate) struct StoreInvitationToken {
    pub invitation_id: InvitationId,
    pub token: String,
    pub recorded_at: Timestamp,
}

#[async_trait]
impl Attachment for StoreInvitationToken {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(
            tx,
            "INSERT INTO invitation_tokens (invitation_id, token, recorded_at) VALUES ($1, $2, $3)",
            self.invitation_id.to_string(),
            &self.token,
            self.recorded_at
        )?;
        Ok(())
    }
}

/// Forgets the secret of an invitation.
pub(crate) struct ForgetInvitationToken(pub InvitationId);

#[async_trait]
impl Attachment for ForgetInvitationToken {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        execute!(tx, "DELETE FROM invitation_tokens WHERE invitation_id = $1", self.0.to_string())?;
        Ok(())
    }
}

impl Portal {
    /// The persons of these ids and versions, as far as they have not been erased.
    pub async fn people(
        &self,
        wanted: &[(PersonId, i64)],
    ) -> Result<BTreeMap<(PersonId, i64), Person>, PortalError> {
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut statement = Statement::new(
            "SELECT person_id, version, given_name, family_name, email, telephone, job_title FROM people WHERE person_id IN ",
        );
        statement.bind_tuple(wanted.iter().map(|(person, _)| Value::from(person.to_string())));
        let rows: Vec<Person> = statement.fetch_all(self.ledger.db()).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some(((row.person_id.parse::<PersonId>().ok()?, row.version), row)))
            .filter(|(key, _)| wanted.contains(key))
            .collect())
    }

    /// The newest details of a contact.
    pub(crate) async fn contact_details(&self, person: PersonId) -> Result<Option<Person>, PortalError> {
        Ok(fetch_optional!(
            self.ledger.db(),
            Person,
            "SELECT person_id, version, given_name, family_name, email, telephone, job_title FROM people \
             WHERE person_id = $1 ORDER BY version DESC LIMIT 1",
            person.to_string()
        )?)
    }

    /// Which of these persons has an e-mail address, compared without case.
    pub(crate) async fn email_among(&self, email: &Email, persons: &[PersonId]) -> Result<bool, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT DISTINCT person_id FROM people WHERE email_key = $1",
            email.key()
        )?;
        Ok(rows.iter().any(|(id,)| persons.iter().any(|person| person.to_string() == *id)))
    }

    /// The secret of an invitation, while it is unused.
    pub async fn invitation_token(&self, invitation: InvitationId) -> Result<Option<String>, PortalError> {
        let row = fetch_optional!(
            self.ledger.db(),
            (String,),
            "SELECT token FROM invitation_tokens WHERE invitation_id = $1",
            invitation.to_string()
        )?;
        Ok(row.map(|(token,)| token))
    }
}
