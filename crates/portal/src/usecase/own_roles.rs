//! What somebody does about the roles that accounts grant to them: accept them, decline them, leave.

use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Part};
use crate::portal::Portal;
use crate::sign_ins::{AcceptSignIn, LeaveSignIn};
use kernel::{AccountId, Actor, ActorKind, FieldError, PersonId, Refusal, Role};
use ledger::{Attachment, Loaded};
use membership::account::command as ask;
use membership::account::{Account, AccountCommand, decide};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most accounts that one sign-in acts for. Every request of somebody looks up for whom they act.
pub const MAX_ACCOUNTS_OF_A_SIGN_IN: usize = 200;

impl Portal {
    /// Accepts the roles that an account grants to the caller as this contact. From then on the caller acts for the company.
    ///
    /// # Errors
    /// No account names the caller by this id, or the token has roles of CBP.
    pub async fn accept_roles(
        &self,
        call: &Call,
        person_id: PersonId,
    ) -> Result<Committed<Account>, PortalError> {
        self.on_own_roles(call, person_id, ask::AcceptRoles {}.into()).await
    }

    /// Leaves the account in which the caller is this contact, or declines what was never accepted; with a token of CBP too.
    ///
    /// # Errors
    /// No account names the caller by this id, or nobody else could act as officer.
    pub async fn leave_account(
        &self,
        call: &Call,
        person_id: PersonId,
    ) -> Result<Committed<Account>, PortalError> {
        self.on_own_roles(call, person_id, ask::LeaveAccount {}.into()).await
    }

    async fn on_own_roles(
        &self,
        call: &Call,
        person_id: PersonId,
        command: AccountCommand,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt_in_turn(call, person_id, || async {
            let (id, loaded) = self.where_contact(call, person_id).await?;
            let accepts = matches!(command, AccountCommand::AcceptRoles(_));
            if accepts && !call.caller.is_company_person() {
                return Err(Refusal::actor(
                    "company_token_only",
                    "With a token that has roles of its own nobody acts for a company. Accept with a token without roles, or leave.",
                )
                .into());
            }
            let roles = loaded.state.roles(person_id);
            let role = roles.iter().min().copied().unwrap_or(Role::Employee);
            let context = self.context(Actor { id: person_id, kind: ActorKind::CompanyUser, role });
            let events = decide(&loaded.state, command.clone(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            if accepts && !events.is_empty() {
                self.has_room_for_another_account(call).await?;
            }
            let beside: Arc<dyn Attachment> = if accepts {
                Arc::new(AcceptSignIn { account_id: id, person_id, accepted_at: context.now })
            } else {
                Arc::new(LeaveSignIn { account_id: id, person_id, left_at: context.now })
            };
            self.record_account(call, &context, Part::new(id, loaded, events), vec![beside]).await
        })
        .await
    }

    async fn where_contact(
        &self,
        call: &Call,
        person_id: PersonId,
    ) -> Result<(AccountId, Loaded<Account>), PortalError> {
        let Some(id) = self.account_of_contact(&call.caller, person_id).await? else {
            let detail = "No account names you by this id; those that do are in /v1/me.";
            return Err(PortalError::invalid(vec![FieldError::new("/person_id", "not_you", detail)]));
        };
        Ok((id, self.existing::<Account>(id).await?))
    }

    /// Whether whoever signs in may act for one account more.
    pub(crate) async fn has_room_for_another_account(&self, call: &Call) -> Result<(), PortalError> {
        let granted = self.grants_of(&call.caller.issuer, &call.caller.subject).await?;
        let accounts: BTreeSet<&str> =
            granted.iter().filter(|row| row.role.is_some()).map(|row| row.account_id.as_str()).collect();
        if accounts.len() < MAX_ACCOUNTS_OF_A_SIGN_IN {
            return Ok(());
        }
        let sentence = format!(
            "One sign-in acts for at most {MAX_ACCOUNTS_OF_A_SIGN_IN} accounts. Leave one that you act for no more, or use another sign-in."
        );
        Err(Refusal::state("too_many_accounts", sentence, "full", &[]).into())
    }
}
