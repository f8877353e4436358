"""Leaders in charge in Chromium: empty, filled, with faults, one charge; axe, no sideways scroll."""

import pytest

from tests.browsing import chromium, go_on
from tests.journeys.test_decision_browser import Live, live
from workflow.vocabulary import Role

__all__ = ["chromium", "live"]
pytestmark = pytest.mark.browser
PAGE = "/units/leaders"


@pytest.mark.parametrize("width", [1280, 390])
def test_leaders_in_charge_read_well_and_are_recorded_by_hand(live: Live, width: int) -> None:
    client = live.desk.client(Role.OFFICE, person="clerk")
    tab = live.tab(client, width)
    live.look(tab, PAGE, "leaders_none")
    live.look(tab, f"{PAGE}?show=without", "leaders_without")
    tab.select_option("#unit", label="云州市生态环境局")
    tab.fill("#leader", "沈知远")
    tab.fill("#since", "2025-3-1")
    go_on(tab.locator("text=登记分管 >> nth=-1"))
    live.look(tab, "", "leaders_fault")
    assert "是这个单位的人" in tab.inner_text("#leader-error")
    tab.fill("#leader", "陆明晖")
    go_on(tab.locator("text=登记分管 >> nth=-1"))
    tab.wait_for_selector("text=已登记分管")
    live.look(tab, "", "leaders")
    go_on(tab.locator("text=结束分管 >> nth=0"))
    tab.wait_for_selector("text=登记有误")
    live.look(tab, "", "leader_one")
