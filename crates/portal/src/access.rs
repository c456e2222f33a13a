//! Who may do what: one table, role × permission × ownership. Handbook 1.3, 1.4 and 4.4.
//!
//! Routes declare their permission by type ([`PermissionType`]), so that the check, the OpenAPI document and the test matrix come from
//! this table and cannot differ. What a caller may not know exists is hidden (404); what it may see but not do is forbidden (403).

use kernel::{AccountId, Actor, ActorKind, PersonId, Role};

/// How far a role's permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The caller's own accounts.
    Own,
    /// Memberships assigned to the caller, and those that are assigned to nobody yet.
    Assigned,
    /// Memberships of the caller's office, and those that belong to no office yet; everything for a caller without an office.
    Office,
    /// Everything.
    All,
}

use Reach::{All, Assigned, Office, Own};
use Role::{
    Auditor, Consultant, Employee, Integrator, Officer, Operator, ProgrammeDirector, Specialist, Supervisor,
};

macro_rules! permissions {
    ($($(#[doc = $doc:expr])+ $name:ident = $code:literal: $([$($role:ident $reach:ident),*])?;)+) => {
        /// What can be permitted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Permission {
            /// Every permission, in the order of the table.
            pub const ALL: &'static [Permission] = &[$(Permission::$name,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Permission::$name => $code,)+ }
            }

            /// What it allows, in a sentence.
            pub const fn summary(self) -> &'static str {
                match self { $(Permission::$name => concat!($($doc),+),)+ }
            }

            /// The row of the table: which roles have it, and how far it reaches.
            pub const fn row(self) -> &'static [(Role, Reach)] {
                match self { $(Permission::$name => &[$($(($role, $reach),)*)?],)+ }
            }
        }

        /// One type for each permission, for routes to declare.
        pub mod permission {
            use super::{Permission, PermissionType};
            $(
                $(#[doc = $doc])+
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl PermissionType for $name {
                    const PERMISSION: Permission = Permission::$name;
                }
            )+
        }
    };
}

/// A permission as a type.
pub trait PermissionType: Send + Sync + 'static {
    /// The permission.
    const PERMISSION: Permission;
}

permissions! {
    /// Register a company's account; whoever registers becomes its first officer.
    AccountRegister = "account.register": [Officer Own, Employee Own, Consultant Own];
    /// Read accounts.
    AccountRead = "account.read": [Officer Own, Employee Own, Consultant Own, Integrator Own, Specialist All, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Change company data, addresses and contacts.
    AccountEdit = "account.edit": [Officer Own, Employee Own];
    /// Grant and revoke roles of an account's users.
    AccountManageUsers = "account.manage_users": [Officer Own];
    /// Accept the roles that accounts grant to oneself, decline them, and leave; with a token of CBP too, which does nothing else for a company.
    OwnRoles = "own_roles": [Officer Own, Employee Own, Consultant Own, Specialist All, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Accept the participation agreement.
    AgreementAccept = "agreement.accept": [Officer Own];
    /// Read from which network addresses agreements were accepted.
    AgreementOriginRead = "agreement.origin.read": [Officer Own, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Place and lift legal holds.
    HoldManage = "hold.manage": [Supervisor All, ProgrammeDirector All];
    /// Read what was erased, what is due to be, and which legal holds stand.
    ErasureRead = "erasure.read": [Specialist All, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Erase a person's data, or those of a company that never became a member.
    PersonErase = "person.erase": [Supervisor All, ProgrammeDirector All];
    /// Read who a person is.
    PersonRead = "person.read": [Specialist All, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Issue and revoke invitations.
    InvitationManage = "invitation.manage": [Specialist All, Supervisor All, ProgrammeDirector All];
    /// Read invitations.
    InvitationRead = "invitation.read": [Specialist All, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Apply for a membership.
    MembershipApply = "membership.apply": [Officer Own];
    /// Read memberships.
    MembershipRead = "membership.read": [Officer Own, Employee Own, Consultant Own, Integrator Own, Specialist Assigned, Supervisor Office, ProgrammeDirector All, Auditor All];
    /// Change identifiers, documents and declarations of an application.
    MembershipEdit = "membership.edit": [Officer Own, Employee Own];
    /// Record the bond.
    MembershipSetBond = "membership.set_bond": [Specialist Assigned, Supervisor Office, ProgrammeDirector All];
    /// Record determinations of eligibility.
    MembershipDetermine = "membership.determine": [Specialist Assigned, Supervisor Office, ProgrammeDirector All];
    /// Assign a specialist and an office.
    MembershipAssign = "membership.assign": [Supervisor Office, ProgrammeDirector All];
    /// Record the result of the vetting.
    MembershipVet = "membership.vet": [Specialist Assigned, Supervisor Office, ProgrammeDirector All];
    /// Recommend a certification.
    MembershipRecommend = "membership.recommend": [Specialist Assigned, Supervisor Office];
    /// Certify; somebody other than the one who recommended it.
    MembershipCertify = "membership.certify": [Supervisor Office, ProgrammeDirector All];
    /// Record that a validation was passed, and change the tier; somebody other than the one who reported or assessed it.
    MembershipValidate = "membership.validate": [Supervisor Office, ProgrammeDirector All];
    /// Ask to leave.
    MembershipLeave = "membership.leave": [Officer Own, Employee Own];
    /// Close a membership that its company asked to leave.
    MembershipClose = "membership.close": [Supervisor Office, ProgrammeDirector All];
    /// Read the register of enforcement actions and their appeals.
    EnforcementRead = "enforcement.read": [Officer Own, Employee Own, Consultant Own, Integrator Own, Specialist Assigned, Supervisor Office, ProgrammeDirector All, Auditor All];
    /// Recommend a suspension, a removal or a reinstatement.
    EnforcementRecommend = "enforcement.recommend": [Specialist Assigned, Supervisor Office];
    /// Read what is recommended and not decided yet.
    EnforcementReview = "enforcement.review.read": [Specialist Assigned, Supervisor Office, ProgrammeDirector All, Auditor All];
    /// Suspend, remove and reinstate, and correct entries of the register; somebody other than the one who recommended it.
    EnforcementDecide = "enforcement.decide": [ProgrammeDirector All];
    /// Answer a suspension with a corrective plan.
    EnforcementAnswer = "enforcement.answer": [Officer Own, Employee Own];
    /// File an appeal and take it back.
    AppealFile = "appeal.file": [Officer Own];
    /// Decide an appeal; somebody other than the one who decided the action.
    AppealDecide = "appeal.decide": [ProgrammeDirector All];
    /// Let somebody of CBP act on a company in whose account they have a role, and end that.
    ConflictOverride = "conflict.override": [ProgrammeDirector All];
    /// Reject an application or find an applicant ineligible.
    MembershipReject = "membership.reject": [Supervisor Office, ProgrammeDirector All];
    /// Withdraw an application.
    MembershipWithdraw = "membership.withdraw": [Officer Own];
    /// Mend a date that was recorded wrong.
    MembershipCorrect = "membership.correct": [Supervisor Office, ProgrammeDirector All];
    /// See which other memberships use the same identifiers.
    MembershipCompare = "membership.compare": [Specialist Assigned, Supervisor Office, ProgrammeDirector All, Auditor All];
    /// Read security profiles.
    ProfileRead = "profile.read": [Officer Own, Employee Own, Consultant Own, Integrator Own, Specialist Assigned, Supervisor Office, ProgrammeDirector All, Auditor All];
    /// Save answers of a security profile.
    ProfileAnswer = "profile.answer": [Officer Own, Employee Own, Consultant Own, Integrator Own];
    /// Submit a security profile.
    ProfileSubmit = "profile.submit": [Officer Own];
    /// Review a security profile: begin, accept and reject answers, return.
    ProfileReview = "profile.review": [Specialist Assigned, Supervisor Office, ProgrammeDirector All];
    /// Approve a security profile.
    ProfileApprove = "profile.approve": [Specialist Assigned, Supervisor Office, ProgrammeDirector All];
    /// Report incidents and add statements to them.
    IncidentReport = "incident.report": [Officer Own, Employee Own, Consultant Own, Specialist All, Supervisor All, ProgrammeDirector All];
    /// Read incidents: companies their own part, CBP all of them.
    IncidentRead = "incident.read": [Officer Own, Employee Own, Consultant Own, Integrator Own, Specialist All, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Look into incidents: name accounts, say how urgent it is, review.
    IncidentReview = "incident.review": [Specialist All, Supervisor All, ProgrammeDirector All];
    /// Answer for a company after an incident: analysis, corrective plan, actions.
    IncidentRespond = "incident.respond": [Officer Own, Employee Own];
    /// Correct and complete what is known of an incident.
    IncidentCorrect = "incident.correct": [Officer Own, Employee Own, Specialist All, Supervisor All, ProgrammeDirector All];
    /// Erase texts about incidents.
    IncidentErase = "incident.erase": [Supervisor All, ProgrammeDirector All];
    /// Close incidents and open them again.
    IncidentClose = "incident.close": [Supervisor All, ProgrammeDirector All];
    /// Read the work queue.
    WorkQueueRead = "work_queue.read": [Specialist Assigned, Supervisor Office, ProgrammeDirector All];
    /// Read deadlines.
    ObligationRead = "obligation.read": [Officer Own, Employee Own, Consultant Own, Integrator Own, Specialist Assigned, Supervisor Office, ProgrammeDirector All, Auditor All];
    /// Waive a deadline.
    ObligationWaive = "obligation.waive": [Supervisor Office, ProgrammeDirector All];
    /// See what falls due by week.
    ObligationPlan = "obligation.plan": [Specialist Assigned, Supervisor Office, ProgrammeDirector All];
    /// Open and close calendars of an account's deadlines.
    CalendarManage = "calendar.manage": [Officer Own, Employee Own];
    /// Read which calendars an account has.
    CalendarRead = "calendar.read": [Officer Own, Employee Own, Consultant Own, Integrator Own, Auditor All];
    /// Read one's own inbox.
    NotificationRead = "notification.read": [Officer All, Employee All, Consultant All, Specialist All, Supervisor All, ProgrammeDirector All, Auditor All];
    /// Read reference data: criteria, entity types, agreements, policy values.
    ReferenceRead = "reference.read": [Officer All, Employee All, Consultant All, Integrator All, Specialist All, Supervisor All, ProgrammeDirector All, Auditor All, Operator All];
    /// Read the feed of all events.
    FeedRead = "feed.read": [Auditor All, ProgrammeDirector All];
    /// Read the head of the ledger.
    LedgerRead = "ledger.read": [Auditor All, ProgrammeDirector All, Operator All];
    /// Read metrics.
    MetricsRead = "metrics.read": [Operator All];
}

/// A role in one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// The account.
    pub account_id: AccountId,
    /// The role.
    pub role: Role,
    /// As whom the caller acts in this account: a contact is a person of one account.
    pub person_id: PersonId,
}

/// Who asks, with everything that the table needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The person or machine, outside all accounts. Within an account a caller acts as one of its contacts.
    pub person_id: PersonId,
    /// The issuer of the token.
    pub issuer: String,
    /// The subject of the token.
    pub subject: String,
    /// The OAuth client.
    pub client_id: Option<String>,
    /// The name that the token gives, for the people table.
    pub display_name: Option<String>,
    /// Roles from the token: staff, auditor, integrator, operator.
    pub roles: Vec<Role>,
    /// The office from the token.
    pub office: Option<String>,
    /// Roles from accounts' own grants, and an integrator's accounts.
    pub grants: Vec<Granted>,
    /// Of somebody who acts for CBP: the roles that the same subject has accepted in accounts. They allow nothing.
    pub interests: Vec<Granted>,
    /// Of somebody who acts for CBP: the accounts in which the same subject has, or ever had, accepted a role. They keep the caller from acting
    /// on what belongs to them.
    pub served: Vec<AccountId>,
}

impl Caller {
    /// The portal itself.
    pub fn system() -> Self {
        Self {
            person_id: PersonId::SYSTEM,
            issuer: String::new(),
            subject: String::new(),
            client_id: None,
            display_name: None,
            roles: vec![Role::System],
            office: None,
            grants: Vec::new(),
            interests: Vec::new(),
            served: Vec::new(),
        }
    }

    /// Whether the caller signs in for companies: it has no role from its token.
    pub fn is_company_person(&self) -> bool {
        self.roles.is_empty()
    }

    /// Whether the caller looks after the programme or audits it: somebody who sees events whole, and no company's person or machine.
    pub fn is_for_the_programme(&self) -> bool {
        self.roles.iter().any(|role| matches!(role, Specialist | Supervisor | ProgrammeDirector | Auditor))
    }

    /// The contact as whom the caller acts in an account.
    pub fn person_in(&self, account: AccountId) -> Option<PersonId> {
        self.grants.iter().find(|granted| granted.account_id == account).map(|granted| granted.person_id)
    }

    fn actor(&self, role: Role, person_id: PersonId) -> Actor {
        let kind = match role {
            Role::Officer | Role::Employee | Role::Consultant => ActorKind::CompanyUser,
            Role::Integrator | Role::Operator => ActorKind::Machine,
            Role::System => ActorKind::System,
            Role::Specialist | Role::Supervisor | Role::ProgrammeDirector | Role::Auditor => ActorKind::Staff,
        };
        Actor { id: person_id, kind, role }
    }
}

/// Whose something is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ownership {
    /// The account it belongs to.
    pub account_id: Option<AccountId>,
    /// The specialist who looks after it.
    pub specialist: Option<PersonId>,
    /// The office that looks after it.
    pub office: Option<String>,
    /// Those of CBP who may act on it although they have a role in the company's account.
    pub conflict_overridden: Vec<PersonId>,
}

/// Why a caller may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// The caller may not know that it exists.
    Hidden,
    /// The caller may see it, but not do this.
    Forbidden,
    /// The caller's role would allow it, but the caller belongs to the company.
    ConflictOfInterest,
}

/// Which rows of a list a caller may see; applied in the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListScope {
    /// Everything.
    pub all: bool,
    /// These accounts.
    pub accounts: Vec<AccountId>,
    /// What is assigned to this specialist, or to nobody.
    pub specialist: Option<PersonId>,
    /// What belongs to this office, or to none.
    pub office: Option<String>,
}

fn reaches(caller: &Caller, reach: Reach, owner: &Ownership) -> bool {
    match reach {
        All => true,
        Own => false,
        Assigned => owner.specialist.is_none_or(|specialist| specialist == caller.person_id),
        Office => match (&caller.office, &owner.office) {
            (None, _) | (_, None) => true,
            (Some(own), Some(theirs)) => own == theirs,
        },
    }
}

/// The role in which the caller has a permission on something, and as whom, if it has one.
fn role_for(caller: &Caller, permission: Permission, owner: &Ownership) -> Option<(Role, PersonId)> {
    let row = permission.row();
    let granted = caller.grants.iter().filter(|granted| owner.account_id == Some(granted.account_id));
    let company = row.iter().filter(|(_, reach)| *reach == Own).find_map(|(role, _)| {
        granted.clone().find(|granted| granted.role == *role).map(|granted| (*role, granted.person_id))
    });
    let token =
        row.iter().find(|(role, reach)| caller.roles.contains(role) && reaches(caller, *reach, owner));
    company.or(token.map(|(role, _)| (*role, caller.person_id)))
}

/// The permission to see something goes with the permission to act on it.
const fn permission_to_see(permission: Permission) -> Option<Permission> {
    use Permission as P;
    match permission {
        P::AccountEdit
        | P::AccountManageUsers
        | P::AgreementAccept
        | P::PersonErase
        | P::HoldManage
        | P::MembershipApply => Some(P::AccountRead),
        P::InvitationManage => Some(P::InvitationRead),
        P::MembershipEdit
        | P::MembershipSetBond
        | P::MembershipDetermine
        | P::MembershipAssign
        | P::MembershipVet
        | P::MembershipRecommend
        | P::MembershipCertify
        | P::MembershipValidate
        | P::MembershipLeave
        | P::MembershipClose
        | P::EnforcementRecommend
        | P::EnforcementDecide
        | P::MembershipReject
        | P::MembershipWithdraw
        | P::MembershipCorrect
        | P::ConflictOverride
        | P::MembershipCompare => Some(P::MembershipRead),
        P::IncidentReport
        | P::IncidentReview
        | P::IncidentRespond
        | P::IncidentCorrect
        | P::IncidentErase
        | P::IncidentClose => Some(P::IncidentRead),
        P::EnforcementAnswer | P::AppealFile | P::AppealDecide => Some(P::EnforcementRead),
        P::ProfileAnswer | P::ProfileSubmit | P::ProfileReview | P::ProfileApprove => Some(P::ProfileRead),
        P::ObligationWaive => Some(P::ObligationRead),
        P::CalendarManage => Some(P::CalendarRead),
        _ => None,
    }
}

/// Whether the caller may do this to something of that owner, and in which role.
///
/// Nobody acts for CBP on what belongs to a company that they belong to themselves: they read what every member of staff reads, but do
/// nothing, and do not see what is for staff alone, unless the programme director has overridden the conflict. So it is with whoever once
/// served it, and with a token that is an integrator's for the company too. Only a role that they have accepted counts: a company that names
/// somebody cannot keep them from its affairs by it.
///
/// # Errors
/// [`Denial::Hidden`] when the caller may not even see it, [`Denial::Forbidden`] when it may, [`Denial::ConflictOfInterest`] when it
/// could do it to anything else.
pub fn authorize(caller: &Caller, permission: Permission, owner: &Ownership) -> Result<Actor, Denial> {
    let seeing = permission_to_see(permission);
    if let Some((role, person_id)) = role_for(caller, permission, owner) {
        let own_company =
            owner.account_id.is_some_and(|id| caller.served.contains(&id) || caller.person_in(id).is_some());
        let overridden = owner.conflict_overridden.contains(&caller.person_id);
        if own_company && !overridden && seeing.is_some() && role.is_staff_role() {
            return Err(Denial::ConflictOfInterest);
        }
        return Ok(caller.actor(role, person_id));
    }
    match seeing {
        Some(seeing) if role_for(caller, seeing, owner).is_some() => Err(Denial::Forbidden),
        _ => Err(Denial::Hidden),
    }
}

/// Whether there is anything at all that the caller could do this to: the coarse check, before anything is loaded. A person who signs in
/// for a company may always register one.
pub fn may_ever(caller: &Caller, permission: Permission) -> bool {
    if permission == Permission::AccountRegister {
        return caller.is_company_person();
    }
    permission.row().iter().any(|(role, reach)| {
        caller.roles.contains(role)
            || (*reach == Own && caller.grants.iter().any(|granted| granted.role == *role))
            // Reference data are for everybody who signs in.
            || (*reach == All && role.is_company_role() && caller.is_company_person())
    })
}

/// Which rows of a list the caller may see.
pub fn list_scope(caller: &Caller, permission: Permission) -> ListScope {
    let mut scope = ListScope::default();
    for (role, reach) in permission.row() {
        if caller.roles.contains(role) {
            match reach {
                All => scope.all = true,
                Assigned => scope.specialist = Some(caller.person_id),
                Office => match &caller.office {
                    Some(office) => scope.office = Some(office.clone()),
                    None => scope.all = true,
                },
                Own => {}
            }
        }
        if *reach == Own {
            let granted = caller.grants.iter().filter(|granted| granted.role == *role);
            scope.accounts.extend(granted.map(|granted| granted.account_id));
        }
    }
    scope.accounts.sort();
    scope.accounts.dedup();
    scope
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// As whom a caller acts in accounts.
    const CONTACT: PersonId = PersonId::new(Uuid::from_u128(8));

    fn caller(roles: &[Role], grants: &[(AccountId, Role)]) -> Caller {
        Caller {
            person_id: PersonId::new(Uuid::from_u128(7)),
            roles: roles.to_vec(),
            grants: grants
                .iter()
                .map(|(account_id, role)| Granted {
                    account_id: *account_id,
                    role: *role,
                    person_id: CONTACT,
                })
                .collect(),
            ..Caller::system()
        }
    }

    fn account(number: u128) -> AccountId {
        AccountId::new(Uuid::from_u128(number))
    }

    fn owned_by(number: u128) -> Ownership {
        Ownership { account_id: Some(account(number)), ..Ownership::default() }
    }

    #[test]
    fn a_consultant_never_signs_and_never_submits() {
        let consultant = caller(&[], &[(account(1), Role::Consultant)]);
        for permission in
            [Permission::AgreementAccept, Permission::ProfileSubmit, Permission::MembershipApply]
        {
            assert_eq!(
                authorize(&consultant, permission, &owned_by(1)),
                Err(Denial::Forbidden),
                "{permission:?}"
            );
        }
        let actor = authorize(&consultant, Permission::ProfileAnswer, &owned_by(1)).unwrap();
        assert_eq!((actor.id, actor.role), (CONTACT, Role::Consultant), "acts as the account's contact");
    }

    #[test]
    fn another_tenants_resource_is_hidden_whatever_is_asked() {
        let officer = caller(&[], &[(account(1), Role::Officer)]);
        for permission in Permission::ALL {
            if permission.row().iter().any(|(role, reach)| *role == Role::Officer && *reach == Own) {
                assert_eq!(
                    authorize(&officer, *permission, &owned_by(2)),
                    Err(Denial::Hidden),
                    "{permission:?}"
                );
            }
        }
    }

    #[test]
    fn an_auditor_reads_everything_and_changes_nothing() {
        let auditor = caller(&[Role::Auditor], &[]);
        for permission in Permission::ALL {
            let allowed = authorize(&auditor, *permission, &owned_by(1)).is_ok();
            let reads =
                permission.as_str().ends_with(".read") || *permission == Permission::MembershipCompare;
            // Nobody but oneself gets out of what a company named one for.
            let reads = reads || *permission == Permission::OwnRoles;
            let reads_operations = matches!(permission, Permission::MetricsRead | Permission::WorkQueueRead);
            assert_eq!(allowed, reads && !reads_operations, "{permission:?}");
        }
    }

    #[test]
    fn a_specialist_sees_what_is_assigned_or_unassigned() {
        let specialist = caller(&[Role::Specialist], &[]);
        let of = |person: Option<u128>| Ownership {
            specialist: person.map(|number| PersonId::new(Uuid::from_u128(number))),
            ..owned_by(1)
        };
        assert!(authorize(&specialist, Permission::ProfileReview, &of(Some(7))).is_ok());
        assert!(authorize(&specialist, Permission::ProfileReview, &of(None)).is_ok());
        assert_eq!(authorize(&specialist, Permission::ProfileReview, &of(Some(8))), Err(Denial::Hidden));
        assert_eq!(
            authorize(&specialist, Permission::MembershipCertify, &of(Some(7))),
            Err(Denial::Forbidden)
        );
    }

    #[test]
    fn staff_do_nothing_to_what_belongs_to_a_company_of_their_own() {
        let mut staff = caller(&[Role::Specialist, Role::Supervisor, Role::ProgrammeDirector], &[]);
        let everything = |who: &Caller, owner: &Ownership| -> Vec<Permission> {
            let may = |permission: &&Permission| authorize(who, **permission, owner).is_ok();
            Permission::ALL.iter().filter(may).copied().collect()
        };
        let before = everything(&staff, &owned_by(1));
        staff.served = vec![account(1)];
        assert_eq!(everything(&staff, &owned_by(2)), before);
        for permission in before {
            let reads = permission_to_see(permission).is_none();
            let decided = authorize(&staff, permission, &owned_by(1));
            assert_eq!(decided.is_ok(), reads, "{permission:?}");
            assert!(reads || decided == Err(Denial::ConflictOfInterest), "{permission:?}");
        }
        // But where the programme director has let this one act.
        let let_act = |number: u128| Ownership {
            conflict_overridden: vec![PersonId::new(Uuid::from_u128(number))],
            ..owned_by(1)
        };
        assert_eq!(everything(&staff, &let_act(7)), everything(&staff, &owned_by(2)));
        assert_eq!(
            authorize(&staff, Permission::MembershipCertify, &let_act(8)),
            Err(Denial::ConflictOfInterest)
        );
        // Somebody whose role does not allow it learns no more than before.
        let mut specialist = caller(&[Role::Specialist], &[]);
        specialist.served = staff.served;
        assert_eq!(
            authorize(&specialist, Permission::MembershipCertify, &owned_by(1)),
            Err(Denial::Forbidden)
        );
    }

    #[test]
    fn lists_are_cut_to_what_may_be_seen() {
        let person = caller(&[], &[(account(2), Role::Officer), (account(1), Role::Consultant)]);
        let scope = list_scope(&person, Permission::MembershipRead);
        assert_eq!((scope.all, scope.accounts), (false, vec![account(1), account(2)]));
        assert!(list_scope(&caller(&[Role::Auditor], &[]), Permission::MembershipRead).all);
        assert_eq!(list_scope(&caller(&[], &[]), Permission::MembershipRead), ListScope::default());
    }

    #[test]
    fn a_person_without_any_grant_may_register_a_company_and_read_reference_data() {
        let newcomer = caller(&[], &[]);
        assert!(may_ever(&newcomer, Permission::AccountRegister));
        assert!(may_ever(&newcomer, Permission::ReferenceRead));
        assert!(!may_ever(&newcomer, Permission::MembershipRead));
        assert!(!may_ever(&caller(&[Role::Operator], &[]), Permission::AccountRegister));
    }
}
