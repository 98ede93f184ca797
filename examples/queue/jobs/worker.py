"""Works off the spool."""

import time

from jobs import spool

while True:
    if spool.work() == 0:
        time.sleep(0.1)
