"""Waits with one of boto3's waiters for ECS: python boto3-wait.py WAITER ARGUMENTS, the latter as JSON."""

import json
import sys

import boto3
from botocore.exceptions import WaiterError

name, arguments = sys.argv[1:]
try:
    boto3.client("ecs").get_waiter(name).wait(**json.loads(arguments))
except WaiterError as error:
    sys.exit(str(error))
