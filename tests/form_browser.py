"""A browser without script and without a screen: keeps cookies, fills in forms, signs in with both steps."""

from __future__ import annotations

import re

import requests

from tests.second_step import Phone
from tests.server_world import PASSWORD, RunningServer


class FormBrowser:
    """What a person does with the pages as they come."""

    def __init__(self, server: RunningServer) -> None:
        self.url = server.url
        self.services = server.services
        self.http = requests.Session()

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.url + path, timeout=30)

    def token(self, page: str) -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
        assert found, page
        return found[1]

    def sign_in(self, name: str = "Huda", password: str = PASSWORD) -> requests.Response:
        token = self.token(self.get("/review/sign-in").text)
        page = self.post("/review/sign-in", {"form_token": token, "name": name, "password": password})
        return self.second_step(name, page)

    def second_step(self, name: str, page: requests.Response) -> requests.Response:
        """Do what follows the right password; return the first page."""
        phone = Phone.of(self.services, name)
        if page.url.endswith("/set-up"):
            key = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page.text)
            assert key, page.text
            fields = {"form_token": self.token(page.text), "code": phone.take_over(key[1])}
            phone.paper = re.findall("<li><code>([a-z2-7-]+)</code>", self.post("/review/sign-in/set-up", fields).text)
            return self.get("/review")
        if page.url.endswith("/code"):
            fields = {"form_token": self.token(page.text), "code": phone.code()}
            return self.post("/review/sign-in/code", fields)
        return page

    def post(self, path: str, fields: dict[str, object], **headers: str) -> requests.Response:
        return self.http.post(self.url + path, data=fields, headers=headers, timeout=30)

    def review(self, case_id: str, **fields: object) -> requests.Response:
        page = self.get(f"/review/cases/{case_id}").text
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen
        filled = {"form_token": self.token(page), "seen": seen[1], "state": "received", "diagnosis": "", "message": ""}
        return self.post(f"/review/cases/{case_id}", {**filled, **fields})
