//! What can be done with a security profile.

use crate::access::{Caller, Ownership, Permission};
use crate::allowed::{allowed_commands, permission_of_command, told};
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Decision, Part};
use crate::portal::Portal;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use crate::read::profiles::ProfileRow;
use chrono::NaiveDate;
use kernel::{AccountId, Actor, MembershipId, ProfileId, Refusal};
use ledger::{At, Loaded, RecordedEvent};
use mbr::{AccountFacts, Membership, MembershipCommand, Status};
use membership::membership as mbr;
use profile::state::Identity;
use profile::{
    AcceptAnswer, Approve, Profile, ProfileCommand, ProfileEvent, RejectAnswer, Return, SaveAnswer,
    StartReview, Submit,
};

/// Which profiles a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileFilter {
    /// Statuses.
    pub status: Vec<String>,
    /// Entity types.
    pub entity_type: Vec<String>,
    /// Accounts.
    pub account_id: Vec<String>,
    /// Memberships.
    pub membership_id: Vec<String>,
    /// Offices that look after the membership.
    pub office: Vec<String>,
    /// Specialists who look after the membership.
    pub specialist_id: Vec<String>,
    /// Only those on whose membership something is due on this day or before.
    pub due_on_or_before: Option<NaiveDate>,
}

/// What has to hold of an answer that is to be saved, besides the version that `If-Match` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerMatch {
    /// Nothing.
    Free,
    /// Its version is named where it exists, because it would be replaced.
    Named,
    /// It exists, in whatever version: `If-Match: *`.
    Exists,
}

/// The command that hands a profile to CBP, by its name in the address.
const SUBMIT: &str = "submit";

/// A profile together with the membership it belongs to.
struct Both {
    profile: Loaded<Profile>,
    membership_id: MembershipId,
    membership: Loaded<Membership>,
    account_id: AccountId,
    ownership: Ownership,
}

/// The profile of a removed member is not closed for good, since an appeal may give the membership back; but nobody writes to it meanwhile.
/// Whatever else has ended has a profile that is closed.
fn not_removed(both: &Both) -> Result<(), PortalError> {
    if both.membership.state.status != Status::Removed {
        return Ok(());
    }
    let sentence = "The member is removed, so nothing is changed in its security profile unless an appeal gives the membership back.";
    Err(Refusal::state("membership_removed", sentence, both.profile.state.status.as_str(), &[]).into())
}

impl Portal {
    async fn profile_and_membership(&self, id: ProfileId) -> Result<Both, PortalError> {
        let profile = self.existing::<Profile>(id).await?;
        let identity = profile.state.identity.ok_or(PortalError::NotFound)?;
        let membership = self.existing::<Membership>(identity.membership_id).await?;
        let ownership = Self::membership_ownership(&membership.state);
        let Identity { membership_id, account_id, .. } = identity;
        Ok(Both { profile, membership_id, membership, account_id, ownership })
    }

    /// A profile, as it is or as it was.
    pub async fn profile(
        &self,
        call: &Call,
        id: ProfileId,
        at: Option<At>,
    ) -> Result<Committed<Profile>, PortalError> {
        let both = self.profile_and_membership(id).await?;
        self.allow(&call.caller, Permission::ProfileRead, &both.ownership)?;
        match at {
            None => Ok(Committed::of(id, both.profile)),
            Some(at) => self.existing_at(id, at).await,
        }
    }

    /// Whose a profile is.
    pub async fn profile_ownership(&self, profile: &Profile) -> Result<Ownership, PortalError> {
        let identity = profile.identity.ok_or(PortalError::NotFound)?;
        let membership = self.existing::<Membership>(identity.membership_id).await?;
        Ok(Self::membership_ownership(&membership.state))
    }

    /// What the caller can do with a profile: what its status allows and the table permits. Once the last day is past a company submits
    /// nothing, whether the clock has noticed yet or not; before a specialist is assigned CBP reviews nothing.
    pub async fn profile_commands(
        &self,
        caller: &Caller,
        profile: &Profile,
    ) -> Result<Vec<&'static str>, PortalError> {
        let identity = profile.identity.ok_or(PortalError::NotFound)?;
        let membership = self.existing::<Membership>(identity.membership_id).await?;
        let overdue = membership.state.is_overdue(kernel::programme_date(self.now()));
        let by_status = profile.status.allowed_commands().iter().copied();
        if membership.state.status.is_ended() {
            return Ok(Vec::new());
        }
        let unassigned = membership.state.assignment.is_none();
        let of_review = |command: &str| {
            let needed = permission_of_command(command);
            matches!(needed, Some(Permission::ProfileReview | Permission::ProfileApprove))
        };
        let in_time =
            by_status.filter(|command| !(overdue && *command == SUBMIT || unassigned && of_review(command)));
        Ok(allowed_commands(caller, &Self::membership_ownership(&membership.state), in_time))
    }

    /// The profiles that the caller may see.
    pub async fn profiles(
        &self,
        call: &Call,
        filter: &ProfileFilter,
        request: &PageRequest,
    ) -> Result<Page<ProfileRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::ProfileRead)?;
        for (column, values) in [
            ("status", &filter.status),
            ("entity_type", &filter.entity_type),
            ("account_id", &filter.account_id),
            ("membership_id", &filter.membership_id),
        ] {
            if !values.is_empty() {
                filters.push(Filter::In(column, values.clone()));
            }
        }
        for (column, values) in [("office", &filter.office), ("specialist_id", &filter.specialist_id)] {
            if !values.is_empty() {
                filters.push(Filter::MembershipIn("membership_id", column, values.clone()));
            }
        }
        filters.extend(filter.due_on_or_before.map(|date| Filter::MembershipDue("membership_id", date)));
        page(self.ledger.db(), filters, Sort::Key { descending: false }, request).await
    }

    /// The history of a profile.
    pub async fn profile_history(
        &self,
        call: &Call,
        id: ProfileId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        self.profile(call, id, None).await?;
        self.stream_history("profile", &id.to_string(), after, limit).await
    }

    /// Saves one answer. `If-Match`, where given, names the answer's own version, so that people who work on different answers do
    /// not get in each other's way.
    pub async fn save_answer(
        &self,
        call: &Call,
        id: ProfileId,
        command: SaveAnswer,
        precondition: AnswerMatch,
    ) -> Result<Committed<Profile>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let both = self.profile_and_membership(id).await?;
            let actor = self.allow(&call.caller, Permission::ProfileAnswer, &both.ownership)?;
            let mut command = command.clone();
            if !both.profile.state.criteria.contains_key(&command.criterion_id) {
                return Err(PortalError::NotFound);
            }
            let current = both.profile.state.answer_version(&command.criterion_id);
            match (call.expected_version, precondition) {
                (Some(expected), _) if expected == i64::from(current) => {
                    command.expected_answer_version = Some(current);
                }
                (Some(_), _) => return Err(PortalError::VersionMismatch { current: current.into() }),
                (None, AnswerMatch::Exists) if current == 0 => {
                    return Err(PortalError::VersionMismatch { current: 0 });
                }
                (None, AnswerMatch::Named) if current > 0 => {
                    return Err(PortalError::MatchRequired { current: current.into() });
                }
                (None, _) => {}
            }
            not_removed(&both)?;
            let answer = format!("{id}/{}", command.criterion_id);
            let context = self.context(actor);
            let events = profile::decide(&both.profile.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &both.ownership, refusal))?;
            let part = Part::new(id, both.profile, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("answer", answer, part.version_after()),
                parts: vec![&part],
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// Hands the profile to CBP; the pre-applicant becomes an applicant in the same step.
    pub async fn submit_profile(
        &self,
        call: &Call,
        id: ProfileId,
    ) -> Result<Committed<Profile>, PortalError> {
        self.on_both(call, id, Permission::ProfileSubmit, Submit {}.into(), |events, account| {
            events
                .iter()
                .any(|event| matches!(event, ProfileEvent::Submitted(_)))
                .then(|| mbr::command::SubmitSecurityProfile { account }.into())
        })
        .await
    }

    /// Begins the review.
    pub async fn start_review(&self, call: &Call, id: ProfileId) -> Result<Committed<Profile>, PortalError> {
        self.on_both(call, id, Permission::ProfileReview, StartReview {}.into(), |_, _| None).await
    }

    /// Lets one answer stand.
    pub async fn accept_answer(
        &self,
        call: &Call,
        id: ProfileId,
        command: AcceptAnswer,
    ) -> Result<Committed<Profile>, PortalError> {
        self.on_both(call, id, Permission::ProfileReview, command.into(), |_, _| None).await
    }

    /// Asks for a change of one answer.
    pub async fn reject_answer(
        &self,
        call: &Call,
        id: ProfileId,
        command: RejectAnswer,
    ) -> Result<Committed<Profile>, PortalError> {
        self.on_both(call, id, Permission::ProfileReview, command.into(), |_, _| None).await
    }

    /// Gives the profile back to the company.
    pub async fn return_profile(
        &self,
        call: &Call,
        id: ProfileId,
        command: Return,
    ) -> Result<Committed<Profile>, PortalError> {
        self.on_both(call, id, Permission::ProfileReview, command.into(), |events, _| {
            events.iter().find_map(|event| match event {
                ProfileEvent::Returned(returned) => Some(
                    mbr::command::ReturnProfile {
                        rejected_answers: u32::try_from(returned.rejected.len()).unwrap_or(u32::MAX),
                        answer_due_on: returned.due_on,
                    }
                    .into(),
                ),
                _ => None,
            })
        })
        .await
    }

    /// Approves the profile as a snapshot; the applicant becomes approved in the same step.
    pub async fn approve_profile(
        &self,
        call: &Call,
        id: ProfileId,
        command: Approve,
    ) -> Result<Committed<Profile>, PortalError> {
        self.on_both(call, id, Permission::ProfileApprove, command.into(), |events, _| {
            events.iter().find_map(|event| match event {
                ProfileEvent::Approved(approved) => {
                    Some(mbr::command::ApproveProfile { snapshot_number: approved.snapshot_number }.into())
                }
                _ => None,
            })
        })
        .await
    }

    /// Decides on the profile and, where the step concerns it too, on the membership; both or neither.
    async fn on_both(
        &self,
        call: &Call,
        id: ProfileId,
        permission: Permission,
        command: ProfileCommand,
        on_membership: impl Fn(&[ProfileEvent], AccountFacts) -> Option<MembershipCommand> + Sync,
    ) -> Result<Committed<Profile>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let both = self.profile_and_membership(id).await?;
            let actor: Actor = self.allow(&call.caller, permission, &both.ownership)?;
            Self::expect_version(call, both.profile.version)?;
            let account = self.account_facts(both.account_id).await?;
            let context = self.context(actor);
            let overdue = both.membership.state.is_overdue(context.today());
            let told = |refusal| {
                let mut refusal = told(&call.caller, &both.ownership, refusal);
                refusal.allowed_commands.retain(|command| !(overdue && command == SUBMIT));
                refusal
            };
            not_removed(&both)?;
            let profile_events =
                profile::decide(&both.profile.state, command.clone(), &context).map_err(told)?;
            if permission != Permission::ProfileSubmit {
                let status = both.profile.state.status.as_str();
                mbr::check_review(&both.membership.state)
                    .map_err(|refusal| told(Refusal { current_state: Some(status.to_owned()), ..refusal }))?;
            }
            let membership_events = match on_membership(&profile_events, account) {
                Some(command) => mbr::decide(&both.membership.state, command, &context).map_err(told)?,
                None => Vec::new(),
            };
            let profile_part = Part::new(id, both.profile, profile_events);
            let membership_part = Part::new(both.membership_id, both.membership, membership_events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("profile", id.to_string(), profile_part.version_after()),
                parts: vec![&profile_part, &membership_part],
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok(profile_part.committed())
        })
        .await
    }
}
