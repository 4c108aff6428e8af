"""From `VENDOR/MODEL` to a policy, and where its key comes from."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import pytest

from gyges.agents import llm, registry
from gyges.agents.llm import VENDORS, MissingKey
from tests.agents.conftest import KEYS, look
from tests.servers.front import Front
from tests.servers.stand_in import StandIn, choose


def test_a_name_is_a_vendor_and_a_model(vendor: str) -> None:
    policy = registry.policy(f"{vendor}/some/model-1")
    assert (policy.name, policy.vendor.name, policy.model) == (
        f"{vendor}/some/model-1",
        vendor,
        "some/model-1",
    )


def test_settings_stand_behind_the_model() -> None:
    policy = llm.policy("openai/m?temperature=0.5&max_tokens=99&timeout=7&attempts=2")
    assert (policy.settings.temperature, policy.settings.max_tokens) == (0.5, 99)
    assert (policy.patience.timeout, policy.patience.attempts) == (7.0, 2)
    assert policy.name == "openai/m?temperature=0.5&max_tokens=99&timeout=7&attempts=2"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("openai/", "names no model"),
        ("nobody/m", "names no model"),
        ("openai/m?heat=1", "sets 'heat'; a model takes max_tokens"),
        ("openai/m?max_tokens=many", "cannot be used"),
        ("openai/m?max_tokens=0", "cannot be used"),
        ("openai/m?temperature=-1", "cannot be used"),
        ("openai/m?timeout=0", "cannot be used"),
        ("openai/m?attempts=0", "cannot be used"),
        ("anthropic/m?temperature=1", "anthropic takes no temperature"),
    ],
)
def test_a_name_that_cannot_be_used_is_one_line(name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as raised:
        llm.policy(name)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("held", [None, "", "  "])
def test_without_a_key_one_line_says_what_to_set(
    held: str | None, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = VENDORS[vendor].key_variable
    monkeypatch.delenv(variable) if held is None else monkeypatch.setenv(variable, held)
    with pytest.raises(MissingKey, match=f"^set {variable} to ask '{vendor}/m'[^\n]*$"):
        registry.policy(f"{vendor}/m")


async def test_a_server_of_ones_own_needs_no_key(
    vendor: str, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VENDORS[vendor].key_variable)
    observation = look()
    stand_in.script([choose(observation.options[0].label)])
    policy = registry.policy(f"{vendor}/m", base_url=f"{stand_in.url}/v1")
    decision = await policy.act(observation)
    await policy.aclose()
    assert decision.option == 0


async def test_the_key_is_sent_and_held_by_no_object(vendor: str, stand_in: StandIn, front: Front) -> None:
    observation = look()
    policy = registry.policy(f"{vendor}/m", base_url=f"{front.url}/v1")
    assert KEYS[vendor].encode() not in pickle.dumps(policy)
    assert KEYS[vendor] not in repr(policy)
    stand_in.script([choose(observation.options[0].label)])
    front.script([])
    await policy.act(observation)
    await policy.aclose()
    assert front.received["authorization"] == f"Bearer {KEYS[vendor]}"


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
async def test_anthropics_base_url_may_end_in_its_version(end: str, stand_in: StandIn) -> None:
    observation = look()
    stand_in.script([choose(observation.options[0].label)])
    policy = registry.policy("anthropic/m", base_url=stand_in.url + end)
    assert (await policy.act(observation)).option == 0
    await policy.aclose()
    assert stand_in.requests()[0]["path"] == "/v1/messages"


async def test_a_closed_policy_can_be_asked_again(vendor: str, stand_in: StandIn) -> None:
    observation = look()
    stand_in.script([choose(observation.options[0].label)] * 2)
    policy = registry.policy(f"{vendor}/m", base_url=f"{stand_in.url}/v1")
    for _ in range(2):
        assert (await policy.act(observation)).option == 0
        await policy.aclose()


def test_a_policys_repr_is_the_same_in_every_process(vendor: str) -> None:
    name = f"{vendor}/m?max_tokens=5"
    assert repr(llm.policy(name)) == repr(llm.policy(name))
    assert registry.policy_hash(llm.policy(name)) != registry.policy_hash(llm.policy(f"{vendor}/other"))


def test_naming_a_model_imports_no_sdk() -> None:
    code = (
        "import sys, json; from gyges.agents import llm; llm.policy('openai/m');"
        "print(json.dumps([m for m in ('openai', 'anthropic', 'numba') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
