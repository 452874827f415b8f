"""Look at the dashboard in headless Chromium and print as JSON what was seen.

Runs in Superset's own Python, which brings selenium. Reads a request from stdin: {"base", "page",
"user", "password", "chromium", "chromedriver"}; with a "screenshot", a path, it only takes that
picture, as docs/dashboard.png was taken after `make demo SYSTEM=sales`.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 120  # seconds: a limit costs time only where something is broken
SIZE = (1400, 1335)  # the whole page
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--hide-scrollbars", "--force-device-scale-factor=1")  # fmt: skip
BARS = "Sales against cost by week"
WEEKS = "2024-01-14 : 2024-02-04"
# Keeps what every chart was answered.
LISTEN = """
window.seen = []; const real = window.fetch;
window.fetch = async (...asked) => {
  const answer = await real(...asked), url = String(asked[0].url || asked[0]);
  if (url.includes('/api/v1/chart/data')) {
    const told = answer.clone().json();
    told.then(body => window.seen.push({sent: asked[1].body, status: answer.status, body}));
  }
  return answer;
};
"""
NAMES = """
const done = arguments[0], slug = location.pathname.split('/').filter(Boolean).pop();
fetch('/api/v1/dashboard/' + slug + '/charts').then(one => one.json()).then(
  body => done(Object.fromEntries(body.result.map(one => [one.id, one.slice_name]))));
"""
COLOURS = """
const canvas = arguments[0], {width, height} = canvas, found = {};
const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) {
  const colour = [data[at], data[at + 1], data[at + 2]].join();
  found[colour] = (found[colour] || 0) + 1;
}
return found;
"""


def main() -> None:
    """Look at it four times: as it opens, with a store, with a category, with some weeks."""
    request = json.load(sys.stdin)
    driver = chrome(request["chromium"], request["chromedriver"])
    try:
        log_in(driver, request)
        print(json.dumps(visit(driver, request)))
    finally:
        driver.quit()


def chrome(program: str, chromedriver: str) -> webdriver.Chrome:
    """A browser of its own, which keeps a log of what it asks for."""
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in (*QUIET, f"--window-size={SIZE[0]},{SIZE[1]}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(chromedriver))
    driver.set_script_timeout(PATIENCE)
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": LISTEN})
    return driver


def log_in(driver: webdriver.Chrome, request: dict[str, Any]) -> None:
    """Through the form, as a person does."""
    driver.get(request["base"] + "/login/")
    until(driver, lambda: driver.find_elements(By.ID, "username"))
    driver.find_element(By.ID, "username").send_keys(request["user"])
    driver.find_element(By.ID, "password").send_keys(request["password"])
    driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    until(driver, lambda: "/login" not in driver.current_url)


def visit(driver: webdriver.Chrome, request: dict[str, Any]) -> dict[str, Any]:
    """What is seen, by what was filtered."""
    page = request["base"] + request["page"]
    driver.get(page)
    names = driver.execute_async_script(NAMES)
    found = {"all": look(driver, names)}
    if picture := request.get("screenshot"):
        driver.save_screenshot(picture)
        return {"looks": found}
    choose(driver, "store", "Store 1")
    found["store"] = look(driver, names)
    choose(driver, "category", "Food")
    found["category"] = look(driver, names)
    driver.get(f"{page}?native_filters={weeks()}")
    found["weeks"] = look(driver, names)
    return {"looks": found, "asked": asked(driver)}


def weeks() -> str:
    """The filter of weeks, as an address says it."""
    name = "NATIVE_FILTER-weeks"
    return (
        f"({name}:(extraFormData:(time_range:'{WEEKS}'),filterState:(value:'{WEEKS}'),"
        f"id:{name},ownState:()))"
    ).replace(" ", "%20")


def look(driver: webdriver.Chrome, names: dict[str, str]) -> dict[str, Any]:
    """Wait until every chart has been answered and drawn; what each got, and what is painted."""
    until(driver, lambda: set(answers(driver, names)) == set(names.values()))
    until(
        driver, lambda: not driver.find_elements(By.CSS_SELECTOR, "[data-test=loading-indicator]")
    )
    colours = painted(driver)
    told = answers(driver, names)
    driver.execute_script("window.seen = []")
    alerts = driver.find_elements(By.CSS_SELECTOR, "[role=alert], .ant-alert-error")
    return {
        "charts": told,
        "colours": colours,
        "alerts": [one.text for one in alerts if one.text],
        "products": driver.find_element(By.CSS_SELECTOR, "[data-test=NATIVE_FILTER-product]").text,
    }


def painted(driver: webdriver.Chrome) -> dict[str, int]:
    """How many dots of each colour the bars are made of, once they have grown."""
    canvas = driver.find_element(By.XPATH, f"//*[@data-test-chart-name='{BARS}']//canvas")
    looks: list[dict[str, int]] = [{}]
    until(
        driver, lambda: looks.append(dots(driver, canvas)) or (looks[-1] and looks[-1] == looks[-2])
    )
    return looks[-1]


def dots(driver: webdriver.Chrome, canvas: Any) -> dict[str, int]:
    """How many dots of each colour there are, a second later."""
    time.sleep(1)
    return driver.execute_script(COLOURS, canvas)


def answers(driver: webdriver.Chrome, names: dict[str, str]) -> dict[str, Any]:
    """The rows that each chart was answered last; those of filters have no chart."""
    found = {}
    for one in driver.execute_script("return window.seen || []"):
        number = str(json.loads(one["sent"])["form_data"].get("slice_id"))
        if number in names and one["status"] == 200:
            found[names[number]] = one["body"]["result"][0]["data"]
    return found


def choose(driver: webdriver.Chrome, name: str, value: str) -> None:
    """Choose a value of a filter and apply it."""
    box = driver.find_element(By.CSS_SELECTOR, f"[data-test=NATIVE_FILTER-{name}]")
    box.click()
    box.find_element(By.CSS_SELECTOR, "input").send_keys(value, Keys.ENTER, Keys.ESCAPE)
    apply = driver.find_element(By.CSS_SELECTOR, "[data-test=filter-bar__apply-button]")
    until(driver, apply.is_enabled)
    apply.click()


def asked(driver: webdriver.Chrome) -> list[str]:
    """The addresses of all that the browser asked a server for, without what the page forbids."""
    told = [json.loads(one["message"])["message"] for one in driver.get_log("performance")]
    events = [(one["method"], one["params"]) for one in told]
    failed = [one for method, one in events if method == "Network.loadingFailed"]
    stopped = {one["requestId"] for one in failed if one.get("blockedReason") == "csp"}
    sent = [one for method, one in events if method == "Network.requestWillBeSent"]
    found = {one["request"]["url"] for one in sent if one["requestId"] not in stopped}
    return sorted(url for url in found if url.startswith(("http:", "https:", "ws:", "wss:")))


def until(driver: webdriver.Chrome, look: Callable[[], Any]) -> None:
    """Wait until it is true. Raises TimeoutException."""
    WebDriverWait(driver, PATIENCE).until(lambda _: look())


if __name__ == "__main__":
    main()
