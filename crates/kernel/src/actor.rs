//! Who did something, as the ledger records it.

use crate::ids::PersonId;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// The role in which a person or a machine acts. Handbook sections 1.3, 1.4 and 4.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Company officer: the only one who may accept agreements and submit the security profile.
    Officer,
    /// Company employee: maintains data and answers.
    Employee,
    /// Consultant: may help prepare, never signs or submits.
    Consultant,
    /// Supply chain security specialist (SCSS) of CBP.
    Specialist,
    /// Supervisor or field office director of CBP.
    Supervisor,
    /// Programme director at CBP headquarters.
    ProgrammeDirector,
    /// Auditor: reads everything, changes nothing.
    Auditor,
    /// A company's own system, acting for the accounts named in its token.
    Integrator,
    /// Runs the installation: metrics and the state of the ledger, no company data.
    Operator,
    /// The portal itself, for example when a period has run out.
    System,
}

impl Role {
    /// Every role a caller can have, in the order of the documentation. `System` is no caller.
    pub const CALLERS: [Role; 9] = [
        Role::Officer,
        Role::Employee,
        Role::Consultant,
        Role::Specialist,
        Role::Supervisor,
        Role::ProgrammeDirector,
        Role::Auditor,
        Role::Integrator,
        Role::Operator,
    ];

    /// The name used in tokens, events and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::Employee => "employee",
            Role::Consultant => "consultant",
            Role::Specialist => "specialist",
            Role::Supervisor => "supervisor",
            Role::ProgrammeDirector => "programme_director",
            Role::Auditor => "auditor",
            Role::Integrator => "integrator",
            Role::Operator => "operator",
            Role::System => "system",
        }
    }

    /// Reads a role name; `None` when there is no such role.
    pub fn parse(name: &str) -> Option<Role> {
        Role::CALLERS.into_iter().chain([Role::System]).find(|role| role.as_str() == name)
    }

    /// Whether a company's officer can grant this role to a user of the account.
    pub const fn is_company_role(self) -> bool {
        matches!(self, Role::Officer | Role::Employee | Role::Consultant)
    }

    /// Whether CBP staff act in this role.
    pub const fn is_staff_role(self) -> bool {
        matches!(self, Role::Specialist | Role::Supervisor | Role::ProgrammeDirector)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What kind of party acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A user of a company's account.
    CompanyUser,
    /// CBP staff or an auditor.
    Staff,
    /// A machine client.
    Machine,
    /// The portal itself.
    System,
}

impl ActorKind {
    /// The name used in events and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            ActorKind::CompanyUser => "company_user",
            ActorKind::Staff => "staff",
            ActorKind::Machine => "machine",
            ActorKind::System => "system",
        }
    }
}

/// Who did something. Holds no name and no address: a person is named by id, and the people table knows the rest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The person, or the machine client, that acted.
    pub id: PersonId,
    /// What kind of party acted.
    pub kind: ActorKind,
    /// The role in which it acted.
    pub role: Role,
}

impl Actor {
    /// The portal itself, for facts that only the passing of time brings about.
    pub fn system() -> Actor {
        Actor { id: PersonId::SYSTEM, kind: ActorKind::System, role: Role::System }
    }
}
