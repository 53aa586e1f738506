"""What only Android can do, each as one small function: the only file of Handwise that calls Java.

Nothing here decides anything, because nothing here has run in a test: it needs a device. Each function is its Java
calls and no more; what is done with their answers stands in modules that are tested (`keystore_secret.py`).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mobile_app.device.keystore_secret import KeystoreFault

_ALIAS = "handwise device secret"
_FLAG_SECURE = 0x2000
_ENCRYPT, _DECRYPT = 1, 2
_TAG_BITS = 128
_STRONGBOX_SINCE = 28
_NO_CODE = {f"com.google.zxing.{name}Exception" for name in ("NotFound", "Checksum", "Format")}


def is_android() -> bool:
    """Tell whether this is Python on Android."""
    return hasattr(sys, "getandroidapilevel")


def forbid_screenshots() -> None:
    """Keep the window out of screenshots, recordings and the list of recent apps (FLAG_SECURE)."""
    activity = _activity()
    on_its_thread = importlib.import_module("android.runnable").run_on_ui_thread

    @on_its_thread  # type: ignore[untyped-decorator]
    def set_flag() -> None:
        activity.getWindow().addFlags(_FLAG_SECURE)

    set_flag()


def shared_folder() -> Path | None:
    """Return the app's folder that a computer sees over the cable. It needs no permission, and goes with the app."""
    folder = _activity().getExternalFilesDir(None)
    return None if folder is None else Path(folder.getAbsolutePath())


def has_back_camera() -> bool:
    """Tell whether the tablet has a camera at its back. Asking opens none."""
    return bool(_activity().getPackageManager().hasSystemFeature("android.hardware.camera"))


def count_cameras() -> int:
    """Return how many cameras the tablet has. Asking opens none."""
    return int(_java("android.hardware.Camera").getNumberOfCameras())


def ask_for_camera(answer: Callable[[bool], None]) -> None:
    """Call `answer` with whether the camera may be used; Android asks the person where it has not been answered.

    The answer may come on another thread.
    """
    permissions = importlib.import_module("android.permissions")
    camera = permissions.Permission.CAMERA
    if permissions.check_permission(camera):
        answer(True)
    else:
        permissions.request_permissions([camera], lambda _asked, granted: answer(all(granted)))


def codes_in_grey(rows: bytes, width: int, height: int) -> list[str]:
    """Return the text of the QR code in a grey picture, one byte a pixel, by ZXing; none where there is none."""
    light = _java("com.google.zxing.PlanarYUVLuminanceSource")(rows, width, height, 0, 0, width, height, False)
    bitmap = _java("com.google.zxing.BinaryBitmap")(_java("com.google.zxing.common.HybridBinarizer")(light))
    try:
        return [_java("com.google.zxing.qrcode.QRCodeReader")().decode(bitmap).getText()]
    except Exception as fault:
        if getattr(fault, "classname", "") in _NO_CODE:
            return []
        raise


def leave_java() -> None:
    """End a thread of ours that has called Java."""
    importlib.import_module("jnius").detach()


class KeystoreKey:
    """A key in the Android Keystore (`WrappingKey` in `keystore_secret.py`), in its StrongBox where there is one."""

    def seal(self, secret: bytes) -> tuple[bytes, bytes]:
        try:
            cipher = _cipher()
            cipher.init(_ENCRYPT, _key() or _new_key())
            return _bytes(cipher.getIV()), _bytes(cipher.doFinal(secret))
        except Exception as fault:
            raise KeystoreFault from fault

    def unseal(self, nonce: bytes, sealed: bytes) -> bytes | None:
        try:
            key = _key()
            if key is None:
                return None
            cipher = _cipher()
            cipher.init(_DECRYPT, key, _java("javax.crypto.spec.GCMParameterSpec")(_TAG_BITS, nonce))
            return _bytes(cipher.doFinal(sealed))
        except Exception as fault:
            if getattr(fault, "classname", "") == "javax.crypto.AEADBadTagException":
                return None
            raise KeystoreFault from fault


def _java(name: str) -> Any:
    return importlib.import_module("jnius").autoclass(name)


def _activity() -> Any:
    return _java("org.kivy.android.PythonActivity").mActivity


def _cipher() -> Any:
    return _java("javax.crypto.Cipher").getInstance("AES/GCM/NoPadding")


def _key() -> Any:
    keystore = _java("java.security.KeyStore").getInstance("AndroidKeyStore")
    keystore.load(None)
    return keystore.getKey(_ALIAS, None)


def _new_key() -> Any:
    if _java("android.os.Build$VERSION").SDK_INT >= _STRONGBOX_SINCE:
        try:
            return _made_key(in_strongbox=True)
        except Exception as fault:
            if "StrongBoxUnavailable" not in f"{getattr(fault, 'classname', '')}{fault}":
                raise
    return _made_key(in_strongbox=False)


def _made_key(*, in_strongbox: bool) -> Any:
    settings = _java("android.security.keystore.KeyGenParameterSpec$Builder")(_ALIAS, _ENCRYPT | _DECRYPT)
    settings.setBlockModes("GCM")
    settings.setEncryptionPaddings("NoPadding")
    settings.setKeySize(256)
    if in_strongbox:
        settings.setIsStrongBoxBacked(True)
    generator = _java("javax.crypto.KeyGenerator").getInstance("AES", "AndroidKeyStore")
    generator.init(settings.build())
    return generator.generateKey()


def _bytes(java_bytes: Any) -> bytes:
    # Java's bytes have a sign.
    return bytes(value & 0xFF for value in java_bytes)
