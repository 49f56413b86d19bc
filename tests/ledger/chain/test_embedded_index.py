"""Every question about blocks, receipts and logs goes through an index, so that its cost does not grow with height."""

import pytest

from ledger.chain.embedded import EmbeddedChain
from ledger.chain.embedded.index import LOG_ORDER
from ledger.chain.protocol import TopicFilter
from tests.ledger.chain.assembler import NOTED, call_data
from tests.ledger.chain.wallet import Wallet

WORD = bytes(31) + b"\1"


def test_no_question_reads_a_whole_table(chain: EmbeddedChain, wallet: Wallet, notebook: bytes) -> None:
    receipt = wallet.send(chain, notebook, call_data("note(uint256,uint256)", 1, 5))
    asked: list[str] = []
    file = chain._store._sql
    file.set_trace_callback(asked.append)
    chain.receipts([receipt.transaction_hash, bytes(32)])
    chain.block(1)
    chain.logs(1, 2)
    chain.logs(0, 2, address=notebook)
    filters: list[TopicFilter] = [[NOTED], [None, WORD], [NOTED, [WORD, WORD]], [NOTED, None, WORD], [WORD] * 4]
    for topics in filters:
        chain.logs(0, 2, address=notebook, topics=topics)
    wallet.send(chain, notebook, call_data("note(uint256,uint256)", 1, 6))
    chain.send_raw([wallet.sign(nonce=0)])
    chain.call(notebook, call_data("read(uint256)", 1))
    chain.verify(2)
    file.set_trace_callback(None)
    questions = [statement for statement in asked if statement.lstrip().startswith("SELECT")]
    assert len(questions) > 12
    for question in questions:
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {question}")]
        assert not [step for step in plan if step.startswith("SCAN")], (question, plan)


@pytest.mark.parametrize("topic", range(4))
def test_a_topic_is_looked_up_in_its_own_index_within_the_run_of_blocks(chain: EmbeddedChain, topic: int) -> None:
    asked: list[str] = []
    file = chain._store._sql
    file.set_trace_callback(asked.append)
    chain.logs(5, 9, topics=[NOTED] + [WORD] * topic)
    file.set_trace_callback(None)
    (question,) = asked
    assert question.endswith(LOG_ORDER)
    plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {question}")]
    assert any(f"logs_topic{topic} (topic{topic}=? AND block_number>? AND block_number<?)" in step for step in plan)
