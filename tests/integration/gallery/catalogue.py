"""All hostile plugins of the gallery."""

from integration.gallery.crashes import CRASHES
from integration.gallery.escapes import ESCAPES
from integration.gallery.exhibit import Exhibit
from integration.gallery.lies import LIES
from integration.gallery.manners import MANNERS
from integration.gallery.packages import PACKAGES

EXHIBITS: list[Exhibit] = [*CRASHES, *ESCAPES, *LIES, *MANNERS, *PACKAGES]
