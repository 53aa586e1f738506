"""Asks python-for-android in which order it would build; run as a program, because it logs and keeps its state.

python -m tests.android.resolve RECIPES REQUIREMENT...
    ──▶ {"recipes": {name: {"version": ..., "is_ours": ..., "sha256": ..., "patches": [...]}}, "modules": [...]}
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pythonforandroid.bootstrap import Bootstrap
from pythonforandroid.build import Context
from pythonforandroid.graph import get_recipe_order_and_bootstrap
from pythonforandroid.recipe import Recipe


def resolved(recipes: str, requirements: list[str]) -> dict[str, object]:
    context = Context()
    context.local_recipes = recipes
    bootstrap = Bootstrap.get_bootstrap("sdl2", context)
    names = [text.split("==")[0] for text in requirements]
    order, modules, _ = get_recipe_order_and_bootstrap(context, names, bootstrap)
    return {"recipes": {name: _about(name, context) for name in order}, "modules": sorted(modules)}


def _about(name: str, context: Context) -> dict[str, object]:
    recipe = Recipe.get_recipe(name, context)
    patches = [patch[0] if isinstance(patch, tuple) else patch for patch in recipe.patches]
    return {
        "version": recipe.version,
        "is_ours": (Path(context.local_recipes) / recipe.name / "__init__.py").exists(),
        "sha256": getattr(recipe, "sha256sum", None),
        "url": recipe.versioned_url,
        "least_api": recipe.min_ndk_api_support,
        "missing_patches": [one for one in patches if not (Path(recipe.get_recipe_dir()) / one).exists()],
    }


if __name__ == "__main__":
    json.dump(resolved(sys.argv[1], sys.argv[2:]), sys.stdout)
