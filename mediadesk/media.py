"""The one guarded door through which media files are opened."""

import errno
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from mediadesk.api import UnreadableError

_DEMUXERS = (
    "aac,ac3,aiff,ape,asf,avi,caf,dsf,dv,eac3,dts,flac,flv,matroska,mov,mp3,mpeg,mpegts,"
    "mpegvideo,mpc,mpc8,ogg,tta,wav,w64,wv"
)
_CODECS = frozenset(  # a table reads better as text than as ninety quoted words
    """
    h264 hevc av1 libdav1d vp8 libvpx vp9 libvpx-vp9 mpeg1video mpeg2video mpeg4 msmpeg4v1
    msmpeg4v2 msmpeg4v3 msmpeg4 wmv1 wmv2 wmv3 vc1 theora h263 flv mjpeg prores dnxhd ffv1 rv40
    svq1 svq3 h261 rawvideo cinepak dvvideo vp6 vp6f png bmp gif webp tiff
    aac aac_latm ac3 eac3 dca truehd mlp mp1 mp2 mp3 mp1float mp2float mp3float vorbis opus libopus
    flac alac ape wavpack tta wmav1 wmav2 wmapro wmalossless mpc7 mpc8 dsd_lsbf dsd_msbf
    dsd_lsbf_planar dsd_msbf_planar speex libspeex adpcm_ms adpcm_ima_wav adpcm_ima_qt
    adpcm_swf nellymoser amrnb amrwb pcm_bluray pcm_dvd pcm_u8 pcm_s8
    pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be pcm_f32le pcm_f32be pcm_f64le
    pcm_alaw pcm_mulaw
    subrip srt ass ssa webvtt mov_text text
    """.split()  # noqa: SIM905
)
_MAX_SIDE = 8192
_MAX_PIXELS = 8192 * 4352
"""Of a picture: the most that any level in use of H.264, HEVC and AV1 allows. A decoder may keep
sixteen."""
_NO_ROOM = {errno.EAGAIN, errno.ENOMEM}  # for a thread, for data; a damaged file may cause both


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Open a local media file for reading; only files, known demuxers, sane sizes.

    FFmpeg would follow ``concat:`` or ``http:`` paths, decode rare formats nobody keeps fixed, and
    allocate whatever a header claims; none of that passes here.

    Raises:
        UnreadableError: if the file is no usable media, at opening or while the block reads it.
    """
    try:
        if path.stat().st_size == 0:
            raise UnreadableError(f"“{path}” is empty: copy it again from its source.")
        container = av.open(
            f"file:{path.resolve()}",
            options={"protocol_whitelist": "file", "format_whitelist": _DEMUXERS},
            metadata_errors="replace",
        )
    except UnreadableError:
        raise
    except PermissionError as error:
        raise UnreadableError(f"“{path}” may not be read: grant yourself access to it.") from error
    except FileNotFoundError as error:
        raise UnreadableError(f"“{path}” is gone: reconnect its drive or scan again.") from error
    except Exception as error:
        raise _unreadable(path, error) from error
    with container:
        try:
            _check(container)
            yield container
        except (UnreadableError, MemoryError):
            raise
        except (
            av.FFmpegError,
            IndexError,
            EOFError,
            OSError,
            UnicodeError,
            OverflowError,
        ) as error:
            raise _unreadable(path, error) from error


def _check(container: InputContainer) -> None:
    for stream in container.streams:
        context = getattr(stream, "codec_context", None)
        if context is None:
            continue
        if isinstance(stream, VideoStream):
            _check_picture(container, stream)
        if context.type in {"video", "audio"} and context.name not in _CODECS:
            raise UnreadableError(
                f"“{container.name.removeprefix('file:')}” uses the codec {context.name}, which is "
                "not decoded here: convert it to a common one."
            )


def _check_picture(container: InputContainer, stream: VideoStream) -> None:
    """Refuse pictures that are too large, those too that say so only while they are decoded."""
    context = stream.codec_context
    if stream.disposition & Disposition.attached_pic:  # the film or song is whole without it
        context.options = {"max_pixels": str(_MAX_SIDE**2)}
        return
    most = _MAX_PIXELS
    if max(context.width, context.height) > _MAX_SIDE or context.width * context.height > most:
        raise UnreadableError(
            f"“{container.name.removeprefix('file:')}” claims a picture of {context.width} × "
            f"{context.height}: more than {_MAX_SIDE} × {most // _MAX_SIDE} is not decoded."
        )
    context.options = {"max_pixels": str(most)}


def _unreadable(path: Path, error: Exception) -> UnreadableError:
    what = getattr(error, "strerror", None) or str(error) or type(error).__name__
    cause = "it is damaged or not what its name says"
    if getattr(error, "errno", None) in _NO_ROOM:
        cause = (
            "there is too little memory for it, of which a plugin's maker may ask for more as "
            "“memory-mb”, or it is damaged"
        )
    return UnreadableError(
        f"“{path}” can't be read as media ({what}): {cause}; copy it again or remove it."
    )


class GuardedMedia:
    """The door as it is handed to plugins."""

    def open(self, path: Path) -> AbstractContextManager[InputContainer]:
        return open_media(path)
