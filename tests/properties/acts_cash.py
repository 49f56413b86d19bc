"""Acts of cash: deposits, withdrawals, and what is paid out when it is due."""

from ledger.domain.ids import OPERATOR
from scripts.world import key
from tests.properties import faults
from tests.properties.acts import Acts, halts
from tests.properties.ghost import Ghost


def deposit(acts: Acts, consumer: bool, number: int, amount: int) -> None:
    """The treasurer brings tokens for a party."""
    ghost, broken = acts.ghost, faults.of_deposit(acts.ghost, consumer, number, amount)
    acts.world.book(amount)
    acts.send("deposit", [(consumer, number, amount)], broken=[broken], sender="treasurer")
    if broken:
        return
    _add(ghost, consumer, number, amount)
    if consumer or number != OPERATOR:
        ghost.withdrawn[ghost.today] = max(0, ghost.withdrawn[ghost.today] - amount)


def withdraw(acts: Acts, consumer: bool, number: int, amount: int) -> None:
    """A party orders cash to its wallet; a merchant's order waits, and pays the one before if that is due."""
    ghost, paid, once = acts.ghost, 0, acts.world.fresh_nonce()
    broken = faults.of_withdrawal(ghost, consumer, number, amount)
    if not broken and not consumer and number not in ghost.institutions:
        paid = 0 if faults.of_pay_out(ghost, number) else _pay_out(ghost, number)
        ghost.requests[number] = (amount, ghost.now + ghost.withdrawal_delay)
    elif not broken:
        _add(ghost, consumer, number, -amount)
        _leave(ghost, amount)
    if not broken and consumer:
        ghost.nonces.add((number, once))
    by = ghost.names[faults.party(consumer, number)]
    order = acts.world.withdrawal(number, amount, by=by, consumer=consumer, nonce=once)
    acts.send("withdraw", [order], broken=[broken], more_done=1 if paid else 0)


def pay_out(acts: Acts, merchant: int) -> None:
    """Anybody has a merchant's request paid."""
    broken = faults.of_pay_out(acts.ghost, merchant)
    if not broken:
        _pay_out(acts.ghost, merchant)
    acts.send("payOut", [merchant], broken=[broken])


def withdraw_platform(acts: Acts, amount: int) -> None:
    """The treasurer takes the platform's cash."""
    ghost = acts.ghost
    reverts = halts(AmountZero=amount == 0, CashInsufficient=amount > ghost.merchants[OPERATOR])
    if acts.send("withdrawPlatform", amount, key("treasurer").address, sender="treasurer", reverts=reverts):
        ghost.merchants[OPERATOR] -= amount


def _pay_out(ghost: Ghost, merchant: int) -> int:
    amount = min(ghost.requests.pop(merchant)[0], ghost.merchants[merchant])
    ghost.merchants[merchant] -= amount
    _leave(ghost, amount)
    return amount


def _leave(ghost: Ghost, amount: int) -> None:
    ghost.withdrawn[ghost.today] += amount
    ghost.withdrawn_last = ghost.today


def _add(ghost: Ghost, consumer: bool, number: int, amount: int) -> None:
    cash = ghost.consumers if consumer else ghost.merchants
    cash[number] += amount
