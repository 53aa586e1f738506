"""Pillow at our version: photographs come from outside, and the recipe of python-for-android is two releases older.

Its patch does not fit any more. What it did is done by settings: nothing is guessed about this computer, pkg-config is
not asked, and the folders of freetype, harfbuzz, jpeg and zlib are named. WebP is left out: the libwebp of
python-for-android (1.1.0) is one that a picture can break into (CVE-2023-4863).
"""

from os.path import join

from pythonforandroid.recipe import PyProjectRecipe


class PillowRecipe(PyProjectRecipe):
    version = "13.0.0"
    url = "https://files.pythonhosted.org/packages/source/p/pillow/pillow-{version}.tar.gz"
    sha256sum = "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510"
    site_packages_name = "PIL"
    depends = ["png", "jpeg", "freetype"]
    extra_build_args = [
        "--config-setting=platform-guessing=disable",
        "--config-setting=jpeg=enable",
        "--config-setting=zlib=enable",
        "--config-setting=freetype=enable",
        "--config-setting=webp=disable",
    ]

    def get_recipe_env(self, arch, **kwargs):
        env = super().get_recipe_env(arch, **kwargs)
        jpeg, freetype, harfbuzz = (
            self.get_recipe(name, self.ctx).get_build_dir(arch.arch) for name in ("jpeg", "freetype", "harfbuzz")
        )
        headers = (jpeg, join(freetype, "include"), join(harfbuzz, "src"), self.ctx.ndk.sysroot_include_dir)
        libraries = (jpeg, join(freetype, "objs", ".libs"), join(harfbuzz, "src", ".libs"), arch.ndk_lib_dir_versioned)
        env["CFLAGS"] = env.get("CFLAGS", "") + "".join(f" -I{folder}" for folder in headers)
        env["LDFLAGS"] = env.get("LDFLAGS", "") + "".join(f" -L{folder}" for folder in libraries) + " -lm"
        env["PKG_CONFIG"] = "no-pkg-config"
        return env


recipe = PillowRecipe()
