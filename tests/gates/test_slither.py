"""Slither finds nothing of weight in the contracts that is not explained, and would find what is planted."""

from pathlib import Path

import pytest

from scripts.gates.slither import PASSES, Explanation, Finding, analyse, check, judge, show
from tests.conftest import Report

PLANTED = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

contract Planted {
    using SafeERC20 for IERC20;

    IERC20 private immutable TOKEN;
    mapping(address => uint256) private cash;

    constructor(IERC20 token) {
        TOKEN = token;
    }

    function withdraw() external {
        TOKEN.safeTransfer(msg.sender, cash[msg.sender]);
        cash[msg.sender] = 0;
    }
}
"""
FOUND = Finding("reentrancy-no-eth", "Medium", "Planted.withdraw", "paid before it is written off")
REASON = Explanation("reentrancy-no-eth", "Planted.withdraw", "it is planted")


@pytest.mark.ci
def test_nothing_high_or_medium_is_unexplained_and_no_explanation_is_idle(report: Report) -> None:
    """Both passes over all contracts (N2)."""
    outcome = check()
    show(outcome)
    report("slither", contracts=outcome.contracts, detectors=outcome.detectors, unexplained=len(outcome.unexplained))
    assert not outcome.unexplained
    assert not outcome.idle


@pytest.mark.ci
def test_reentrance_through_the_token_is_seen_by_the_second_pass_alone(tmp_path: Path) -> None:
    (tmp_path / "Planted.sol").write_text(PLANTED, encoding="utf-8")
    seen = {each: {finding.where for finding in analyse(each, tmp_path)[0]} for each in PASSES}
    assert "Planted.withdraw" not in seen["as compiled"]
    assert "Planted.withdraw" in seen["plain token calls"]


def test_a_finding_without_explanation_fails() -> None:
    assert judge([FOUND], []) == ((FOUND,), ())


def test_an_explanation_without_finding_fails() -> None:
    assert judge([], [REASON]) == ((), (REASON,))


def test_an_explained_finding_passes() -> None:
    assert judge([FOUND, FOUND], [REASON]) == ((), ())
