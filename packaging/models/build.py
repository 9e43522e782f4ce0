"""Builds resources/models from wheels: `python packaging/models/build.py [NAME…]`.

Needs what requirements.txt beside it lists; the program itself needs none of that.
"""

import sys

import audio
import image
import licences
import voice

RECIPES = {
    "image": image.main,
    "audio": audio.main,
    "voice": voice.main,
    "licences": licences.main,
}


def main() -> None:
    """Run the recipes that are named, or all."""
    for name in sys.argv[1:] or RECIPES:
        print(name)
        RECIPES[name]()


if __name__ == "__main__":
    main()
