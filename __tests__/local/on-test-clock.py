"""Runs a Python program as its command does, but its pauses move the clock of a test instead of taking time.

Used as: python on-test-clock.py PROGRAM ARGUMENTS; TEST_CLOCK is where a pause is sent to, in seconds, and
TEST_CLOCK_AHEAD how many seconds that clock is ahead of the machine's.
"""

import datetime
import os
import runpy
import sys
import time
import urllib.request

ahead = float(os.environ["TEST_CLOCK_AHEAD"])


def pause(seconds):
    global ahead
    request = urllib.request.Request(os.environ["TEST_CLOCK"], data=str(seconds).encode())
    urllib.request.urlopen(request, timeout=60).read()
    ahead += seconds


class ThatTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(seconds=ahead)


time.sleep = pause
sys.argv = sys.argv[1:]
if os.path.basename(sys.argv[0]) == "ecs":
    # ecs-deploy counts its own limit and the age of events by the time of day.
    import ecs_deploy.cli
    import ecs_deploy.ecs

    ecs_deploy.cli.datetime = ThatTime
    ecs_deploy.ecs.datetime = ThatTime
runpy.run_path(sys.argv[0], run_name="__main__")
