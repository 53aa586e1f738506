"""Kivy of python-for-android, without chardet: our requests asks for charset-normalizer instead."""

from os.path import join

from pythonforandroid.recipes.kivy import KivyRecipe


class KivyWithoutChardetRecipe(KivyRecipe):
    python_depends = [name for name in KivyRecipe.python_depends if name != "chardet"]

    def get_recipe_dir(self):
        # The patches are those of the recipe that this one adds to.
        return join(self.ctx.root_dir, "recipes", "kivy")


recipe = KivyWithoutChardetRecipe()
