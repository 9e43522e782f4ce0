"""What a person asks of plugins: see `messages.Verbs`."""

from collections.abc import Callable, Mapping
from functools import partial

from mediadesk.api import UserError
from mediadesk.engine.access import Access
from mediadesk.engine.budget import Budget
from mediadesk.engine.messages import (
    Offer,
    PageContent,
    PageView,
    PluginPage,
    PluginPlan,
    PluginView,
    PriceTag,
)
from mediadesk.engine.plugins import pages
from mediadesk.engine.plugins import views as plugin_views
from mediadesk.engine.plugins.plugins import Plugins
from mediadesk.engine.preferences import Preferences
from mediadesk.host import Plugin, Registry
from mediadesk.settings import Places
from mediadesk.store import plugins as memory


class Plugging:
    """The verbs of plugins; any thread may call them."""

    def __init__(
        self,
        access: Access,
        places: Places,
        registry: Registry,
        plugins: Plugins,
        preferences: Preferences,
        *,
        go_on: Callable[[], None],
    ) -> None:
        """Join what it needs; `go_on` looks for work that was held and may be done by now."""
        self._access = access
        self._places = places
        self._registry = registry
        self._plugins = plugins
        self._preferences = preferences
        self._go_on = go_on

    def plugins(self) -> tuple[PluginView, ...]:
        return tuple(self._view(plugin) for plugin in self._registry.plugins)

    def plugin(self, name: str) -> PluginPage:
        viewed = self._view(self._registry.find(name))
        installed = self._plugins.running.installed(name)
        opener, health = self._plugins.opener, self._plugins.running.health(name)
        return plugin_views.page(
            self._access.store.read(),
            viewed,
            installed,
            settings=opener.settings_of(installed.manifest) if installed else {},
            health=health,
            log=opener.log_of(name),
            connections=self._plugins.connections,
            language=self._preferences.now.language,
        )

    def plan_plugin(
        self, source: str, *, network: bool = False, wheelhouse: str | None = None
    ) -> PluginPlan:
        made = self._plugins.plan(source, network=network, wheelhouse=wheelhouse)
        return plugin_views.plan(made, self._preferences.now.language)

    def install_plugin(self, token: str, *, new_publisher: bool = False) -> PluginView:
        return self._view(self._plugins.install(token, new_publisher=new_publisher))

    def remove_plugin(self, name: str, *, with_data: bool) -> None:
        self._plugins.remove(name, with_data=with_data)

    def rollback_plugin(self, name: str) -> PluginView:
        return self._view(self._plugins.rollback(name))

    def enable_plugin(self, name: str, *, enabled: bool) -> PluginView:
        return self._view(self._plugins.enable(name, enabled=enabled))

    def set_plugin(self, name: str, settings: Mapping[str, object]) -> PluginPage:
        schema = self.plugin(name).schema
        properties = schema.get("properties")
        known = list(properties) if isinstance(properties, Mapping) else []
        unknown = [key for key in settings if key not in known]
        if unknown and not schema.get("additionalProperties"):
            raise UserError(
                f"The plugin “{name}” has no setting “{unknown[0]}”: it has "
                f"{', '.join(known) or 'none'}."
            )
        self._plugins.set(name, settings)
        return self.plugin(name)

    def budget_plugin(self, name: str, when: str) -> PluginPage:
        self._registry.find(name)
        if when not in set(Budget):
            raise UserError(f"There is no budget “{when}”: choose {', '.join(Budget)}.")
        save = partial(memory.save_budget, plugin=name, when=when)
        self._access.store.write(save, durable=True)
        self._go_on()
        self._access.changed("plugins", "status")
        return self.plugin(name)

    def price_plugin(self, name: str) -> tuple[PriceTag, ...]:
        from mediadesk.engine.plugins.pricing import price

        plugin = self._registry.find(name)
        if not plugin.works:
            raise UserError(
                f"“{name}” does not work now ({plugin.state}), so what it would cost can't be "
                "measured: switch it on first."
            )
        price_of = partial(price, self._access.store.read(), plugin, cache=self._places.cache)
        if not plugin.is_guest:
            return price_of()
        with self._plugins.running.another(name) as opened:
            return price_of(opened=opened)

    def offers(self, *, network: bool = False) -> tuple[Offer, ...]:
        return tuple(map(plugin_views.offer, self._plugins.offers(network=network)))

    def pages(self) -> tuple[PageView, ...]:
        return pages.listed(self._registry)

    def page(self, plugin: str, name: str, *, profile: str | None = None) -> PageContent:
        db = self._access.store.read()
        return pages.made(
            self._registry,
            db,
            plugin,
            name,
            language=self._preferences.now.language,
            allowed=self._access.allowed(profile),
            view=lambda ids: self._access.views(ids, profile=profile),
        )

    def _view(self, plugin: Plugin) -> PluginView:
        return plugin_views.plugin(plugin, self._plugins.running.installed(plugin.name))
