import pytest
from held import DIGESTS, LIMITS, loaded
from servers import place

from mainstay.refusal import Refusal
from mainstay.serving import loading, slot
from mainstay.serving.loading import Check
from mainstay.trust.manifest import Golden


def test_a_slot_that_holds_is_ready_to_answer(tmp_path):
    own = loaded(tmp_path)
    assert (own.release, own.slot.counter, own.threshold) == ("v1.0.0", 1, 0.5)
    assert own.model.digest == own.slot.sha256


def test_a_model_that_is_loaded_is_not_read_again(tmp_path):
    own = loaded(tmp_path)
    again = loading.load(place(tmp_path / "slots", "v1.0.0", counter=3), DIGESTS, LIMITS, (own,))
    assert again.model is own.model and again.slot.counter == 3


@pytest.mark.parametrize("known", [False, True])
def test_a_model_that_is_not_the_signed_one_is_refused(tmp_path, known):
    own = loaded(tmp_path)
    path = own.slot.path / slot.MODEL
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(Refusal, match="has sha256"):
        loading.load(own.slot, DIGESTS, LIMITS, (own,) if known else ())


def test_golden_rows_that_score_otherwise_are_refused(tmp_path):
    with pytest.raises(Refusal, match="golden row 1 scores"):
        loaded(tmp_path, golden=[Golden(row={"tenure_months": 1, "observed_on": "2024-06-01"}, score=0.01)])


def test_a_promotion_of_another_release_is_refused(tmp_path):
    own = loaded(tmp_path)
    other = place(tmp_path / "slots", "v1.1.0", level=2.0, counter=2)
    (own.slot.path / slot.PROMOTION).write_bytes((other.path / slot.PROMOTION).read_bytes())
    with pytest.raises(Refusal, match=r"promotes v1.1.0, holds v1.0.0"):
        loading.load(own.slot, DIGESTS, LIMITS)


def test_files_that_lack_or_hold_anything_else_are_refused(tmp_path):
    own = loaded(tmp_path)
    (own.slot.path / slot.MANIFEST).write_bytes(b"{}")
    with pytest.raises(Refusal, match=r"manifest.json: cannot be read"):
        loading.load(own.slot, DIGESTS, LIMITS)
    (own.slot.path / slot.MANIFEST).unlink()
    with pytest.raises(Refusal, match=r"manifest.json: cannot be read"):
        loading.load(own.slot, DIGESTS, LIMITS)


class TestSignatures:
    @pytest.fixture
    def synced(self, yard):
        yard.release("v1.0.0", 1.0)
        yard.release("v1.1.0", 2.0)
        yard.promote("v1.0.0")
        assert yard.follower().poll().says == "current"
        yard.check = Check(1e-6, yard.keys.allowed_signers, "production")
        return yard

    def test_what_a_syncer_wrote_holds(self, synced):
        own = slot.linked(synced.slots, slot.CURRENT)
        assert loading.load(own, synced.check, LIMITS).release == "v1.0.0"

    def test_what_nobody_signed_is_refused(self, synced):
        own = place(synced.slots, "v1.0.0", counter=9)
        with pytest.raises(Refusal, match=r"channel.tag: cannot be read"):
            loading.load(own, synced.check, LIMITS)
        assert loading.load(own, DIGESTS, LIMITS).release == "v1.0.0", "by digests alone it holds"

    def test_a_channel_of_another_name_is_refused(self, synced):
        own = slot.linked(synced.slots, slot.CURRENT)
        with pytest.raises(Refusal, match="staging"):
            loading.load(own, Check(1e-6, synced.keys.allowed_signers, "staging"), LIMITS)

    def test_an_older_promotion_is_refused_though_it_is_signed(self, synced):
        old = slot.linked(synced.slots, slot.CURRENT)
        synced.promote("v1.1.0")
        synced.follower().poll()
        new = slot.linked(synced.slots, slot.CURRENT)
        with pytest.raises(Refusal, match="#1 is older than #2, which runs"):
            loading.load(old, synced.check, LIMITS, running=new)
