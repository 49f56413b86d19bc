"""Acts of members: who takes part, in what group, with what wallet."""

from scripts.world import DAY, key
from scripts.world.accounts import veto, wallet_change
from tests.properties import faults
from tests.properties.acts import Acts, halts
from tests.properties.holdings import Party

RECOVERY_DELAY = 7 * DAY


def register_consumer(acts: Acts, recruiter: int, name: str) -> None:
    """A merchant recruits one more."""
    ghost, world, number = acts.ghost, acts.world, len(acts.ghost.consumers) + 1
    by = ghost.names["merchant", recruiter]
    broken = faults.of_merchant(ghost, recruiter)
    intent = world.recruit_intent(recruiter, [world.recruit_record(name, recruiter=recruiter)], by=by)
    acts.send("registerConsumers", [intent], broken=[broken])
    if not broken:
        ghost.consumers[number], ghost.recruiters[number] = 0, recruiter
        ghost.names["consumer", number] = name


def suspend(acts: Acts, of: Party) -> None:
    """The operator suspends a party or lifts its suspension."""
    suspended = of not in acts.ghost.suspended
    reverts = halts(OperatorNotSuspendable=of == ("merchant", 1))
    if acts.send(f"suspend{of[0].title()}", of[1], suspended, sender="operator", reverts=reverts):
        acts.ghost.suspended ^= {of}


def change_group(acts: Acts, group: int, member: bool, merchant: int) -> None:
    """A merchant joins or leaves a group of acceptance."""
    acts.send("changeGroup", group, member, [merchant], sender="operator")
    members = acts.ghost.groups.setdefault(group or len(acts.ghost.groups) + 1, set())
    (members.add if member else members.discard)(merchant)


def change_wallet(acts: Acts, of: Party, name: str, *, by: str, nonce: int) -> None:
    """A party moves to another wallet; a recovery that waits is over."""
    ghost, consumer = acts.ghost, of[0] == "consumer"
    broken = faults.of_wallet(ghost, of, name, by=by, nonce=nonce)
    change = wallet_change(acts.world, of[1], name, by=by, consumer=consumer, nonce=nonce)
    acts.send("changeWallet", [change], broken=[broken])
    if broken:
        return
    ghost.names[of] = name
    ghost.recoveries.pop(of, None)
    if consumer:
        ghost.nonces.add((of[1], nonce))


def start_recovery(acts: Acts, of: Party, name: str) -> None:
    """The operator asks for another wallet for a party that lost its own."""
    ghost, consumer = acts.ghost, of[0] == "consumer"
    reverts = halts(
        ConsumerUnknown=consumer and of not in ghost.names,
        MerchantUnknown=not consumer and of not in ghost.names,
        WalletInUse=name in ghost.names.values(),
        RecoveryPending=of in ghost.recoveries,
    )
    if acts.send("startRecovery", consumer, of[1], key(name).address, sender="operator", reverts=reverts):
        ghost.recoveries[of] = (name, ghost.now + RECOVERY_DELAY)


def veto_recovery(acts: Acts, of: Party, *, by: str) -> None:
    """The party itself stops a recovery."""
    ghost, consumer = acts.ghost, of[0] == "consumer"
    name, ready_at = ghost.recoveries.get(of, ("stranger", 0))
    reverts = halts(RecoveryUnknown=of not in ghost.recoveries, VetoInvalid=by != ghost.names.get(of))
    signature = veto(acts.world, of[1], name, by=by, ready_at=ready_at, consumer=consumer)
    if acts.send("vetoRecovery", consumer, of[1], signature, reverts=reverts):
        del ghost.recoveries[of]


def complete_recovery(acts: Acts, of: Party) -> None:
    """The new wallet is in force once nobody stopped it for so long."""
    ghost = acts.ghost
    name, ready_at = ghost.recoveries.get(of, ("", 0))
    reverts = halts(
        RecoveryUnknown=of not in ghost.recoveries,
        RecoveryNotReady=ghost.now < ready_at,
        WalletInUse=name in ghost.names.values(),
    )
    if acts.send("completeRecovery", of[0] == "consumer", of[1], reverts=reverts):
        ghost.names[of] = name
        del ghost.recoveries[of]
