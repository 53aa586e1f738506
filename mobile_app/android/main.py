"""What Android starts. It lies at the top of the app's folder; `stage.py` puts it there."""

from __future__ import annotations

from mobile_app.device.android import forbid_screenshots, is_android


def main() -> int:
    """Close the window to screenshots, then run the app as on a desktop."""
    if is_android():
        forbid_screenshots()
    from mobile_app.__main__ import main as run

    return run([])


if __name__ == "__main__":
    raise SystemExit(main())
