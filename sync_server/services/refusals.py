"""Why the server says no. Each carries one sentence for the person at the other end and never a word of the input.

Refusal
├── NotSigned        401  sign again with `nonce`
├── Revoked          403  this tablet may no longer send
├── CodeRefused      403  ask for a new enrolment code
├── DeviceTaken      409  the device is enrolled with another key, or at another site
├── IdentityRefused  409  an entry has the number of another one; all the rest was stored
├── ChainRefused     409  send again from where the stored chain ends
├── Malformed        400  the body breaks the protocol
├── CutOff           400  the body is not whole: send it again
├── TooLarge         413  unpacked, the body passes the limit
├── CannotUnpack     415  send the same, plain
├── OtherVersion     426  one side needs an update
├── SignInRefused    403  user or password wrong
├── CodeWrong        403  the code of the second step is wrong
├── SignInOver       403  signing in took too long: begin again
├── TooManyTries     429  too soon after what failed
├── StillReading     503  the server has just started: come again in a moment
├── ReportRefused    400  choose something else for the report
├── FormExpired      403  the form is not of this session
├── NoSuchUser       404
└── NoSuchCase       404
"""

from __future__ import annotations

from shared.sentence import Sentence, counted, sentence
from shared.sync.messages import ChainHead, Quarantined


class Refusal(Exception):
    """A request that is answered with no. `nonce` is for the asking device's next request, or empty."""

    def __init__(self, said: Sentence | str, nonce: str = "") -> None:
        super().__init__(str(said))
        # What breaks the protocol is told to programs only, and in English.
        self.said = said if isinstance(said, Sentence) else Sentence(said)
        self.nonce = nonce

    @property
    def message(self) -> str:
        """The English sentence, for programs and tablets; `said` is the same for people."""
        return str(self.said)


class NotSigned(Refusal):
    """No signature, a wrong one, one of an unknown device, or a nonce that was used before: always the same answer."""

    def __init__(self, nonce: str) -> None:
        super().__init__(sentence("The request is not signed by an enrolled tablet with a fresh nonce."), nonce)


class Revoked(Refusal):
    """The signature is right and the device is no longer wanted."""

    def __init__(self) -> None:
        super().__init__(sentence("This tablet may no longer send. Your cases are kept on it; ask the coordinator."))


class CodeRefused(Refusal):
    """The enrolment code is wrong, used or too old."""

    def __init__(self) -> None:
        super().__init__(sentence("This code is wrong, used or too old. Ask the coordinator for a new one."))


class DeviceTaken(Refusal):
    """The device is known, with another key or at another site."""

    def __init__(self) -> None:
        super().__init__(sentence("A tablet with this identity is enrolled already. Ask the coordinator."))


class ChainRefused(Refusal):
    """A batch does not continue the stored chain. `head` is where that ends."""

    def __init__(self, head: ChainHead, epoch: str) -> None:
        super().__init__(sentence("These entries do not follow what is stored of this tablet. Send again from there."))
        self.head = head
        self.epoch = epoch


class IdentityRefused(Refusal):
    """Entries came with numbers under which others are stored. They are set apart; all the rest is stored."""

    def __init__(self, head: ChainHead, epoch: str, quarantined: tuple[Quarantined, ...], nonce: str) -> None:
        super().__init__(sentence("An entry has the number of another one that is stored. It was set apart."), nonce)
        self.head = head
        self.epoch = epoch
        self.quarantined = quarantined


class Malformed(Refusal):
    """The body breaks the protocol."""


class CutOff(Refusal):
    """The body is not whole: what was signed cannot be read from it. Nobody sends that; it became so on the way."""

    def __init__(self) -> None:
        super().__init__(sentence("What was sent was cut off or changed on the way. Nothing is lost; try again."))


class TooLarge(Refusal):
    """What was small as it came would be too large unpacked. It was unpacked up to the limit and no further."""

    def __init__(self) -> None:
        super().__init__(sentence("The request is larger than 1 MiB when it is unpacked. Send less at once."))


class CannotUnpack(Refusal):
    """The body was packed with a dictionary that this server does not have. Nothing of it was read."""

    def __init__(self) -> None:
        super().__init__(
            sentence("This server cannot unpack what this version of the app sends. Send it plain, or update.")
        )


class OtherVersion(Refusal):
    """The body is of another version of the protocol."""

    def __init__(self) -> None:
        super().__init__(sentence("This tablet and the server speak different versions. Update the older one."))


class SignInRefused(Refusal):
    """The same words for a user that exists and one that does not."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            counted(
                wait_s,
                "User or password is wrong. Try again in {count} second.",
                "User or password is wrong. Try again in {count} seconds.",
            )
            if wait_s
            else sentence("User or password is wrong.")
        )
        self.wait_s = wait_s

    @property
    def of_own_password(self) -> Sentence:
        """The same to somebody who is signed in and gave his password again."""
        if not self.wait_s:
            return sentence("The password is wrong.")
        return counted(
            self.wait_s,
            "The password is wrong. Try again in {count} second.",
            "The password is wrong. Try again in {count} seconds.",
        )


class CodeWrong(Refusal):
    """The code of the second step is wrong, too old, or was used before: always the same words."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            counted(
                wait_s,
                "This code is not right, or it was used already. Wait for the next one. Try again in {count} second.",
                "This code is not right, or it was used already. Wait for the next one. Try again in {count} seconds.",
            )
            if wait_s
            else sentence("This code is not right, or it was used already. Wait for the next one.")
        )
        self.wait_s = wait_s


class SignInOver(Refusal):
    """There is no sign-in that waits for this step: it is done, or it took too long."""

    def __init__(self) -> None:
        super().__init__(sentence("This took too long. Sign in again with your name and password."))


class TooManyTries(Refusal):
    """Too many wrong tries, of this name, this user's code, or from this address. What came was not looked at."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            counted(
                wait_s,
                "Too many wrong tries. Try again in {count} second.",
                "Too many wrong tries. Try again in {count} seconds.",
            )
        )
        self.wait_s = wait_s


class StillReading(Refusal):
    """All cases are being read after a start, and so many of a hundred are."""

    wait_s = 2

    def __init__(self, percent: int) -> None:
        super().__init__(
            sentence("The server has just started and is reading all cases: {percent}% so far.", percent=percent)
        )
        self.percent = percent


class NoSuchUser(Refusal):
    """There is no user of this number."""

    def __init__(self) -> None:
        super().__init__(sentence("There is no such user."))


class FormExpired(Refusal):
    """The form does not belong to this browser's session."""

    def __init__(self) -> None:
        super().__init__(sentence("This form is no longer valid. Go back, load the page again, and send it once more."))


class NotAllowed(Refusal):
    """The user's role does not have the right that this needs."""

    def __init__(self) -> None:
        super().__init__(sentence("Your account may not do this. Ask the administrator who looks after the users."))


class NoSuchRelease(Refusal):
    """There is no such knowledge release, or not from this byte on."""

    def __init__(self) -> None:
        super().__init__(sentence("There is no such knowledge release here."))


class NoSuchAlert(Refusal):
    """There is no alert of this number at the user's sites."""

    def __init__(self) -> None:
        super().__init__(sentence("There is no such alert."))


class NoSuchTablet(Refusal):
    """The site has no tablet of this number."""

    def __init__(self) -> None:
        super().__init__(sentence("There is no such tablet. Load the page of devices again."))


class NoSuchCase(Refusal):
    """There is no such case, or it was withdrawn."""

    def __init__(self) -> None:
        super().__init__(sentence("There is no such case. It may have been withdrawn."))


class CaseIsRejected(Refusal):
    """A rejected case leaves in no export."""

    def __init__(self) -> None:
        super().__init__(sentence("A rejected case is in no export. Give it another state, then it can leave again."))


class ReportRefused(Refusal):
    """A report was asked for that makes no sense. The message says what to choose; it repeats nothing."""
