"""The measured ceilings of the machine."""

from __future__ import annotations

import dataclasses
import time

import pytest

from smelt.runtime import dots, native, peaks
from smelt.util import flags


def test_measured_peaks_are_plausible() -> None:
    start = time.perf_counter()
    found = peaks.measure_peaks()
    assert time.perf_counter() - start < 5.0  # 0.3 s on a machine with nothing else to do
    assert found.cpu == native.host_processor()[0]
    assert found.threads == flags.SMELT_THREADS.value
    assert 0.5 < found.gflops_one_thread < 1000
    assert 0.5 < found.gflops < 1000 * found.threads
    assert 0.1 < found.read_gbytes < 5000
    assert 0.1 < found.copy_gbytes < 5000
    assert set(found.dots) == {instruction.dtype for instruction in dots._usable()}
    assert all(found.gflops_one_thread < gflops < 1e6 for gflops in found.dots.values())
    assert found.gflops_of("float32") == found.gflops


def test_what_is_read_beyond_the_caches_is_measured_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert 0.1 < peaks.measure_far() < 5000
    monkeypatch.setattr(peaks.memory, "available_bytes", lambda: 4 * peaks.FAR_NBYTES - 1)
    assert peaks.measure_far() == 0.0


def test_tiles_are_left_out_where_they_are_not_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dots, "host_processor", lambda: ("", "+avx512vnni,+amx-int8"))
    features = {}
    for permitted in (True, False):
        monkeypatch.setattr(dots, "tiles_permitted", lambda answer=permitted: answer)
        features[permitted] = [i.feature for i in dots._usable.__wrapped__()]
    assert features == {True: ["+avx512vnni", "+amx-int8"], False: ["+avx512vnni"]}


@pytest.mark.parametrize("features", ["+avx512f,+fma", "+avx,+fma", "+sse2,-fma", "+neon"])
def test_each_instruction_set_has_its_kernels(
    features: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peaks, "host_processor", lambda: ("a processor", features))
    texts = {text() for text in (peaks._arithmetic, peaks._read, peaks._copy)}
    lanes = {"+avx512f,+fma": 16, "+avx,+fma": 8}.get(features, 4)
    for text in texts:
        assert f"<{lanes} x float>" in text
        assert "$" not in text
        assert native.compile_text(text)
    assert any("call" in text for text in texts) is (features != "+sse2,-fma")


def test_peaks_of_a_quiet_machine_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = dataclasses.replace(peaks.measure_peaks(), cpu="kept")
    kept: dict[str, bytes] = {}
    monkeypatch.setattr(peaks, "lookup", kept.get)
    monkeypatch.setattr(peaks, "keep", kept.__setitem__)
    monkeypatch.setattr(peaks, "measure_peaks", lambda: made)
    monkeypatch.setattr(peaks.os, "getloadavg", lambda: (50.0, 0.0, 0.0))
    peaks._peaks.cache_clear()
    assert peaks.peaks() == made
    assert kept == {}  # others were using the cores: too low to be believed later
    monkeypatch.setattr(peaks.os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    peaks._peaks.cache_clear()
    assert peaks.peaks() == made
    monkeypatch.setattr(peaks, "measure_peaks", lambda: pytest.fail("measured again"))
    peaks._peaks.cache_clear()
    assert peaks.peaks() == made
    with flags.Context(SMELT_THREADS=7), pytest.raises(pytest.fail.Exception):
        peaks.peaks()
    peaks._peaks.cache_clear()


def test_float16_has_a_third_of_bfloat16s_products() -> None:
    found = peaks.Peaks("a processor", 2, 50.0, 100.0, 20.0, 30.0, {"bfloat16": 1500.0})
    assert found.gflops_of("float16") == 500.0
    assert dataclasses.replace(found, dots={"bfloat16": 200.0}).gflops_of("float16") == 100.0
