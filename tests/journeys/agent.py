"""The agent at the screen: every deed is a click or a key in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from playwright.sync_api import Locator, Page, Response, expect

from accounts.models import Customer, Item
from cases.models import Case


class Agent:
    """One browser page, signed in or not; `address` is the desk's."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(30_000)
        page.set_default_navigation_timeout(30_000)

    def go(self, path: str) -> None:
        response = None
        while response is None:  # a page that just then draws itself anew takes the visit's place
            response = self.page.goto(f"{self.address}{path}")
        assert response.ok, f"{path}: {response.status}"

    def post(self, path: str, **form: str) -> None:
        """Send a form of a page that need not be opened for it; the answer leads elsewhere."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        token = next(value for name, value in cookies.items() if name.startswith("lastcall_csrf"))
        answer = self.page.request.post(
            f"{self.address}{path}", form=form, headers={"X-CSRFToken": token}, max_redirects=0
        )
        assert answer.status == 302, f"{path}: {answer.status}"

    def sign_in(self, name: str, password: str) -> None:
        self.go("/accounts/login/")
        self.page.get_by_label("Username or email").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page.get_by_role("heading", name="Queue")).to_be_visible()

    # -- the call ---------------------------------------------------------------------------
    def find_caller(self, customer: Customer) -> None:
        """Press N, type a few letters, choose."""
        self.go("/desk/queue/")
        self.page.keyboard.press("n")
        self.page.get_by_label("Who is calling?").press_sequentially(customer.name[:8], delay=15)
        self.page.locator("#found").get_by_role("option", name=customer.name).click()

    def take_call(
        self,
        customer: Customer,
        *,
        items: Iterable[Item] = (),
        own_question: str = "",
        wished_on: date | None = None,
        agreed: bool = False,
        search: bool = False,
    ) -> Case:
        """The whole intake: caller, check, what ends, question, date; then read the number."""
        if search:
            self.find_caller(customer)
        else:
            self.go(f"/desk/call/?customer={customer.pk}")
        form = self.page.locator("#call")
        self.plan_after(lambda: form.get_by_label("Account PIN").check())
        for item in items:
            some = form.get_by_label("Some services")
            if not some.is_checked():
                self.plan_after(some.check)
                form.get_by_text("Single services", exact=True).click()
            self.plan_after(form.locator(f"input[name=items][value='{item.pk}']").check)
        if own_question:
            form.get_by_label("Another question").fill(own_question)
            self.plan_after(form.get_by_label("Another question").blur)
        if wished_on:
            self.plan_after(lambda: form.get_by_label("Another date").fill(wished_on.isoformat()))
        if agreed:
            self.plan_after(form.get_by_label("Read out").check)
            self.plan_after(form.get_by_label("Caller agrees").check)
        self.page.get_by_role("button", name="Open case").click()
        self.page.wait_for_url(re.compile(r"/opened/$"))
        return Case.objects.get(number=self.page.url.split("/")[-3])

    def plan_after(self, deed: Callable[[], object]) -> None:
        """Do something to the form and wait for the plan that it asks for."""
        with self.page.expect_response(self.is_plan):
            deed()
        # Not wait_for_function: it needs `eval`, which the desk's pages forbid.
        expect(self.page.locator("#call.htmx-request")).to_have_count(0)

    def is_plan(self, response: Response) -> bool:
        return response.url.endswith("/plan/") and response.request.method == "POST"

    # -- the case ---------------------------------------------------------------------------
    def show(self, case: Case, *, tab: str = "story") -> Page:
        self.go(f"/desk/case/{case.number}/?tab={tab}")
        return self.page

    def expect_state(self, case: Case, label: str) -> None:
        """The pill in the head of the case page says so."""
        self.show(case)
        expect(self.page.locator(".page-head .pill").first).to_have_text(re.compile(label, re.I))

    def open_dialog(self, name: str) -> Locator:
        self.page.locator(f"[data-asks='{name}']").first.click()
        dialog = self.page.locator(f"#do-{name}")
        expect(dialog).to_be_visible()
        return dialog

    def submit(self, button: Locator) -> None:
        """Press and wait until the answer is there."""
        with self.page.expect_navigation():
            button.click()

    def ask(self, case: Case, question: str) -> None:
        self.show(case)
        dialog = self.open_dialog("ask")
        dialog.get_by_label("Another question").fill(question)
        self.submit(dialog.get_by_role("button", name="Send the questions"))

    def note_answer(self, case: Case, text: str) -> None:
        self.show(case)
        row = self.page.locator("section[aria-label=Questions] form.field").first
        row.locator("[name=text]").fill(text)
        self.submit(row.get_by_role("button", name=re.compile("Note (answer|this instead)")))

    def accept_answer(self, case: Case, text: str) -> None:
        """Accept what the desk read from the customer's email, by one click."""
        self.show(case)
        panel = self.page.locator("section[aria-label=Questions]")
        self.submit(panel.get_by_role("button", name=f"Accept “{text}”"))

    def confirm(self, case: Case, *, on: date | None = None) -> None:
        self.show(case)
        self.page.keyboard.press("c")
        dialog = self.page.locator("#do-confirm")
        if on:
            dialog.locator("[name=other_on]").fill(on.isoformat())
        self.submit(dialog.get_by_role("button", name="Confirm and send"))

    def reschedule(self, case: Case, *, on: date, reason: str, refused: str = "") -> None:
        """Move the date; a refusal is said in the dialog, which stays as it is."""
        self.show(case)
        dialog = self.open_dialog("reschedule")
        field = dialog.locator("[name=other_on]")
        field.evaluate("(field) => field.removeAttribute('min')")  # the server decides
        field.fill(on.isoformat())
        dialog.get_by_label("Why?").fill(reason)
        button = dialog.get_by_role("button", name="Move and send")
        if refused:
            button.click()
            expect(dialog.get_by_text(refused).first).to_be_visible()
        else:
            self.submit(button)

    def restore(self, case: Case) -> None:
        self.show(case)
        dialog = self.open_dialog("restore")
        self.submit(dialog.get_by_role("button", name="Restore"))

    def choose_contact(self, case: Case, name: str) -> None:
        self.show(case)
        dialog = self.open_dialog("choose_contact")
        dialog.get_by_label(name).check()
        self.submit(dialog.get_by_role("button", name="Write to them"))

    def expect_words(self, *words: str) -> None:
        """The page that is open shows each of them somewhere."""
        for some in words:
            expect(self.page.locator("main").get_by_text(some).first).to_be_visible()

    def press(self, case: Case, label: str) -> None:
        """A button of the case page, of a to-do for instance."""
        self.show(case)
        self.submit(self.page.get_by_role("button", name=label).first)
