"""Everything that the tablet needs is a recipe or pure Python, at the locked version. Nothing is compiled here."""

from __future__ import annotations

import json
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.android.apk import ANDROID, recipes, requirements, resolved, script, spec

needs = script("requirements")
FACTS = json.loads((ANDROID / "wheels.json").read_text())
LOCK = needs.locked()
NEEDED = needs.needed()
BROUGHT = {"pycparser"}
"""What a recipe brings by itself: cffi needs it to be built."""


def test_the_spec_names_all_that_the_tablet_needs_and_nothing_else():
    assert set(requirements()) - {"python3"} == set(NEEDED) - BROUGHT
    assert set(recipes()) >= BROUGHT
    assert {canonicalize_name(one.name) for one in needs.tablet_dependencies()} <= set(requirements())


def test_every_version_is_the_locked_one_unless_a_recipe_dictates_it():
    for name, listed in requirements().items():
        if name == "python3":
            assert listed.version == needs.PYTHON == recipes()["python3"]["version"]
        elif listed.version is not None:
            assert listed.version == LOCK[name].version, name
        else:
            assert not recipes()[name]["is_ours"], f"{name}: our own recipe has the locked version; say it"


def test_a_version_that_a_recipe_dictates_is_allowed_by_whoever_needs_it():
    dictated = {name for name, listed in requirements().items() if listed.version is None}
    assert dictated == {"numpy", "cffi"}
    wanted = [*needs.tablet_dependencies()]
    for name in NEEDED:
        wanted += [Requirement(text) for text in distribution(name).requires or () if "extra ==" not in text]

    limits = [one for one in wanted if canonicalize_name(one.name) in dictated]

    assert {canonicalize_name(one.name) for one in limits} == dictated
    for one in limits:
        assert Version(recipes()[canonicalize_name(one.name)]["version"].lstrip("v")) in one.specifier, one


def test_every_requirement_is_a_recipe_or_pure_python():
    modules = {canonicalize_name(name) for name in resolved()["modules"]}

    assert modules | set(recipes()) >= set(requirements())
    assert modules <= set(requirements()), "a recipe brings something that no version is named for"
    for name in modules:
        wheel = FACTS[name]["android"]
        assert wheel["file"].endswith("-none-any.whl"), name
        # python-for-android installs these with the pip of the computer that builds: it must choose the same wheel.
        assert wheel == FACTS[name]["linux"], f"{name} needs a recipe, or a computer's wheel gets onto the tablet"


def test_the_facts_about_wheels_are_about_the_locked_versions():
    assert {name: fact["version"] for name, fact in FACTS.items()} == NEEDED, "run mobile_app/android/wheels.py"
    for name, fact in FACTS.items():
        wheels = [fact[place] for place in ("android", "linux") if fact[place]]
        assert all(wheel["sha256"] in LOCK[name].sums for wheel in wheels), name


def test_what_is_compiled_has_been_built_for_python_3_14_elsewhere():
    without = {name for name, fact in FACTS.items() if fact["linux"] is None}

    # Kivy 2.3.1 is older than Python 3.14; python-for-android has patches for it.
    assert without == {"kivy"}


@pytest.mark.parametrize("name", [path.name for path in sorted((ANDROID / "recipes").iterdir()) if path.is_dir()])
def test_our_recipe_is_used_and_takes_the_locked_source(name):
    recipe = recipes()[canonicalize_name(name)]

    assert recipe["is_ours"]
    assert recipe["missing_patches"] == []
    locked = LOCK.get(canonicalize_name(name))
    if locked is not None and recipe["sha256"] is not None:
        assert recipe["version"] == locked.version
        assert recipe["sha256"] in locked.sums
    else:
        # Not from PyPI, or a recipe that only adds to python-for-android's own.
        assert recipe["sha256"] or name in {"python3", "kivy"}


def test_no_recipe_asks_for_a_newer_android_than_the_spec():
    least = spec().getint("app", "android.minapi")

    assert all(recipe["least_api"] <= least for recipe in recipes().values())


def test_names_are_written_as_python_for_android_compares_them():
    """It takes a wheel's name with _ for -; another spelling would install a second, unlocked version beside."""
    modules = {canonicalize_name(name) for name in resolved()["modules"]}

    assert all("-" not in requirements()[name].written for name in modules)


def test_python_brings_the_compression_that_syncing_needs():
    order = list(resolved()["recipes"])

    assert order.index("libzstd") < order.index("python3")
    assert "backports-zstd" not in requirements()


def test_conan_is_not_asked_for_when_sqlcipher3_is_built(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[build-system]\nrequires = [\n    "setuptools>=69",\n    "conan>=2.0",\n    "wheel"\n]\n')
    forget_conan = script("recipes/sqlcipher3/__init__").forget_conan

    forget_conan(pyproject)
    forget_conan(pyproject)

    assert pyproject.read_text() == '[build-system]\nrequires = [\n    "setuptools>=69",\n    "wheel"\n]\n'
