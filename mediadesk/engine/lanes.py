"""Which calls wait for which others: each lane is worked off in order, by threads of its own."""

LONG = {
    "looks": {"Verbs.scan", "Verbs.analyze", "Filing.verify"}
    | {"Writing.write_back", "Organising.twins", "Privacy.export", "Privacy.research"},
    "installs": {"Verbs.plan_plugin", "Verbs.install_plugin", "Verbs.rollback_plugin"}
    | {"Verbs.price_plugin", "Verbs.offers", "Verbs.import_history"},
    "measures": {"Quality.measure"},
    "syncs": {"Syncing.run"},
}
"""Lane → the verbs that may take minutes: they are dropped when the window closes."""
SHORT = {
    "folders": {"Verbs.remove_folder", "Filing.relink_folder"},  # they wait while one looks
    "plugins": {"Verbs.enable_plugin", "Verbs.set_plugin", "Verbs.budget_plugin"}
    | {"Verbs.remove_plugin"},
}
"""Lane → the verbs that wait for such, and are done whatever comes."""
ONCE = frozenset({
    "Organising.make_collection", "Organising.change_collection", "Profiles.add", "Profiles.use",
    "Profiles.set_pin", "Verbs.remove_folder", "Filing.relink_folder", "Verbs.remove_plugin",
})  # fmt: skip
"""Verbs that refuse what they have done already; those that give a `Change` know it again."""
QUICK = "quick"
"""The lane of all other verbs."""
LANES = {verb: lane for lane, verbs in (LONG | SHORT).items() for verb in verbs}
