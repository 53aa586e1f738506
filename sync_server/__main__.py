"""`handwise-server`: serves, or administers the server's database."""

from __future__ import annotations

import argparse
import getpass
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

import uvicorn

from shared.errors import HandwiseError, InvalidInput
from shared.sync.enrolment_link import make_enrolment_link
from sync_server.api.connections import allow_files, uvicorn_config
from sync_server.api.dependencies import Services
from sync_server.api.listener import listen
from sync_server.database import Database
from sync_server.garbage import look_rarely
from sync_server.main import build_services, create_app, load_digests
from sync_server.repositories.schema import identify, migrate
from sync_server.repositories.users import Role
from sync_server.services.backup import back_up, restore
from sync_server.services.verification import Verification
from sync_server.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns the exit status: 0 done, 1 it could not be done, 2 the command line is wrong, 3 `verify` found something.
    """
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command", None) or "serve"
    own = ("name", "site", "tablet", "role", "at_site", "new_second_step", "password_stdin", "file", "audit_end")
    operands = {name: options.pop(name) for name in own if name in options}
    try:
        settings = Settings(**options)
    except InvalidInput as problem:
        return _fail(f"{problem.field} {problem.advice}", 2)
    try:
        match command:
            case "serve":
                _serve(settings)
            case "migrate":
                _migrate(settings)
            case "backup":
                _back_up(settings, Path(operands["file"]))
            case "restore":
                _restore(settings, Path(operands["file"]))
            case "verify":
                return _verify(settings, operands["audit_end"])
            case "enrol":
                _enrol(settings, operands["site"])
            case "revoke":
                _revoke(settings, operands["site"], operands["tablet"])
            case "trust-knowledge-key":
                _trust(settings, operands["key"])
            case "create-user":
                _create_user(settings, operands)
    except HandwiseError as problem:
        return _fail(str(problem), 1)
    return 0


def _serve(settings: Settings) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    allow_files(settings.connections)
    app = create_app(settings)
    listener = listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = settings.public_url or f"http://{host}:{listener.getsockname()[1]}"
    # The socket takes connections from here on, so whoever reads this line may connect.
    print(f"Handwise server on {address} - review pages: {address.rstrip('/')}/review", flush=True)
    look_rarely()
    # A million cases are read in some seconds. Whoever opens the desk meanwhile is told how far it is.
    Thread(target=_warm, args=(app.state.services,), daemon=True).start()
    # Ctrl-C is how a server is stopped, not an error.
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn_config(app, settings.connections)).run(sockets=[listener])


def _warm(services: Services) -> None:
    services.case_list.warm()
    services.performance.warm()


def _migrate(settings: Settings) -> None:
    with closing(Database(settings.database_url)) as database:
        migrate(database)
    print("The database is up to date.")


def _back_up(settings: Settings, file: Path) -> None:
    with closing(Database(settings.database_url)) as database:
        back_up(database, file)
    print("The backup is written. Keep it where only those may read it who may read the database.")


def _restore(settings: Settings, file: Path) -> None:
    with closing(Database(settings.database_url)) as database:
        restore(database, file)
    print("The backup is restored. Tablets will bring what it lacks at their next sync.")


def _verify(settings: Settings, audit_end: str) -> int:
    with closing(Database(settings.database_url)) as database:
        identify(database)
        digests = load_digests(settings.assets)
        checked = Verification(database, digests, lambda sentence: print(sentence), audit_end=audit_end).run()
    looked_at = (
        f"{checked.sites} sites, {checked.tablets} tablets, {checked.batches} signed batches, "
        f"{checked.entries} entries, {checked.cases} cases"
    )
    print(
        f"The audit log ends at {checked.audit_end}. Keep this elsewhere, and give it to the next check as --audit-end."
    )
    if checked.problems:
        return _fail(f"{checked.problems} found wrong in {looked_at}", 3)
    print(f"Everything holds: {looked_at}.")
    return 0


def _enrol(settings: Settings, site: str) -> None:
    with closing(Database(settings.database_url)) as database:
        code = build_services(settings, database, identify(database)).enrolment.make_code(site)
    print(f"Code for one tablet, once, within 15 minutes: {code}")
    if settings.public_url is None:
        return
    link = make_enrolment_link(settings.public_url, code)
    if sys.stdout.isatty():
        # Loaded here: serving needs no pictures.
        import segno

        segno.make(link, error="m").terminal(compact=True)
    print(f"The same for the tablet to read or to paste: {link}")


def _revoke(settings: Settings, site: str, tablet_no: int) -> None:
    with closing(Database(settings.database_url)) as database:
        build_services(settings, database, identify(database)).enrolment.revoke(site, tablet_no)
    print("The tablet may no longer send. What it has sent stays.")


def _trust(settings: Settings, key: str) -> None:
    with closing(Database(settings.database_url)) as database:
        build_services(settings, database, identify(database)).knowledge.trust(key)
    print("Knowledge that this key has signed can be published now.")


def _create_user(settings: Settings, operands: Mapping[str, Any]) -> None:
    role = None if operands["role"] is None else Role(operands["role"].replace("-", "_"))
    if bool(operands["at_site"]) != (role is Role.COORDINATOR):
        raise InvalidInput("--site", "goes with --role coordinator, who needs at least one")
    password = sys.stdin.readline().rstrip("\n") if operands["password_stdin"] else _ask_password()
    with closing(Database(settings.database_url)) as database:
        sign_in = build_services(settings, database, identify(database)).sign_in
        is_new = sign_in.create_user(operands["name"], password, role, operands["at_site"])
        if operands["new_second_step"]:
            sign_in.forget_second_factor(operands["name"])
    print("The user can sign in." if is_new else "The password was changed; all sessions of this user are closed.")


def _ask_password() -> str:
    password = getpass.getpass("Password (at least 15 characters): ")
    if getpass.getpass("The same again: ") != password:
        raise InvalidInput("password", "was not the same both times; start again")
    return password


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse quotes what was typed; a value typed in the wrong place could be a name.
        named = re.match(r"argument ([^:]+): ", message)
        about = f"{named[1]} is not usable as given" if named else "the command line is not understood"
        raise SystemExit(_fail(f"{about}; handwise-server --help lists what works", 2))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="handwise-server", description="Serve, unless a command says otherwise.", allow_abbrev=False)
    everywhere = _Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    for each in (parser, everywhere):
        each.add_argument(
            "--database-url",
            default=argparse.SUPPRESS,
            metavar="URL",
            help="where the data are (sqlite:///FILE or postgresql://USER@HOST/NAME)",
        )
    parser.add_argument("--host", default=argparse.SUPPRESS, help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=argparse.SUPPRESS, help="port to listen on (8470; 0 takes a free one)"
    )
    parser.add_argument(
        "--public-url",
        default=argparse.SUPPRESS,
        metavar="URL",
        help="address that tablets and browsers use, if a proxy stands in front",
    )
    parser.add_argument(
        "--allow-plain-http", action="store_true", default=argparse.SUPPRESS, help="serve other machines without TLS"
    )
    parser.add_argument(
        "--behind-proxy",
        action="store_true",
        default=argparse.SUPPRESS,
        help="take a client's address, by which wrong sign-ins are slowed down, from the last of X-Forwarded-For",
    )
    parser.add_argument(
        "--connections",
        type=int,
        default=argparse.SUPPRESS,
        metavar="COUNT",
        help="how many may be open at once (256); whoever comes beyond them is told to come again",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    commands.add_parser("serve", parents=[everywhere], help="serve (also without a command)")
    commands.add_parser("migrate", parents=[everywhere], help="create the database or bring it up to date")
    for name, meaning, file in (
        ("backup", "write all data into one file, beside running servers", "new file to write"),
        ("restore", "put a backup into an empty database", "backup to read"),
    ):
        commands.add_parser(name, parents=[everywhere], help=meaning).add_argument("file", metavar="FILE", help=file)
    check = commands.add_parser(
        "verify", parents=[everywhere], help="check every chain, signature and list row; 3 if one fails"
    )
    check.add_argument("--audit-end", default="", metavar="END", help="where the audit log ended at an earlier check")
    enrol = commands.add_parser(
        "enrol", parents=[everywhere], help="print a one-time code with which a tablet joins a site"
    )
    enrol.add_argument("site", help="name of the clinic or ward; it is made if it is new")
    lost = commands.add_parser("revoke", parents=[everywhere], help="let a lost tablet no longer send")
    lost.add_argument("site", help="name of its clinic or ward")
    lost.add_argument("tablet", type=int, help="its number, as the review pages show it")
    trust = commands.add_parser(
        "trust-knowledge-key", parents=[everywhere], help="take knowledge releases only from the holder of this key"
    )
    trust.add_argument("key", help="the public key, as handwise knowledge new-key printed it")
    user = commands.add_parser("create-user", parents=[everywhere], help="let somebody sign in, or change a password")
    user.add_argument("name", help="name to sign in with")
    roles = [role.replace("_", "-") for role in Role]
    user.add_argument(
        "--role",
        choices=roles,
        default=None,
        help=f"{', '.join(roles)}; a new user is a district lead, a known one stays what he is",
    )
    user.add_argument(
        "--site",
        dest="at_site",
        action="append",
        default=[],
        metavar="NAME",
        help="a site of a coordinator; again for each",
    )
    user.add_argument(
        "--new-second-step", action="store_true", default=False, help="let him set up a new authenticator (lost phone)"
    )
    user.add_argument(
        "--password-stdin", action="store_true", default=False, help="read the password from standard input"
    )
    return parser


def _fail(sentence: str, status: int) -> int:
    print(f"handwise-server: {sentence}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
