//! Conflicts of interest of CBP's own people: who has one with the company of a membership, and whom the programme director lets act.

use crate::access::{Caller, Permission};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Part};
use crate::portal::Portal;
use kernel::{Context, MembershipId, PersonId, Refusal};
use mbr::{
    ConflictOverride, EndConflictOverride, Membership, MembershipEvent, OverrideConflict, command::Remark,
};
use membership::membership as mbr;
use std::collections::BTreeSet;

/// Somebody of CBP who has a role in the account of a membership's company, or may act although they had one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Who.
    pub person_id: PersonId,
    /// That they may act all the same, and why.
    pub overridden: Option<ConflictOverride>,
}

impl Portal {
    /// Lets somebody of CBP act on a membership although they have a role in the company's account.
    ///
    /// # Errors
    /// The caller is not the programme director, or has a conflict too; there is none to override.
    pub async fn override_conflict(
        &self,
        call: &Call,
        id: MembershipId,
        person_id: PersonId,
        reason: Remark,
    ) -> Result<Committed<Membership>, PortalError> {
        let serve = match self.existing::<Membership>(id).await?.state.identity.as_ref() {
            Some(identity) => self.staff_who_serve(identity.account_id).await?,
            None => Vec::new(),
        };
        let has_conflict = serve.contains(&person_id);
        self.on_conflict(call, id, |membership, context| {
            let command = OverrideConflict { person_id, reason: reason.clone(), has_conflict };
            mbr::override_conflict(membership, command, context)
        })
        .await
    }

    /// Ends that.
    ///
    /// # Errors
    /// The caller is not the programme director; nothing is overridden.
    pub async fn end_conflict_override(
        &self,
        call: &Call,
        id: MembershipId,
        person_id: PersonId,
        reason: Remark,
    ) -> Result<Committed<Membership>, PortalError> {
        self.on_conflict(call, id, |membership, context| {
            mbr::end_conflict_override(
                membership,
                EndConflictOverride { person_id, reason: reason.clone() },
                context,
            )
        })
        .await
    }

    async fn on_conflict(
        &self,
        call: &Call,
        id: MembershipId,
        decide: impl Fn(&Membership, &Context) -> Result<Vec<MembershipEvent>, Refusal> + Sync,
    ) -> Result<Committed<Membership>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let loaded = self.existing::<Membership>(id).await?;
            let ownership = Self::membership_ownership(&loaded.state);
            let actor = self.allow(&call.caller, Permission::ConflictOverride, &ownership)?;
            Self::expect_version(call, loaded.version)?;
            let profile_id = loaded.state.identity.as_ref().ok_or(PortalError::NotFound)?.profile_id;
            let context = self.context(actor);
            let events =
                decide(&loaded.state, &context).map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            self.record_with_profile(call, &context, Part::new(id, loaded, events), profile_id, &[]).await
        })
        .await
    }

    /// Who of CBP has a conflict of interest on a membership, for those who look after the programme; for others, nobody.
    ///
    /// # Errors
    /// The database failed.
    pub async fn conflicts_of_interest(
        &self,
        caller: &Caller,
        membership: &Membership,
    ) -> Result<Vec<Conflict>, PortalError> {
        let Some(identity) = membership.identity.as_ref().filter(|_| caller.is_for_the_programme()) else {
            return Ok(Vec::new());
        };
        let serve = self.staff_who_serve(identity.account_id).await?;
        let all: BTreeSet<PersonId> =
            serve.into_iter().chain(membership.conflict_overrides.keys().copied()).collect();
        let conflict = |person_id| Conflict {
            person_id,
            overridden: membership.conflict_overrides.get(&person_id).cloned(),
        };
        Ok(all.into_iter().map(conflict).collect())
    }
}

/// What can be done about these conflicts, by the commands' names in the address.
pub fn conflict_commands(conflicts: &[Conflict]) -> impl Iterator<Item = &'static str> {
    let open = conflicts.iter().any(|conflict| conflict.overridden.is_none());
    let overridden = conflicts.iter().any(|conflict| conflict.overridden.is_some());
    [(open, "override-conflict"), (overridden, "end-conflict-override")]
        .into_iter()
        .filter_map(|(possible, command)| possible.then_some(command))
}
