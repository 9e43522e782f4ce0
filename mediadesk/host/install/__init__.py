"""Plugins on disk: plans, what they need, versions, trust; all or nothing, whatever happens."""

from mediadesk.host.install.index import Offer
from mediadesk.host.install.installer import Installer
from mediadesk.host.install.inventory import Installed
from mediadesk.host.install.plan import Download, Plan

__all__ = ["Download", "Installed", "Installer", "Offer", "Plan"]
