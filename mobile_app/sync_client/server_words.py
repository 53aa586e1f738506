"""What a server may answer a tablet in words. It speaks English; here its sentences get their translations.

They are those of `sync_server/services/refusals.py` and `carry.py`, of the limits of size and speed before them, and
the reasons for which `intake.py` and `acceptance.py` set an entry apart. A test compares them. A sentence that is not
here, from a newer server, is shown in English.
"""

from __future__ import annotations

from shared.sentence import phrase

SERVER_WORDS = (
    phrase("The request is not signed by an enrolled tablet with a fresh nonce."),
    phrase("This tablet may no longer send. Your cases are kept on it; ask the coordinator."),
    phrase("This code is wrong, used or too old. Ask the coordinator for a new one."),
    phrase("A tablet with this identity is enrolled already. Ask the coordinator."),
    phrase("An entry has the number of another one that is stored. It was set apart."),
    phrase("What was sent was cut off or changed on the way. Nothing is lost; try again."),
    phrase("The request is larger than 1 MiB when it is unpacked. Send less at once."),
    phrase("This server cannot unpack what this version of the app sends. Send it plain, or update."),
    phrase("This tablet and the server speak different versions. Update the older one."),
    phrase("The request is not one that this server understands."),
    phrase("The request is larger than 1 MiB. Send less at once."),
    phrase("The body must be application/json without a content coding."),
    phrase("A parcel was cut off or changed on the way. Ask for it again."),
    phrase("A parcel is for another server. It was not taken."),
    phrase("A parcel was made by another version of the app. Update the older side."),
    phrase("The tablet that wrote a parcel may not send to this server. Ask the coordinator."),
)

REASONS = (
    phrase("This entry holds an answer that the server does not know. Update the server."),
    phrase("This entry holds something that must not leave the tablet. It was not kept here."),
    phrase("This entry holds an answer that is not in the form in which it may be sent."),
    phrase("The conclusion of this entry is not one that the server's knowledge can state."),
    phrase("An entry with this number and other content is stored already. The first one stays."),
    phrase("This entry is larger than 12 KB."),
    phrase("The parents of this entry run in a circle."),
)
"""Why the server set an entry apart: shown on the case."""
