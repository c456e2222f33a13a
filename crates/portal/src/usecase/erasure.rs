//! Forgetting a person.

use crate::access::Permission;
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Part};
use crate::people::ErasePerson;
use crate::portal::Portal;
use kernel::{AccountId, FieldError, IncidentId, PersonId, Refusal, Text};
use ledger::{Attachment, fetch_all};
use membership::account::command as ask;
use membership::account::{Account, AccountCommand, decide};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A text about an incident that may name somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPlace {
    /// The incident.
    pub incident_id: IncidentId,
    /// The number of the text within it.
    pub number: u32,
}

/// What is looked for in texts when a person is erased: names, addresses and numbers in every version, in lower case.
struct Traces {
    words: Vec<String>,
    names: Vec<(String, String)>,
}

#[derive(sqlx::FromRow)]
struct Details {
    given_name: String,
    family_name: String,
    email: Option<String>,
    telephone: Option<String>,
}

impl Traces {
    fn of(versions: Vec<Details>) -> Self {
        let mut traces = Self { words: Vec::new(), names: Vec::new() };
        for details in versions {
            traces.words.extend(
                [details.email, details.telephone].into_iter().flatten().map(|word| word.to_lowercase()),
            );
            traces.names.push((details.given_name.to_lowercase(), details.family_name.to_lowercase()));
        }
        traces
    }

    /// Whether a text may be about the person: it holds an address, a number, or the family name.
    fn may_be_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.words.iter().any(|word| text.contains(word))
            || self.names.iter().any(|(_, family)| has_word(&text, family))
    }

    /// Whether a text names the person beyond doubt: it holds an address, a number, or both names.
    fn are_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let both = |(given, family): &(String, String)| has_word(&text, given) && has_word(&text, family);
        self.words.iter().any(|word| text.contains(word)) || self.names.iter().any(both)
    }
}

/// Whether a name stands in a text, and not within a longer word.
fn has_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

impl Portal {
    /// Erases a person's data and records that it was done, and why.
    pub async fn erase_person(
        &self,
        call: &Call,
        id: AccountId,
        person_id: PersonId,
        reason: Text<1000>,
    ) -> Result<Committed<Account>, PortalError> {
        let command = ask::ErasePerson { person_id, reason: reason.clone() };
        let beside: Vec<Arc<dyn Attachment>> = vec![Arc::new(ErasePerson(person_id))];
        let erased =
            self.decide_for_good(call, id, Permission::PersonErase, command.into(), &reason, beside).await?;
        self.wipe_log().await;
        Ok(erased)
    }

    /// Decides about an account for a reason that stays in the ledger for good, and so may name nobody.
    pub(super) async fn decide_for_good(
        &self,
        call: &Call,
        id: AccountId,
        permission: Permission,
        command: AccountCommand,
        reason: &Text<1000>,
        beside: Vec<Arc<dyn Attachment>>,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let (loaded, context) = self.account_for(call, id, permission).await?;
            let events = decide(&loaded.state, command.clone(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            self.names_nobody(&loaded.state, reason).await?;
            self.record_account(call, &context, Part::new(id, loaded, events), beside.clone()).await
        })
        .await
    }

    /// What was erased is to be gone from the files of the database too. Where somebody is in the way, the clock tries again every minute.
    pub(crate) async fn wipe_log(&self) {
        match self.ledger.db().wipe_log().await {
            Ok(true) => {}
            Ok(false) => tracing::debug!("the write-ahead log is in use and will be wiped later"),
            Err(error) => tracing::warn!(%error, "the write-ahead log could not be wiped and will be"),
        }
    }

    /// A reason stays in the ledger for good: it names nobody of the account.
    pub(super) async fn names_nobody(
        &self,
        account: &Account,
        reason: &Text<1000>,
    ) -> Result<(), PortalError> {
        for person_id in account.persons() {
            if self.traces_of(person_id).await?.are_in(reason.as_str()) {
                return Err(reason_names_the_person());
            }
        }
        Ok(())
    }

    async fn traces_of(&self, person_id: PersonId) -> Result<Traces, PortalError> {
        let versions = fetch_all!(
            self.ledger.db(),
            Details,
            "SELECT given_name, family_name, email, telephone FROM people WHERE person_id = $1 ORDER BY version",
            person_id.to_string()
        )?;
        Ok(Traces::of(versions))
    }

    /// Texts about incidents, of whatever company, that seem to name a person of this account; asked before the person is erased, since nobody
    /// knows the name afterwards.
    pub async fn texts_naming(
        &self,
        call: &Call,
        id: AccountId,
        person_id: PersonId,
    ) -> Result<Vec<TextPlace>, PortalError> {
        const PAGE: i64 = 500;
        let (loaded, _) = self.account_for(call, id, Permission::PersonErase).await?;
        if !loaded.state.former.contains(&person_id) {
            return Ok(Vec::new());
        }
        let traces = self.traces_of(person_id).await?;
        let mut found = Vec::new();
        let mut after = (String::new(), 0_i64);
        loop {
            let page = fetch_all!(
                self.ledger.db(),
                (String, i64, String),
                "SELECT incident_id, number, text FROM incident_texts WHERE (incident_id, number) > ($1, $2) \
                 ORDER BY incident_id, number LIMIT $3",
                &after.0,
                after.1,
                PAGE
            )?;
            let Some((incident, number, _)) = page.last() else { return Ok(found) };
            after = (incident.clone(), *number);
            let about = page.iter().filter(|(_, _, text)| traces.may_be_in(text));
            found.extend(about.filter_map(|(incident, number, _)| place(incident, *number)));
        }
    }

    /// The texts about incidents that an account is involved in, as far as they have not been erased.
    pub async fn texts_around(&self, id: AccountId) -> Result<Vec<TextPlace>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String, i64),
            "SELECT t.incident_id, t.number FROM incident_texts t \
             WHERE t.incident_id IN (SELECT p.incident_id FROM incident_parties p WHERE p.account_id = $1) \
             ORDER BY t.incident_id, t.number",
            id.to_string()
        )?;
        Ok(rows.iter().filter_map(|(incident, number)| place(incident, *number)).collect())
    }
}

fn place(incident: &str, number: i64) -> Option<TextPlace> {
    Some(TextPlace { incident_id: incident.parse().ok()?, number: u32::try_from(number).ok()? })
}

/// The reason stays in the ledger for good.
fn reason_names_the_person() -> PortalError {
    let detail =
        "The reason stays for good, and it names a person. Say why without a name, an address or a number.";
    let error = FieldError::new("/reason", "names_the_person", detail);
    Refusal::invalid("names_the_person", detail, vec![error]).into()
}

/// Texts in which a person was found, and those around the account, each once: whether the person was found in it.
pub fn texts_to_look_at(naming: &[TextPlace], around: &[TextPlace]) -> BTreeMap<TextPlace, bool> {
    let mut places: BTreeMap<TextPlace, bool> = around.iter().map(|place| (*place, false)).collect();
    places.extend(naming.iter().map(|place| (*place, true)));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_what_only_the_person_has() {
        let details = |given: &str, family: &str| Details {
            given_name: given.to_owned(),
            family_name: family.to_owned(),
            email: Some("Jo.Lindqvist@example.com".to_owned()),
            telephone: Some("+1 956 555 0102".to_owned()),
        };
        let traces = Traces::of(vec![details("Jo", "Lindqvist"), details("Jo", "Berg")]);
        for (text, may_be, are) in [
            ("Mr LINDQVIST opened the seal.", true, false),
            ("Jo Berg opened it.", true, true),
            ("Call +1 956 555 0102.", true, true),
            ("write to jo.lindqvist@EXAMPLE.com", true, true),
            ("The bergamots were gone; Jodie saw it.", false, false),
            ("Jo saw nothing.", false, false),
            ("Berg, Jo", true, true),
        ] {
            assert_eq!((traces.may_be_in(text), traces.are_in(text)), (may_be, are), "{text}");
        }
    }
}
