"""A client of Kinto, with its own library: `kinto_client.py ADDRESS VERB COLLECTION [DOCUMENTS COUNT]`.

Runs in Kinto's environment, not in ours. Prints, as JSON, how long the library took and how many documents it moved;
starting Python and reading the file are not counted. `ask` gets what is new since the last `pull`: nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

import requests  # type: ignore[import-untyped,unused-ignore]
from kinto_http import Client  # type: ignore[import-not-found]

ACCOUNT = ("tablet", "for-measuring-only")


def main(address: str, verb: str, collection: str, documents: str = "", count: str = "0") -> None:
    """Do one of `prepare`, `push`, `pull` and `ask`."""
    kept = Path(documents).with_suffix(".since")
    if verb == "prepare":
        requests.put(f"{address}/accounts/{ACCOUNT[0]}", json={"data": {"password": ACCOUNT[1]}}, timeout=30)
        client = Client(server_url=address, auth=ACCOUNT)
        client.create_bucket(id="site", if_not_exists=True)
        client.create_collection(id=collection, bucket="site", if_not_exists=True)
        print(json.dumps({"seconds": 0, "moved": int(count)}))
        return
    client = Client(server_url=address, auth=ACCOUNT, bucket="site", collection=collection)
    with Path(documents).open() as lines:
        waiting = [json.loads(line) for line, _ in zip(lines, range(int(count)))]  # noqa: B905
    start = perf_counter()
    if verb == "push":
        with client.batch() as batch:
            for document in waiting:
                batch.create_record(id=document["id"], data=document)
        moved = len(waiting)
    elif verb == "pull":
        moved = len(records := client.get_records())
    else:
        moved = len(client.get_records(_since=kept.read_text()))
    seconds = perf_counter() - start
    if verb == "pull":
        kept.write_text(str(max(record["last_modified"] for record in records)))
    print(json.dumps({"seconds": seconds, "moved": moved}))


main(*sys.argv[1:])
