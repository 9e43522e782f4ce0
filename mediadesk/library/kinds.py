"""Which files are media, and what an item is to a person."""

from mediadesk.api import Kind

_VIDEO = frozenset(  # tables read better as text than as fifty quoted words
    """
    .3gp .asf .avi .divx .dv .f4v .flv .m1v .m2ts .m2v .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogm .ogv
    .qt .ts .vob .webm .wmv
    """.split()  # noqa: SIM905
)
_AUDIO = frozenset(
    """
    .aac .ac3 .aif .aifc .aiff .ape .caf .dsf .dts .flac .m4a .m4b .mka .mp1 .mp2 .mp3 .mpc .oga
    .ogg .opus .spx .tta .w64 .wav .wma .wv
    """.split()  # noqa: SIM905
)
MEDIA = _VIDEO | _AUDIO
SUBTITLES = frozenset({".ass", ".lrc", ".srt", ".ssa", ".vtt"})
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
"""The endings of pictures beside files, the best first."""
_FILM_SECONDS = 40 * 60
_SONG_SECONDS = 20 * 60


def suffix(name: str) -> str:
    """Give the lower-case suffix of a file name with its dot, or nothing."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def is_video(name: str) -> bool:
    """Tell by its name whether a file is video."""
    return suffix(name) in _VIDEO


def is_subtitles(name: str) -> bool:
    """Tell by its name whether a file holds subtitles as text, or lyrics."""
    return suffix(name) in SUBTITLES


def is_picture(name: str) -> bool:
    """Tell by its name whether a file is a picture."""
    return suffix(name) in PICTURES


def kind_of(*, video: bool, seconds: float, episode: bool) -> Kind:
    """Give the kind of a file with moving pictures or without, by its length."""
    if not video:
        return Kind.SONG if seconds <= _SONG_SECONDS else Kind.RECORDING
    if episode:
        return Kind.EPISODE
    return Kind.FILM if seconds >= _FILM_SECONDS else Kind.CLIP
