"""Plays the scenario, printing each step as it is done."""

from ctpat_client.api.accounts import accounts_list
from ctpat_client.models.account_page import AccountPage

from .portal import body, portal_as, refused, stranger


def main() -> None:
    specialist = portal_as("specialist")
    page = body("list accounts", AccountPage, accounts_list.sync_detailed(client=specialist, limit=2))
    if len(page.items) > 2:
        raise SystemExit(f"asked for two accounts, got {len(page.items)}")
    print("    the specialist lists accounts")
    refused("list accounts without a token", 401, accounts_list.sync_detailed(client=stranger()))
    print("    a stranger lists nothing")


main()
