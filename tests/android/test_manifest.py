"""What the APK asks of Android and gives away: read from the manifest that python-for-android makes of the spec."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import jinja2
import pytest

from tests.android.apk import ANDROID, listed, spec

NAMES = "{http://schemas.android.com/apk/res/android}"
DOMAINS = {"root", "file", "database", "sharedpref", "external"}
EVERYTHING = DOMAINS | {f"device_{name}" for name in DOMAINS - {"external"}}


@pytest.fixture(scope="module")
def manifest() -> ElementTree.Element:
    """The template of python-for-android, filled as its `build.py` fills it from what buildozer passes on."""
    found = find_spec("pythonforandroid")
    assert found is not None
    assert found.origin is not None
    templates = Path(found.origin).parent / "bootstraps" / "_sdl_common" / "build" / "templates"
    least = spec().getint("app", "android.minapi")
    args = SimpleNamespace(
        numeric_version="1",
        version="1",
        min_sdk_version=least,
        permissions=[{"name": name} for name in listed("android.permissions")],
        allow_backup="false" if not spec().getboolean("app", "android.allow_backup") else "true",
        backup_rules="",
        extra_manifest_xml=(ANDROID / spec().get("app", "android.extra_manifest_xml")).read_text(),
        extra_manifest_application_arguments=(
            ANDROID / spec().get("app", "android.extra_manifest_application_arguments")
        ).read_text(),
        android_apptheme="@android:style/Theme.NoTitleBar",
        android_entrypoint="org.kivy.android.PythonActivity",
        manifest_orientation="fullUser",
        activity_launch_mode="singleTask",
        intent_filters="",
    )
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(templates), autoescape=False)
    template = environment.get_template("AndroidManifest.tmpl.xml")
    text = template.render(args=args, service=False, service_data=[], native_services=[], android_api=35, debug=False)
    return ElementTree.fromstring(text)


def test_the_app_may_use_the_network_and_the_camera_and_nothing_else(manifest):
    asked = {element.get(f"{NAMES}name") for element in manifest.iter() if element.tag.startswith("uses-permission")}

    assert asked == {f"android.permission.{name}" for name in ("INTERNET", "ACCESS_NETWORK_STATE", "CAMERA")}
    assert not spec().has_option("app", "android.wakelock")


def test_no_tablet_is_turned_away_for_its_camera(manifest):
    required = [one for one in manifest.iter("uses-feature") if "camera" in (one.get(f"{NAMES}name") or "")]

    assert len(required) == 2
    assert all(one.get(f"{NAMES}required") == "false" for one in required)


def test_gradle_brings_the_reader_of_codes_at_one_version_and_nothing_else():
    assert listed("android.gradle_dependencies") == ["com.google.zxing:core:3.5.3"]
    # What this version of ZXing asks of Android.
    assert spec().getint("app", "android.minapi") >= 24


def test_android_backs_nothing_up(manifest):
    (application,) = manifest.iter("application")

    assert application.get(f"{NAMES}allowBackup") == "false"
    assert application.get(f"{NAMES}dataExtractionRules") == "@xml/data_extraction_rules"
    assert application.get(f"{NAMES}fullBackupContent") == "@xml/full_backup_content"
    assert application.get(f"{NAMES}usesCleartextTraffic") == "false"
    resources = dict(one.split(":") for one in listed("android.add_resources"))
    assert set(resources.values()) == {"xml/data_extraction_rules.xml", "xml/full_backup_content.xml"}
    assert all((ANDROID / source).is_file() for source in resources)


@pytest.mark.parametrize("way", ["cloud-backup", "device-transfer"])
def test_the_rules_take_everything_out_of_a_backup_and_of_a_move_to_another_device(way):
    rules = ElementTree.parse(ANDROID / "res" / "data_extraction_rules.xml").getroot()

    assert {section.tag for section in rules} == {"cloud-backup", "device-transfer"}
    _everything_is_out(rules.find(way))


def test_the_rules_of_older_androids_take_everything_out_too():
    _everything_is_out(ElementTree.parse(ANDROID / "res" / "full_backup_content.xml").getroot())


def test_nothing_but_the_window_can_be_started_from_outside(manifest):
    (activity,) = manifest.iter("activity")

    assert activity.get(f"{NAMES}name") == "org.kivy.android.PythonActivity"
    assert not [one.tag for one in manifest.iter() if one.tag in {"service", "receiver", "provider"}]
    (shown,) = activity.iter("intent-filter")
    assert [one.get(f"{NAMES}name") for one in shown] == [
        "android.intent.action.MAIN",
        "android.intent.category.LAUNCHER",
    ]


def test_the_tablet_can_be_held_either_way():
    assert set(listed("orientation")) == {"landscape", "portrait", "landscape-reverse", "portrait-reverse"}
    assert set(listed("android.archs")) == {"arm64-v8a", "armeabi-v7a"}


def _everything_is_out(section: ElementTree.Element | None) -> None:
    assert section is not None
    assert {rule.tag for rule in section} == {"exclude"}
    assert {rule.get("domain") for rule in section if rule.get("path") == "."} == EVERYTHING
