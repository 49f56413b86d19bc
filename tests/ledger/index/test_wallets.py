"""Wallets in the tables: parties that change places in one step, and names that stay with them."""

from ledger.intake import wallets
from tests.ledger.house import ANN, BAKERY, BOB, House


def wallet_of(house: House, consumer: int) -> bytes:
    return house.ledger.members.find("consumer", f"#{consumer}").wallet


def test_wallets_that_go_round_in_one_step_are_as_on_the_chain(house: House) -> None:
    """Ann's wallet is Bob's at the end and Bob's is Ann's, read in blocks and all at once."""
    ann, bob = wallet_of(house, ANN), wallet_of(house, BOB)
    for consumer, to in ((ANN, None), (BOB, ann), (ANN, bob)):
        request = wallets.RecoverWallet(consumer, True, to)
        house.included(house.ledger.wallets.recover(request, key=house.key()))
        house.pass_time(7 * 86_400)
        complete = wallets.CompleteRecovery(consumer, True)
        house.included(house.ledger.wallets.complete(complete, key=house.key()))
    assert (wallet_of(house, ANN), wallet_of(house, BOB)) == (bob, ann)
    house.ledger.index.rebuild()
    assert (wallet_of(house, ANN), wallet_of(house, BOB)) == (bob, ann)
    assert house.ledger.members.find("consumer", "ann").id == ANN


def test_a_reference_stays_with_its_party_and_after_the_tables_were_made_anew(house: House) -> None:
    for _ in range(2):
        house.included(house.ledger.wallets.change(wallets.MoveWallet(BAKERY), key=house.key()))
    now = house.ledger.members.find("merchant", "bakery")
    house.ledger.index.rebuild()
    assert house.ledger.members.find("merchant", "bakery") == now
    assert len(house.ledger.wallets.former(BAKERY, consumer=False)) == 2
    house.included(house.issue(house.stock()))
