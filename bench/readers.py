"""Readers of the page, for bench/page.py: a process that knows nothing of the program, with a thread for each reader.

python bench/readers.py PORT READERS EACH < addresses.json > answers.json
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time


def read(port: int, number: int, each: int, addresses: dict[str, list[str]], found: list[tuple[str, float, int, int]]) -> None:
    """Ask for every page `each` times, in an order of one's own, without a pause."""
    chance = random.Random(number)
    todo = [(name, chance.choice(paths)) for name, paths in addresses.items() for _ in range(each)]
    chance.shuffle(todo)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for name, path in todo:
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        size = len(answer.read())
        found.append((name, time.perf_counter() - began, answer.status, size))


def main() -> None:
    """Read, and say how long each answer took."""
    port, readers, each = map(int, sys.argv[1:])
    addresses = json.load(sys.stdin)
    found: list[tuple[str, float, int, int]] = []
    crowd = [threading.Thread(target=read, args=(port, number, each, addresses, found)) for number in range(readers)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
