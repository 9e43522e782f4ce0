import numpy as np
import pytest

from mediadesk.api import Array, ModelSpec
from mediadesk.models import Models

AUDIO = ModelSpec(task="audio")
VOICE = ModelSpec(task="voice")
RATE = 16000
TIME = np.arange(3 * RATE) / RATE


def chord(*tones: float) -> Array:
    wave = sum(np.sin(2 * np.pi * tone * TIME) for tone in tones)
    return np.asarray(wave / len(tones) * 0.3, np.float32)


def beat(per_second: float) -> Array:
    """Noise that starts hard and dies away, like a drum."""
    noise = np.random.default_rng(1).normal(size=TIME.size)
    wave = noise * np.exp(-(TIME * per_second % 1) * 8)
    return np.asarray(wave * 0.2, np.float32)


def listen(models: Models, *waves: Array) -> Array:
    return models.run(AUDIO, {"waveform": np.stack(waves)})["embedding"]


def test_the_same_sound_gives_the_same_numbers(models: Models) -> None:
    wave = chord(220, 277, 330)
    np.testing.assert_array_equal(listen(models, wave), listen(models, wave))


def test_no_sound_changes_the_numbers_of_another(models: Models) -> None:
    waves = [chord(220, 277, 330) + beat(per_second) for per_second in (1, 2, 3, 5, 7)]
    together = listen(models, *waves)
    np.testing.assert_array_equal(together, np.stack([listen(models, w)[0] for w in waves]))


def test_a_little_noise_changes_little_and_another_sound_much(models: Models) -> None:
    noise = np.random.default_rng(0).normal(size=TIME.size).astype(np.float32) * 0.001
    sound = chord(220, 277, 330) + beat(2)
    same, noisy, other = listen(models, sound, sound + noise, chord(110, 880))
    assert same @ noisy > 0.95
    assert same @ noisy > same @ other + 0.1


def test_tags_are_shares_and_there_is_one_label_for_each(models: Models) -> None:
    answer = models.run(AUDIO, {"waveform": np.stack([beat(2)] * 9)})
    assert answer["embedding"].shape == (9, 200)
    np.testing.assert_allclose(np.linalg.norm(answer["embedding"], axis=1), 1, atol=1e-5)
    assert answer["probabilities"].shape == (9, len(answer["labels"]))
    assert answer["probabilities"].min() >= 0
    assert answer["probabilities"].max() <= 1


@pytest.mark.parametrize("value", [0, 1, -1])
def test_silence_and_full_scale_are_finite(models: Models, value: int) -> None:
    answer = models.run(AUDIO, {"waveform": np.full((1, 3 * RATE), value, np.float32)})
    assert all(np.isfinite(answer[name]).all() for name in ("embedding", "probabilities"))


def test_the_voice_in_windows_is_what_the_voice_model_hears_step_by_step(models: Models) -> None:
    random = np.random.default_rng(3)
    # Something like a voice: a buzz through the resonances of a throat that opens and closes.
    buzz = np.sign(np.sin(2 * np.pi * 120 * TIME)) * (1 + np.sin(2 * np.pi * 4 * TIME))
    vowels = sum(np.sin(2 * np.pi * tone * TIME) for tone in (700, 1200, 2600))
    waves = np.stack([beat(2), chord(220, 277), buzz * vowels * 0.05, random.normal(0, 0.1, 48000)])
    waves = waves.astype(np.float32)
    state, padded = np.zeros((2, len(waves), 128), np.float32), np.pad(waves, ((0, 0), (64, 0)))
    heard = []
    for start in range(0, 3 * RATE - 511, 512):
        window = padded[:, start : start + 576]
        answer = models.run(VOICE, {"input": window, "state": state, "sr": np.array(RATE)})
        state = answer["stateN"]
        heard.append(answer["output"][:, 0])
    stepwise = np.stack(heard, axis=1)
    assert np.ptp(stepwise) > 0.05
    at_once = models.run(AUDIO, {"waveform": waves})["speech"]
    np.testing.assert_allclose(at_once, stepwise, atol=0.01)


def test_there_is_no_speech_in_silence_or_a_tone(models: Models) -> None:
    run = models.runner(VOICE)
    for wave in (np.zeros(RATE, np.float32), chord(440)[:RATE]):
        state, context, heard = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), []
        for start in range(0, len(wave) - 511, 512):
            window = wave[start : start + 512]
            answer = run(
                {
                    "input": np.concatenate([context, window])[None],
                    "state": state,
                    "sr": np.array(RATE),
                }
            )
            state, context = answer["stateN"], window[-64:]
            heard.append(float(answer["output"][0, 0]))
        assert max(heard) < 0.3
    assert "labels" not in answer
