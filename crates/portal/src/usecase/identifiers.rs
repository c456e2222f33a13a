//! Identifiers that other memberships use too.

use crate::access::Permission;
use crate::call::Call;
use crate::error::PortalError;
use crate::portal::Portal;
use criteria::EntityType;
use kernel::identifiers::IdentifierType;
use kernel::{AccountId, MembershipId};
use ledger::fetch_all;
use membership::membership::{IdentifierUse, Membership};

impl Portal {
    /// What the account's other live memberships of a type use.
    pub(super) async fn used_in_account(
        &self,
        account: AccountId,
        entity_type: EntityType,
        but: MembershipId,
    ) -> Result<Vec<IdentifierUse>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String, String, String),
            "SELECT identifier_type, normalised, membership_id FROM membership_identifiers \
             WHERE account_id = $1 AND entity_type = $2 AND live AND membership_id <> $3 \
             ORDER BY identifier_type, normalised, membership_id",
            account.to_string(),
            entity_type.as_str(),
            but.to_string()
        )?;
        Ok(rows.into_iter().filter_map(|row| identifier_use(row, true)).collect())
    }

    /// Which other live memberships of the type use the identifiers of this one.
    pub(super) async fn used_by_others(
        &self,
        id: MembershipId,
        account: AccountId,
    ) -> Result<Vec<IdentifierUse>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String, String, String, String),
            "SELECT o.identifier_type, o.normalised, o.membership_id, o.account_id FROM membership_identifiers m \
             JOIN membership_identifiers o ON o.identifier_type = m.identifier_type AND o.normalised = m.normalised \
             AND o.entity_type = m.entity_type AND o.membership_id <> m.membership_id \
             WHERE m.membership_id = $1 AND o.live ORDER BY o.identifier_type, o.normalised, o.membership_id LIMIT 200",
            id.to_string()
        )?;
        let account = account.to_string();
        let read = |(kind, value, other, owner): (String, String, String, String)| {
            identifier_use((kind, value, other), owner == account)
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Live memberships of the same type that use the same identifiers, for staff to look at before certifying. An applicant never
    /// learns of them.
    pub async fn identifier_conflicts(
        &self,
        call: &Call,
        id: MembershipId,
    ) -> Result<Vec<IdentifierUse>, PortalError> {
        let loaded = self.existing::<Membership>(id).await?;
        let ownership = Self::membership_ownership(&loaded.state);
        self.allow(&call.caller, Permission::MembershipCompare, &ownership)?;
        let account = ownership.account_id.ok_or(PortalError::NotFound)?;
        self.used_by_others(id, account).await
    }
}

fn identifier_use(
    (kind, normalised, membership): (String, String, String),
    same_account: bool,
) -> Option<IdentifierUse> {
    let identifier_type = IdentifierType::parse(&kind)?;
    Some(IdentifierUse { identifier_type, normalised, membership_id: membership.parse().ok()?, same_account })
}
